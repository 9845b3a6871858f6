namespace PhonemeStress;

/// <summary>
/// The symbols that words are read as. A word that was seen often enough has one of its own; any other is read as what it looks like: its
/// shape and as much of its ending as was seen often enough.
/// </summary>
internal sealed class WordSymbols
{
    private const int LeastWords = 2, LeastKinds = 5, RareWords = 5, LongestEnding = 3;
    private readonly Dictionary<string, int> symbols = [];
    private readonly Dictionary<string, int> counts;

    /// <summary>Makes symbols for the words of the sentences that are learned from.</summary>
    /// <param name="words">All words, as often as they occur.</param>
    /// <param name="most">The most symbols; the rarest words beyond have none of their own.</param>
    public WordSymbols(IReadOnlyCollection<string> words, int most)
    {
        counts = words.CountBy(word => word).ToDictionary();
        // The shapes alone come first, so that there is a symbol for whatever comes.
        foreach (string shape in Shapes)
            Add(Kind(shape, ""));
        IEnumerable<KeyValuePair<string, int>> kinds = words.Where(word => counts[word] <= RareWords)
            .SelectMany(word => Enumerable.Range(1, LongestEnding)
                .Where(length => length < word.Length)
                .Select(length => Kind(word, length)))
            .CountBy(kind => kind)
            .Where(kind => kind.Value >= LeastKinds);
        IEnumerable<KeyValuePair<string, int>> known = counts.Where(word => word.Value >= LeastWords);
        foreach ((string name, _) in kinds.Concat(known)
            .OrderByDescending(entry => entry.Value)
            .ThenBy(entry => entry.Key, StringComparer.Ordinal))
        {
            if (symbols.Count < most)
                Add(name);
        }
    }

    private static string[] Shapes => ["lower", "Capital", "UPPER", "digit", "other"];

    /// <summary>What the symbols stand for.</summary>
    public IReadOnlyList<string> Names => [.. symbols.OrderBy(entry => entry.Value).Select(entry => entry.Key)];

    /// <summary>The symbol that a word is read as.</summary>
    public int Known(string word) =>
        symbols.TryGetValue(word, out int symbol) || symbols.TryGetValue(word.ToLowerInvariant(), out symbol) ? symbol : Unknown(word);

    /// <summary>The symbol that a word would be read as if it had never been seen.</summary>
    public int Unknown(string word)
    {
        for (int length = Math.Min(LongestEnding, word.Length - 1); length > 0; length--)
        {
            if (symbols.TryGetValue(Kind(word, length), out int symbol))
                return symbol;
        }

        return symbols[Kind(Shape(word), "")];
    }

    /// <summary>How often a word is taken for unknown while learning: the rarer it is, the more often.</summary>
    public float DropRate(string word) => 1f / (1 + counts.GetValueOrDefault(word));

    private static string Shape(string word) =>
        word.Any(char.IsAsciiDigit) ? "digit"
        : !word.Any(char.IsLetter) ? "other"
        : word.Length > 1 && !word.Any(char.IsLower) ? "UPPER"
        : char.IsUpper(word[0]) ? "Capital"
        : "lower";

    private static string Kind(string word, int length) => Kind(Shape(word), word[^length..].ToLowerInvariant());

    // No word has a space in it, so a kind is never mistaken for a word.
    private static string Kind(string shape, string ending) => $"{shape} -{ending}";

    private void Add(string name) => symbols.TryAdd(name, symbols.Count);
}
