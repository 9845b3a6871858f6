using RnnGen.Numerics;

namespace RnnGen;

/// <summary>The batches of <see cref="SequencePairs{TInput, TTarget}"/>.</summary>
/// <inheritdoc path="/typeparam"/>
public sealed class SequenceBatches<TInput, TTarget> : Batches<TInput, TTarget>
    where TInput : unmanaged
    where TTarget : unmanaged
{
    private readonly SequencePairs<TInput, TTarget> pairs;
    private readonly ulong seed;
    private readonly BatchOrdering ordering;
    private readonly BatchMemory<TInput, TTarget> memory = new();
    private readonly int steps;
    private readonly int targetSteps;
    private int next;

    internal SequenceBatches(
        SequencePairs<TInput, TTarget> pairs, int rows, ulong seed, BatchOrder order, int steps, int targetSteps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        ArgumentOutOfRangeException.ThrowIfNegative(targetSteps);
        if (pairs.Count == 0)
            throw new ArgumentException("There are no pairs; at least one is needed.", nameof(pairs));
        CheckLongest("input", pairs.Inputs.Longest, steps, nameof(steps));
        CheckLongest("target", pairs.Targets.Longest, targetSteps, nameof(targetSteps));
        this.pairs = pairs;
        this.seed = seed;
        this.steps = steps;
        this.targetSteps = targetSteps > 0 ? targetSteps : pairs.Inputs.Lengths.SequenceEqual(pairs.Targets.Lengths) ? steps : 0;
        Rows = Math.Min(rows, pairs.Count);
        ordering = new(Rows, order);
        Span<(int Input, int Target)> lengths = ordering.Begin(pairs.Count);
        for (int pair = 0; pair < lengths.Length; pair++)
            lengths[pair] = (pairs.Inputs.Lengths[pair], pairs.Targets.Lengths[pair]);
        memory.Reserve(
            Rows, checked(Rows * Math.Max(steps, pairs.Inputs.Longest) * pairs.Inputs.Width),
            checked(Rows * Math.Max(this.targetSteps, pairs.Targets.Longest) * pairs.Targets.Width));
    }

    /// <summary>Pairs in a batch; the one of what is left over has fewer.</summary>
    public override int Rows { get; }

    /// <summary>Batches of an epoch.</summary>
    public int Count => ordering.Count;

    /// <inheritdoc/>
    public override SequenceBatch<TInput, TTarget> Current => memory.Batch;

    /// <inheritdoc/>
    public override int? KnownCount => Count;

    /// <inheritdoc/>
    protected override void Begin(int epoch, int firstBatch)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstBatch, Count);
        ordering.Arrange(new(new CounterRandom(seed).Bits((ulong)epoch)));
        next = firstBatch;
    }

    /// <inheritdoc/>
    protected override bool Read()
    {
        if (next >= Count)
            return false;
        memory.Load(next, pairs, ordering.Items(next), steps, targetSteps);
        next++;
        return true;
    }

    private static void CheckLongest(string what, int longest, int steps, string name)
    {
        if (steps > 0 && longest > steps)
            throw new ArgumentException($"The longest {what} has {longest} steps, more than the {steps} to be padded to.", name);
    }
}
