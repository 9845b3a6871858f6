using System.IO.Compression;

namespace Pronounce;

/// <summary>A word and how it is pronounced.</summary>
/// <param name="Word">In small letters.</param>
/// <param name="Letters">Its symbols.</param>
/// <param name="Variants">The symbols of each of its pronunciations, at least one, all equally right.</param>
internal sealed record Entry(string Word, int[] Letters, int[][] Variants);

/// <summary>Words to learn from, to watch the learning by, and to test on. No word is in two of them.</summary>
/// <param name="Train">To learn from.</param>
/// <param name="Dev">To watch by.</param>
/// <param name="Test">To test on.</param>
internal sealed record PronouncingDictionary(IReadOnlyList<Entry> Train, IReadOnlyList<Entry> Dev, IReadOnlyList<Entry> Test)
{
    /// <summary>The folder of the dictionary that comes with the program.</summary>
    public static string Folder => Path.Combine(AppContext.BaseDirectory, "data", "g2p");

    /// <summary>Reads train.tsv.gz, dev.tsv.gz and test.tsv.gz.</summary>
    /// <param name="folder">Where they are.</param>
    /// <exception cref="InvalidDataException">A line is no entry; the message says which and why.</exception>
    public static PronouncingDictionary Read(string folder) =>
        new(ReadPart(folder, "train"), ReadPart(folder, "dev"), ReadPart(folder, "test"));

    /// <summary>
    /// Reads one part: a line has a word and its pronunciations, with tabs between them; a pronunciation is phones with spaces between
    /// them.
    /// </summary>
    /// <param name="folder">Where it is.</param>
    /// <param name="part">train, dev or test.</param>
    /// <exception cref="InvalidDataException">A line is no entry; the message says which and why.</exception>
    public static IReadOnlyList<Entry> ReadPart(string folder, string part)
    {
        string path = Path.Combine(folder, part + ".tsv.gz");
        using StreamReader reader = new(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        List<Entry> entries = [];
        while (reader.ReadLine() is { } line)
        {
            try
            {
                entries.Add(Parse(line));
            }
            catch (ArgumentException error)
            {
                throw new InvalidDataException($"{path}, line {entries.Count + 1}: {error.Message}", error);
            }
        }

        return entries;
    }

    private static Entry Parse(string line) => line.Split('\t') is [string word, .. { Length: > 0 } variants]
        ? new(word, Pronounce.Letters.Encode(word), [.. variants.Select(Phones.Encode)])
        : throw new ArgumentException($"\"{line}\" is not a word, a tab and a pronunciation.");
}
