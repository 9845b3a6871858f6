using RnnGen;

namespace CharRnn.Tests;

public class BookTests
{
    [Fact]
    public void ATextIsSplitByPosition()
    {
        string text = string.Concat(Enumerable.Range(0, 1000).Select(i => (char)('a' + (i % 26))));
        Book book = Book.Of(text);
        Assert.Equal(900, book.Train.Length);
        Assert.Equal(50, book.Validation.Length);
        Assert.Equal(50, book.HeldOut.Length);
        Assert.Equal(
            text, string.Concat(new[] { book.Train, book.Validation, book.HeldOut }.Select(part => book.Vocabulary.Decode(part.Symbols))));
        Assert.Equal(0, book.Unknown);
    }

    [Fact]
    public void TheBundledBookIsWhole()
    {
        Book book = Book.Read(Path.Combine(AppContext.BaseDirectory, "data", "moby_dick.txt"), vocabulary: null);
        Assert.Equal(1_190_317, book.Train.Length + book.Validation.Length + book.HeldOut.Length);
        Assert.Equal(59_516, book.HeldOut.Length);
        Assert.Equal(84, book.Vocabulary.Count);
        Assert.Equal(0, book.Unknown);
    }

    [Fact]
    public void AModelsVocabularyIsKeptAndWhatItLacksIsCounted()
    {
        Book book = Book.Of(new string('a', 99) + "é", new Vocabulary("a?", '?'));
        Assert.Equal(1, book.Unknown);
        Assert.Equal(1, book.HeldOut.Symbols[^1]);
    }

    [Fact]
    public void LineEndsAreOneCharacter() =>
        Assert.Equal("\nab", Book.Of(string.Concat(Enumerable.Repeat("ab\r\n", 50))).Vocabulary.Characters.TrimEnd('\uFFFD'));

    [Fact]
    public void ATextOfAFewCharactersIsRefused() =>
        Assert.Contains("20 characters: too few", Assert.Throws<InvalidDataException>(() => Book.Of(new string('a', 20))).Message);
}
