namespace Pronounce;

/// <summary>
/// What pronunciations are written in: the 39 phones of the CMU Pronouncing Dictionary (ARPAbet without stress), as symbols 0 to 38.
/// </summary>
internal static class Phones
{
    /// <summary>How many there are.</summary>
    public const int Count = 39;

    /// <summary>The most phones of a word: those of the longest in the dictionary.</summary>
    public const int Longest = 32;

    /// <summary>What stands before the first phone and behind the last one.</summary>
    public const int End = Count;

    private static readonly string[] Names =
    [
        "AA", "AE", "AH", "AO", "AW", "AY", "B", "CH", "D", "DH", "EH", "ER", "EY", "F", "G", "HH", "IH", "IY", "JH", "K",
        "L", "M", "N", "NG", "OW", "OY", "P", "R", "S", "SH", "T", "TH", "UH", "UW", "V", "W", "Y", "Z", "ZH",
    ];

    /// <summary>A symbol's name.</summary>
    /// <param name="symbol">0 to <see cref="End"/>.</param>
    public static string Name(int symbol) => symbol == End ? "end" : Names[symbol];

    /// <summary>The names of phones, with spaces between them.</summary>
    public static string Text(ReadOnlySpan<int> symbols) => string.Join(' ', symbols.ToArray().Select(Name));

    /// <summary>The symbols of phones with spaces between them.</summary>
    /// <exception cref="ArgumentException">There are none, too many, or one that does not exist.</exception>
    public static int[] Encode(string text)
    {
        int[] symbols = [.. text.Split(' ').Select(Symbol)];
        return symbols.Length <= Longest
            ? symbols
            : throw new ArgumentException($"\"{text}\" has {symbols.Length} phones; {Longest} are the most.");
    }

    private static int Symbol(string name)
    {
        int symbol = Array.BinarySearch(Names, name, StringComparer.Ordinal);
        return symbol >= 0 ? symbol : throw new ArgumentException($"\"{name}\" is none of the {Count} phones.");
    }
}
