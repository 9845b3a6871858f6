using RnnGen;

namespace CharRnn.Tests;

public class BookTests
{
    [Fact]
    public void A_text_is_split_by_position()
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
    public void The_bundled_book_is_whole()
    {
        Book book = Book.Read(Path.Combine(AppContext.BaseDirectory, "data", "moby_dick.txt"), vocabulary: null);
        Assert.Equal(1_190_317, book.Train.Length + book.Validation.Length + book.HeldOut.Length);
        Assert.Equal(59_516, book.HeldOut.Length);
        Assert.Equal(84, book.Vocabulary.Count);
        Assert.Equal(0, book.Unknown);
    }

    [Fact]
    public void A_models_vocabulary_is_kept_and_what_it_lacks_is_counted()
    {
        Book book = Book.Of(new string('a', 99) + "é", new Vocabulary("a?", '?'));
        Assert.Equal(1, book.Unknown);
        Assert.Equal(1, book.HeldOut.Symbols[^1]);
    }

    [Fact]
    public void Line_ends_are_one_character() =>
        Assert.Equal("\nab", Book.Of(string.Concat(Enumerable.Repeat("ab\r\n", 50))).Vocabulary.Characters.TrimEnd('\uFFFD'));

    [Fact]
    public void A_text_of_a_few_characters_is_refused() =>
        Assert.Contains("20 characters: too few", Assert.Throws<InvalidDataException>(() => Book.Of(new string('a', 20))).Message);
}
