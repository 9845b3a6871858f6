using System.IO.Compression;

namespace PhonemeStress;

/// <summary>The stress of each phoneme of a word: read from the phonemes alone.</summary>
internal static class StressDictionary
{
    /// <summary>The tag of a consonant; 1 to 3 are the stresses 0 to 2 of a vowel.</summary>
    public const int NoVowel = 0;

    private static readonly string[] Tags = ["-", "0", "1", "2"];

    /// <summary>
    /// Reads a file of words and phonemes, compressed by gzip. One word of 20 is for testing and one for watching, chosen by their
    /// phonemes.
    /// </summary>
    /// <exception cref="InvalidDataException">A line is something else.</exception>
    public static Corpus Read(string path)
    {
        List<string> phonemes = [];
        List<TaggedSequence> train = [], dev = [], test = [];
        using StreamReader reader = new(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            if (line.Split('\t') is not [_, { Length: > 0 } text])
                throw new InvalidDataException($"{path}: \"{line}\" is not a word, a tab and phonemes.");
            string[] marked = text.Split(' ');
            string[] bare = [.. marked.Select(phoneme => phoneme.TrimEnd('0', '1', '2'))];
            TaggedSequence sequence = new([.. bare.Select(Symbol)], [.. marked.Select(Tag)]);
            List<TaggedSequence> part = (Hash(bare) % 20) switch { 0 => test, 1 => dev, _ => train };
            part.Add(sequence);
        }

        return new(phonemes, Tags, train, dev, test);

        int Symbol(string phoneme)
        {
            int symbol = phonemes.IndexOf(phoneme);
            if (symbol < 0)
                phonemes.Add(phoneme);
            return symbol < 0 ? phonemes.Count - 1 : symbol;
        }
    }

    private static int Tag(string phoneme) => phoneme[^1] is >= '0' and <= '2' ? 1 + phoneme[^1] - '0' : NoVowel;

    /// <summary>FNV-1a (Fowler, Noll and Vo), mixed once more so that all its bits count in a remainder.</summary>
    private static uint Hash(string[] phonemes)
    {
        uint hash = 2166136261;
        foreach (char letter in string.Join(' ', phonemes))
            hash = (hash ^ letter) * 16777619;
        return hash ^ (hash >> 16);
    }
}
