namespace RnnGen.Tests;

public class VocabularyTests
{
    [Fact]
    public void Symbols_are_in_the_order_of_the_characters()
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
    public void Characters_kept_beside_a_model_restore_the_vocabulary()
    {
        var vocabulary = Vocabulary.Of("Ça, c’est l’été.", 8);
        var restored = new Vocabulary(vocabulary.Characters, vocabulary.Unknown);
        Assert.Equal(vocabulary.Encode("l’été est là"), restored.Encode("l’été est là"));
    }

    [Fact]
    public void An_unknown_character_is_named_with_its_place()
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
    public void A_limited_vocabulary_keeps_the_most_frequent_and_reads_the_rest_as_unknown()
    {
        var vocabulary = Vocabulary.Of("aaaabbbccd", 4, '?');
        Assert.Equal("?abc", vocabulary.Characters);
        Assert.Equal('?', vocabulary.Unknown);
        Assert.Equal([1, 2, 3, 0, 0], vocabulary.Encode("abcdé"));
        Assert.False(vocabulary.TryEncode('d', out _));
        Assert.Equal("abc??", vocabulary.Decode(vocabulary.Encode("abcdé")));
    }

    [Fact]
    public void Of_equally_frequent_characters_the_lower_are_kept() => Assert.Equal("ab\uFFFD", Vocabulary.Of("dcba", 3).Characters);

    [Theory]
    [InlineData("ab", 3, "?ab")]
    [InlineData("ab", 100, "?ab")]
    [InlineData("a?b?", 3, "?ab")]
    [InlineData("?", 2, "?")]
    public void The_unknown_character_is_there_once_and_counts(string text, int maximum, string expected) =>
        Assert.Equal(expected, Vocabulary.Of(text, maximum, '?').Characters);

    [Fact]
    public void What_makes_no_vocabulary_is_refused()
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
    public void Symbols_outside_the_range_are_refused(int symbol)
    {
        var vocabulary = Vocabulary.Of("abc");
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => vocabulary.Decode([symbol]));
        Assert.Contains("0 to 2", error.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => vocabulary[symbol]);
    }

    [Fact]
    public void What_is_empty_is_refused_in_a_sentence()
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
