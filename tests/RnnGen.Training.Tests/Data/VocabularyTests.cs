namespace RnnGen.Training.Tests;

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
    public void JsonBesideAModelRestoresTheVocabulary()
    {
        var vocabulary = Vocabulary.Of("Ça, c’est l’été.", 8);
        var restored = TextVocabulary.FromJson(vocabulary.ToJson());
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
    public void EveryKindComesBackFromItsJson()
    {
        const string Text = "Naïve “whales” 🐋, don't sing; naïve whales do.";
        foreach (TextVocabulary vocabulary in new TextVocabulary[]
        {
            Vocabulary.Of(Text), Vocabulary.Of(Text, 9, '?'), new ByteVocabulary(), WordVocabulary.Of([Text], 50),
            WordVocabulary.Of([Text], 5, "?", ignoreCase: true), new WordVocabulary(WordVocabulary.Split(Text).Distinct().ToArray()),
        })
        {
            TextVocabulary restored = TextVocabulary.FromJson(vocabulary.ToJson());
            Assert.IsType(vocabulary.GetType(), restored);
            Assert.Equal(vocabulary.Count, restored.Count);
            Assert.Equal(vocabulary.Encode(Text), restored.Encode(Text));
            Assert.Equal(vocabulary.Decode(vocabulary.Encode(Text)), restored.Decode(restored.Encode(Text)));
            Assert.Equal(vocabulary.ToJson(), restored.ToJson());
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"kind":"syllables"}""")]
    [InlineData("""{"kind":"words","unknown":null,"ignoreCase":false,"words":[]}""")]
    [InlineData("""{"kind":"words","unknown":"x","ignoreCase":false,"words":["a"]}""")]
    [InlineData("""{"kind":"characters","unknown":null,"characters":[70000]}""")]
    public void WhatIsNoVocabularyIsRefused(string json) => Assert.Throws<InvalidDataException>(() => TextVocabulary.FromJson(json));

    [Fact]
    public void WordsAreRunsOfLettersAndSingleSigns()
    {
        Assert.Equal(
            ["It", "isn't", "3", ".", "5", "km", "—", "“", "naïve", "”", "🐋", "!"],
            WordVocabulary.Split("It isn't 3.5 km — “naïve”\t🐋!\n"));
        Assert.Empty(WordVocabulary.Split(" \n"));
        WordVocabulary vocabulary = WordVocabulary.Of(["the cat and the dog", "The cat!"], 4);
        Assert.Equal(["<unk>", "cat", "the", "!"], vocabulary.Words);
        Assert.Equal([2, 1, 0, 0, 3], vocabulary.Encode("the cat or dog!"));
        Assert.Equal("the cat <unk> !", vocabulary.Decode([2, 1, 0, 3]));
        Assert.Equal(
            ["?", "the", "cat", "!", "and"], WordVocabulary.Of(["the cat and the dog", "The cat!"], 5, "?", ignoreCase: true).Words);
        Assert.Equal([1], WordVocabulary.Of(["the cat and the dog"], 5, ignoreCase: true).Encode("THE"));
        Assert.False(vocabulary.TryEncode("dog", out _));
        WordVocabulary strict = new(["a", "b"]);
        Assert.Contains(
            "At position 2: \"c\" is not among the 2 words", Assert.Throws<ArgumentException>(() => strict.Encode("a c")).Message);
        Assert.Contains("both symbol 0 and symbol 1", Assert.Throws<ArgumentException>(() => new WordVocabulary(["a", "a"])).Message);
        Assert.Throws<ArgumentException>(() => new WordVocabulary(["a", ""]));
        Assert.Throws<ArgumentException>(() => new WordVocabulary(["\uD83D"]));
        Assert.Throws<ArgumentException>(() => WordVocabulary.Of([" "], 5));
    }

    [Fact]
    public void BytesAreTheUtf8OfAText()
    {
        ByteVocabulary bytes = new();
        Assert.Equal([0x61, 0xC3, 0xA9, 0xF0, 0x9F, 0x90, 0x8B], bytes.Encode("aé🐋"));
        Assert.Equal("aé🐋", bytes.Decode(bytes.Encode("aé🐋")));
        Assert.Equal("\uFFFD", bytes.Decode([0xC3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => bytes.Decode([256]));
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
        Says("at least one is needed", () => Sequences.Of<int>([]));

        static void Says(string sentence, Func<object> action)
        {
            var error = Assert.Throws<ArgumentException>(action);
            Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
        }
    }
}
