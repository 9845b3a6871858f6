namespace PhonemeStress;

/// <summary>A sequence of symbols, each with its tag.</summary>
/// <param name="Symbols">What is read.</param>
/// <param name="Tags">What each symbol is to be tagged with.</param>
internal sealed record TaggedSequence(int[] Symbols, int[] Tags)
{
    /// <summary>What each symbol is read as when it is taken for unknown; empty if none ever is.</summary>
    public int[] Unknown { get; init; } = [];

    /// <summary>The letters of each symbol, where symbols are words: [symbol][letter]; empty if they are none.</summary>
    public int[] Letters { get; init; } = [];

    /// <summary>How often each symbol is taken for unknown while learning, 0 to 1.</summary>
    public float[] DropRates { get; init; } = [];
}

/// <summary>Sequences to learn from, to watch the learning by, and to test on.</summary>
/// <param name="SymbolNames">What the symbols stand for.</param>
/// <param name="TagNames">What the tags stand for.</param>
/// <param name="Train">To learn from.</param>
/// <param name="Dev">To watch by.</param>
/// <param name="Test">To test on.</param>
internal sealed record Corpus(
    IReadOnlyList<string> SymbolNames, IReadOnlyList<string> TagNames, IReadOnlyList<TaggedSequence> Train,
    IReadOnlyList<TaggedSequence> Dev, IReadOnlyList<TaggedSequence> Test);
