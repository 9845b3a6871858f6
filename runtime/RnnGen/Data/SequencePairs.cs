namespace RnnGen;

/// <summary>Pairs of symbol sequences, a source and its target each, to train a sequence-to-sequence model on.</summary>
/// <remarks>Any number of threads may read them.</remarks>
public sealed class SequencePairs
{
    // All sources, and all targets, one behind the other; where each begins, and where the last one ends.
    private readonly int[] sourceSymbols;
    private readonly int[] sourcePlaces;
    private readonly int[] targetSymbols;
    private readonly int[] targetPlaces;

    /// <summary>Copies pairs.</summary>
    /// <param name="sources">The sources, each of 1 to <paramref name="longestSource"/> symbols.</param>
    /// <param name="targets">As many targets, each of 1 to <paramref name="longestTarget"/> symbols, without a start or an end.</param>
    /// <param name="longestSource">At least 1; a model's encoder takes its steps.</param>
    /// <param name="longestTarget">At least 1; a model's decoder takes one less than its steps, the last of which is for the end.</param>
    /// <exception cref="ArgumentException">
    /// There are no pairs, or not as many targets as sources, or a sequence is empty, too long or has a negative symbol; the message says
    /// which.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A length is less than 1.</exception>
    public SequencePairs(IReadOnlyList<int[]> sources, IReadOnlyList<int[]> targets, int longestSource, int longestTarget)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentOutOfRangeException.ThrowIfLessThan(longestSource, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(longestTarget, 1);
        if (sources.Count != targets.Count)
            throw new ArgumentException(
                $"Expected {sources.Count} targets, as many as sources, but there are {targets.Count}.", nameof(targets));
        if (sources.Count == 0)
            throw new ArgumentException("There are no pairs; at least one is needed.", nameof(sources));
        LongestSource = longestSource;
        LongestTarget = longestTarget;
        (sourceSymbols, sourcePlaces) = Join(sources, longestSource, "source", nameof(sources));
        (targetSymbols, targetPlaces) = Join(targets, longestTarget, "target", nameof(targets));
    }

    /// <summary>The number of pairs.</summary>
    public int Count => sourcePlaces.Length - 1;

    /// <summary>The most symbols that a source may have.</summary>
    public int LongestSource { get; }

    /// <summary>The most symbols that a target may have.</summary>
    public int LongestTarget { get; }

    /// <summary>The source of a pair.</summary>
    /// <param name="pair">0 to <see cref="Count"/> − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such pair.</exception>
    public ReadOnlySpan<int> Source(int pair) => Sequence(sourceSymbols, sourcePlaces, pair);

    /// <summary>The target of a pair.</summary>
    /// <param name="pair">0 to <see cref="Count"/> − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such pair.</exception>
    public ReadOnlySpan<int> Target(int pair) => Sequence(targetSymbols, targetPlaces, pair);

    /// <summary>Batches of pairs that are about equally long, in another random order in every epoch.</summary>
    /// <param name="rows">Pairs in a batch, at least 1; what is left over makes a smaller one.</param>
    /// <param name="seed">Equal seeds give equal batches on every machine.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rows"/> is less than 1.</exception>
    public SequenceBatches Batches(int rows, ulong seed = 0) => new(this, rows, seed);

    private ReadOnlySpan<int> Sequence(int[] symbols, int[] places, int pair)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)pair, (uint)Count, nameof(pair));
        return symbols.AsSpan(places[pair]..places[pair + 1]);
    }

    private static (int[] Symbols, int[] Places) Join(IReadOnlyList<int[]> sequences, int longest, string what, string name)
    {
        int[] places = new int[sequences.Count + 1];
        for (int pair = 0; pair < sequences.Count; pair++)
        {
            int[] sequence = sequences[pair] ?? throw new ArgumentException($"The {what} of pair {pair} is null.", name);
            if (sequence.Length == 0)
                throw new ArgumentException($"The {what} of pair {pair} is empty; it must have 1 to {longest} symbols.", name);
            if (sequence.Length > longest)
                throw new ArgumentException($"The {what} of pair {pair} has {sequence.Length} symbols; it must have 1 to {longest}.", name);
            int negative = Array.FindIndex(sequence, symbol => symbol < 0);
            if (negative >= 0)
                throw new ArgumentException(
                    $"Symbol {negative} in the {what} of pair {pair} is {sequence[negative]}; none may be negative.", name);
            places[pair + 1] = checked(places[pair] + sequence.Length);
        }

        int[] symbols = new int[places[^1]];
        for (int pair = 0; pair < sequences.Count; pair++)
            sequences[pair].CopyTo(symbols, places[pair]);
        return (symbols, places);
    }
}
