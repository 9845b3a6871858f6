using System.IO.Compression;
using Pronounce;
using RnnGen;

namespace Samples.Tests;

public class PronouncingDictionaryTests
{
    [Fact]
    public void TheDictionaryIsWholeAndItsPartsShareNoWord()
    {
        PronouncingDictionary dictionary = PronouncingDictionary.Read(PronouncingDictionary.Folder);
        Assert.Equal(102_616, dictionary.Train.Count);
        Assert.Equal(2_372, dictionary.Dev.Count);
        Assert.Equal(11_492, dictionary.Test.Count);
        List<Entry> all = [.. dictionary.Train, .. dictionary.Dev, .. dictionary.Test];
        Assert.Equal(all.Count, all.Select(entry => entry.Word).Distinct().Count());
        Assert.Equal(Letters.Longest, all.Max(entry => entry.Letters.Length));
        Assert.Equal(Phones.Longest, all.Max(entry => entry.Variants.Max(variant => variant.Length)));
        Assert.Equal(109_459, dictionary.Train.Sum(entry => entry.Variants.Length));
        Entry tomato = Assert.Single(all, entry => entry.Word == "tomato");
        Assert.Equal(["T AH M EY T OW", "T AH M AA T OW"], tomato.Variants.Select(variant => Phones.Text(variant)));
    }

    [Theory]
    [InlineData("word", "\"word\" is not a word, a tab and a pronunciation")]
    [InlineData("word\tW ER T X", "\"X\" is none of the 39 phones")]
    [InlineData("word\tW ER D\t", "\"\" is none of the 39 phones")]
    [InlineData("wörd\tW ER D", "has 'ö' at position 2")]
    [InlineData("\tW ER D", "There is no word")]
    public void ALineThatIsNoEntryIsNamed(string line, string message)
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            using (StreamWriter writer = new(new GZipStream(File.Create(Path.Combine(folder, "dev.tsv.gz")), CompressionMode.Compress)))
                writer.Write($"a\tAH\tEY\n{line}\n");
            string said = Assert.Throws<InvalidDataException>(() => PronouncingDictionary.ReadPart(folder, "dev")).Message;
            Assert.Contains("dev.tsv.gz, line 2: ", said);
            Assert.Contains(message, said);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void LettersAreReadWithoutRegardToCaseAndAllElseIsRefusedByName()
    {
        Assert.Equal([0, 25, 2], Letters.Encode("aZc"));
        Assert.Equal(Letters.Longest, Letters.Encode(new string('x', Letters.Longest)).Length);
        Refuses("", "There is no word");
        Refuses("naïve", "'ï' at position 3");
        Refuses("don't", "''' at position 4");
        Refuses("two words", "a space at position 4");
        Refuses("a\tb", "U+0009 at position 2");
        Refuses("ok😀", "U+1F600 at position 3");
        Refuses(new string('x', 35), "has 35 letters; 34 are the most");
        static void Refuses(string word, string message) =>
            Assert.Contains(message, Assert.Throws<ArgumentException>(() => Letters.Encode(word)).Message);
    }

    [Fact]
    public void PhonesHaveNamesAndSymbols()
    {
        int[] all = [.. Enumerable.Range(0, Phones.Count)];
        Assert.Equal(all[..30], Phones.Encode(Phones.Text(all.AsSpan(0, 30))));
        Assert.Equal("ZH", Phones.Name(38));
        Assert.Equal("end", Phones.Name(Phones.End));
        Assert.Contains(
            "33 phones; 32 are the most",
            Assert.Throws<ArgumentException>(() => Phones.Encode(string.Join(' ', Enumerable.Repeat("AA", 33)))).Message);
    }

    [Theory]
    [InlineData(new int[0], new int[0], 0)]
    [InlineData(new int[0], new[] { 1, 2 }, 2)]
    [InlineData(new[] { 1, 2 }, new int[0], 2)]
    [InlineData(new[] { 1, 2, 3 }, new[] { 1, 2, 3 }, 0)]
    [InlineData(new[] { 1, 2, 3 }, new[] { 1, 3 }, 1)]
    [InlineData(new[] { 1, 3 }, new[] { 1, 2, 3 }, 1)]
    [InlineData(new[] { 1, 2, 3 }, new[] { 1, 4, 3 }, 1)]
    [InlineData(new[] { 1, 2 }, new[] { 2, 1 }, 2)]
    [InlineData(new[] { 10, 8, 19, 19, 4, 13 }, new[] { 18, 8, 19, 19, 8, 13, 6 }, 3)] // kitten, sitting
    public void EditsAreTheLeastThatMakeOneSequenceOfTheOther(int[] from, int[] to, int edits) =>
        Assert.Equal(edits, new EditDistance().Add(from, to));

    [Fact]
    public void TheVariantWithTheFewestEditsCounts()
    {
        Score score = default(Score).Add([1, 2, 3, 4], [[9, 9], [1, 2, 3], [1, 2, 3, 5]]);
        Assert.Equal(new Score(Words: 1, WrongWords: 1, Phones: 3, Edits: 1), score);
        score = score.Add([7], [[8, 9], [7]]);
        Assert.Equal(new Score(Words: 2, WrongWords: 1, Phones: 4, Edits: 1), score);
        Assert.Equal(0.5, score.WordErrorRate);
        Assert.Equal(0.25, score.PhoneErrorRate);
        Assert.Equal(new Score(1, 1, 2, 2), default(Score).Add([], [[1, 2]]));
    }
}
