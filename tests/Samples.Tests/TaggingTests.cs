using PhonemeStress;
using RnnGen.Numerics;

namespace Samples.Tests;

public class TaggingTests
{
    [Fact]
    public void TheDictionaryIsWholeAndItsPartsShareNoWord()
    {
        Corpus corpus = StressDictionary.Read(Path.Combine(AppContext.BaseDirectory, "data", "cmudict", "stress.tsv.gz"));
        Assert.Equal(96_267, corpus.Train.Count + corpus.Dev.Count + corpus.Test.Count);
        Assert.Equal(39, corpus.SymbolNames.Count);
        Assert.InRange(corpus.Test.Count, 4_500, 5_100);
        Assert.InRange(corpus.Dev.Count, 4_500, 5_100);
        HashSet<string> learned = [.. corpus.Train.Select(word => string.Join(' ', word.Symbols))];
        Assert.Equal(corpus.Train.Count, learned.Count);
        Assert.DoesNotContain(corpus.Test, word => learned.Contains(string.Join(' ', word.Symbols)));
        Assert.All(corpus.Test, word => Assert.True(word.Tags.Count(tag => tag != StressDictionary.NoVowel) >= 2));
    }

    [Fact]
    public void WordsThatAreNotKnownAreReadAsWhatTheyLookLike()
    {
        string[] words = ["the", "the", "cat", "cat", "reading", "writing", "singing", "walking", "talking", "Bonn"];
        WordSymbols symbols = new(words, most: 100);
        Assert.Equal("cat", Name(symbols.Known("cat")));
        Assert.Equal("cat", Name(symbols.Known("Cat")));
        Assert.Equal("lower -ing", Name(symbols.Known("reading")));
        Assert.Equal("lower -ing", Name(symbols.Unknown("dancing")));
        Assert.Equal("Capital -", Name(symbols.Known("Bonn")));
        Assert.Equal("digit -", Name(symbols.Known("1984")));
        Assert.Equal("other -", Name(symbols.Known("?!")));
        Assert.Equal(1f / 3, symbols.DropRate("cat"));
        Assert.Equal(5, new WordSymbols(words, most: 5).Names.Count);
        string Name(int symbol) => symbols.Names[symbol];
    }

    [Fact]
    public void OfLongWordsTheBeginningAndTheEndAreRead()
    {
        LetterSymbols letters = new(["aaa", "bb", "c"], most: 4, longest: 6);
        Assert.Equal([2, 3, 0, 0, 0, 0], letters.Of("ab"));
        Assert.Equal([1, 2, 3, 3, 2, 1], letters.Of("cabba?"));
        Assert.Equal([2, 2, 3, 3, 3, 2], letters.Of("aaccccbbba"));
    }

    [Fact]
    public void WordsStandBesideTheirLetters()
    {
        TaggedSequence first = new([7, 8], [0, 1]) { Letters = [1, 2, 3, 4] }, second = new([9], [2]) { Letters = [5, 6] };
        Batches batches = new([first, second], rows: 2, steps: 2);
        batches.Load([0, 1]);
        Assert.Equal([7, 9, 8, 0], batches.Symbols);
        Assert.Equal([1, 2, 5, 6, 3, 4, 0, 0], batches.Letters);
    }

    [Fact]
    public void FilesAreReadBySentenceAndLongOnesAreCut()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "train.tsv"), "a\tDET\nb\tNOUN\nc\tVERB\n\na\tDET\n");
            File.WriteAllText(Path.Combine(folder, "dev.tsv"), "b\tNOUN\n\n\na\tX\n\n");
            File.WriteAllText(Path.Combine(folder, "test.tsv"), "\n");
            Corpus corpus = PosFiles.Read(folder, mostSymbols: 100, mostTags: 3, longest: 2, mostLetters: 5, longestWord: 3);
            Assert.Equal(["DET", "NOUN", "VERB"], corpus.TagNames);
            Assert.Equal([[0, 1], [2], [0]], corpus.Train.Select(sentence => sentence.Tags));
            Assert.Equal([[1], [-1]], corpus.Dev.Select(sentence => sentence.Tags));
            Assert.Empty(corpus.Test);
            Assert.Contains(
                "3 tags", Assert.Throws<InvalidDataException>(() => PosFiles.Read(folder, 100, mostTags: 2, longest: 2, 5, 3)).Message);
            File.WriteAllText(Path.Combine(folder, "dev.tsv"), "b NOUN\n");
            Assert.Contains("\"b NOUN\"", Assert.Throws<InvalidDataException>(() => PosFiles.Read(folder, 100, 3, 2, 5, 3)).Message);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void BatchesHoldEverySequenceOnceAndLengthsThatAreClose()
    {
        TaggedSequence[] sequences =
            [.. Enumerable.Range(0, 103).Select(i => new TaggedSequence([.. Enumerable.Repeat(i, 1 + (i % 10))], new int[1 + (i % 10)]))];
        Batches batches = new(sequences, rows: 10, steps: 12);
        int[][] drawn = batches.Draw(seed: 1);
        Assert.Equal(Enumerable.Range(0, 103), drawn.SelectMany(batch => batch).Order());
        Assert.All(
            drawn, batch => Assert.InRange(batch.Max(i => sequences[i].Tags.Length) - batch.Min(i => sequences[i].Tags.Length), 0, 1));
        Assert.NotEqual(drawn.SelectMany(batch => batch), batches.Draw(seed: 2).SelectMany(batch => batch));

        batches.Load([42, 3]);
        Assert.Equal([3, 4, 0, 0, 0, 0, 0, 0, 0, 0], batches.Lengths);
        Assert.Equal([42, 3, 0], batches.Symbols[..3]);
        Assert.Equal([0, 3, 0], batches.Symbols[30..33]);
    }

    [Fact]
    public void RareSymbolsAreTakenForUnknownNowAndThen()
    {
        TaggedSequence sequence = new([7, 8], [0, 0]) { Unknown = [1, 2], DropRates = [1, 0] };
        Batches batches = new([sequence], rows: 1, steps: 2);
        batches.Load([0], new CounterRandom(1));
        Assert.Equal([1, 8], batches.Symbols);
        batches.Load([0]);
        Assert.Equal([7, 8], batches.Symbols);
    }

    [Fact]
    public void AScoreCountsTagsAndSequencesWithoutTheIgnoredTag()
    {
        Score score = default(Score).Add([0, 1, 2], [3, 1, 2], ignored: 0).Add([1, 1], [1, 2], ignored: 0);
        Assert.Equal(new Score(Tags: 4, RightTags: 3, Sequences: 2, RightSequences: 1), score);
        Assert.Equal(0.75, score.TagAccuracy);
        Assert.Equal(0.5, score.SequenceAccuracy);
    }
}
