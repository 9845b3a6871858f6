namespace RnnGen.Tests;

public class VocabularyTests
{
    [Fact]
    public void SymbolsAreInTheOrderOfTheCharacters()
    {
        var vocabulary = Vocabulary.Of("hello world");
        Assert.Equal(" dehlorw", vocabulary.Characters);
        Assert.Equal(8, vocabulary.Count);
        Assert.Null(vocabulary.Unknown);
        Assert.Equal([3, 2, 4, 4, 5], vocabulary.Encode("hello"));
        Assert.Equal("hello", vocabulary.Decode([3, 2, 4, 4, 5]));
        Assert.Equal('w', vocabulary[7]);
        Assert.Equal(1, vocabulary.Encode('d'));
    }

    [Fact]
    public void CharactersKeptBesideAModelRestoreTheVocabulary()
    {
        var vocabulary = Vocabulary.Of("Ça, c’est l’été.", 8);
        var restored = new Vocabulary(vocabulary.Characters, vocabulary.Unknown);
        Assert.Equal(vocabulary.Encode("l’été est là"), restored.Encode("l’été est là"));
    }

    [Fact]
    public void AnUnknownCharacterIsNamedWithItsPlace()
    {
        var vocabulary = Vocabulary.Of("abc");
        var error = Assert.Throws<ArgumentException>(() => vocabulary.Encode("abé"));
        Assert.Contains("At position 2: 'é' (U+00E9) is not among the 3 characters", error.Message);
        error = Assert.Throws<ArgumentException>(() => vocabulary.Encode('\t'));
        Assert.StartsWith("U+0009 is not among the 3 characters", error.Message);
        Assert.False(vocabulary.TryEncode('é', out _));
        Assert.True(vocabulary.TryEncode('c', out int symbol));
        Assert.Equal(2, symbol);
    }

    [Fact]
    public void ALimitedVocabularyKeepsTheMostFrequentAndReadsTheRestAsUnknown()
    {
        var vocabulary = Vocabulary.Of("aaaabbbccd", 4, '?');
        Assert.Equal("?abc", vocabulary.Characters);
        Assert.Equal('?', vocabulary.Unknown);
        Assert.Equal([1, 2, 3, 0, 0], vocabulary.Encode("abcdé"));
        Assert.False(vocabulary.TryEncode('d', out _));
        Assert.Equal("abc??", vocabulary.Decode(vocabulary.Encode("abcdé")));
    }

    [Fact]
    public void OfEquallyFrequentCharactersTheLowerAreKept() => Assert.Equal("ab\uFFFD", Vocabulary.Of("dcba", 3).Characters);

    [Theory]
    [InlineData("ab", 3, "?ab")]
    [InlineData("ab", 100, "?ab")]
    [InlineData("a?b?", 3, "?ab")]
    [InlineData("?", 2, "?")]
    public void TheUnknownCharacterIsThereOnceAndCounts(string text, int maximum, string expected) =>
        Assert.Equal(expected, Vocabulary.Of(text, maximum, '?').Characters);

    [Fact]
    public void WhatMakesNoVocabularyIsRefused()
    {
        Assert.Throws<ArgumentException>(() => new Vocabulary(""));
        Assert.Throws<ArgumentNullException>(() => new Vocabulary(null!));
        Assert.Contains("both symbol 0 and symbol 2", Assert.Throws<ArgumentException>(() => new Vocabulary("aba")).Message);
        Assert.Contains("must itself be in the vocabulary", Assert.Throws<ArgumentException>(() => new Vocabulary("ab", '?')).Message);
        Assert.Throws<ArgumentException>(() => Vocabulary.Of(""));
        Assert.Throws<ArgumentException>(() => Vocabulary.Of("", 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => Vocabulary.Of("ab", 1));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void SymbolsOutsideTheRangeAreRefused(int symbol)
    {
        var vocabulary = Vocabulary.Of("abc");
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => vocabulary.Decode([symbol]));
        Assert.Contains("0 to 2", error.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => vocabulary[symbol]);
    }

    [Fact]
    public void WhatIsEmptyIsRefusedInASentence()
    {
        Says("at least one character", () => new Vocabulary(""));
        Says("at least one character", () => Vocabulary.Of(""));
        Says("at least one character", () => Vocabulary.Of("", 5));
        SymbolStream empty = new("", new Vocabulary("ab"));
        Assert.Equal(0, empty.Length);
        Says("A batch of 2 rows by 8 steps and its targets need 17 symbols, but the stream has 0.", () => empty.Batches(2, 8));
        Says("at least one is needed", () => new SequencePairs([], [], 5, 5));

        static void Says(string sentence, Func<object> action)
        {
            var error = Assert.Throws<ArgumentException>(action);
            Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
        }
    }
}
