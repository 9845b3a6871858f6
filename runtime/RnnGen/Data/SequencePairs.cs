using RnnGen.Numerics;

namespace RnnGen;

/// <summary>Pairs of an input sequence and its target sequence: what a model is trained on and measured with.</summary>
/// <remarks>
/// A model with an output for each step has targets as long as its inputs; one with a single output has targets of one step; of a
/// sequence-to-sequence model the two have lengths of their own. Any number of threads may read them.
/// </remarks>
/// <typeparam name="TInput"><see cref="int"/> where inputs are symbols, otherwise the model's numbers.</typeparam>
/// <typeparam name="TTarget"><see cref="int"/> where targets are classes, otherwise the model's numbers.</typeparam>
public sealed class SequencePairs<TInput, TTarget>
    where TInput : unmanaged
    where TTarget : unmanaged
{
    private readonly Sequences<float>? weights;
    private readonly IReadOnlyList<int>? groups;

    /// <summary>Puts sequences side by side. Nothing is copied.</summary>
    /// <param name="inputs">The inputs; of a sequence-to-sequence model the sources.</param>
    /// <param name="targets">As many targets; those of a decoder without a start or an end.</param>
    /// <exception cref="ArgumentException">There are not as many targets as inputs.</exception>
    public SequencePairs(Sequences<TInput> inputs, Sequences<TTarget> targets)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(targets);
        if (inputs.Count != targets.Count)
            throw new ArgumentException(
                $"Expected {inputs.Count} targets, as many as inputs, but there are {targets.Count}.", nameof(targets));
        Inputs = inputs;
        Targets = targets;
    }

    /// <summary>The number of pairs.</summary>
    public int Count => Inputs.Count;

    /// <summary>The inputs.</summary>
    public Sequences<TInput> Inputs { get; }

    /// <summary>The targets.</summary>
    public Sequences<TTarget> Targets { get; }

    /// <summary>What each step of a target counts, 0 for nothing: numbers as long as the targets. Null, the default, for 1.</summary>
    /// <exception cref="ArgumentException">They are not as many, not as long, no single numbers, or one is negative.</exception>
    public Sequences<float>? Weights
    {
        get => weights;
        init
        {
            if (value is not null)
                CheckWeights(value);
            weights = value;
        }
    }

    /// <summary>
    /// The group of each pair, for instance its speaker or its series: <see cref="SplitByGroup"/> keeps a group together, and
    /// <see cref="SplitInTime"/> cuts each. Null, the default: all pairs are one group.
    /// </summary>
    /// <exception cref="ArgumentException">There are not as many as pairs.</exception>
    public IReadOnlyList<int>? Groups
    {
        get => groups;
        init => groups = value is null || value.Count == Count
            ? value
            : throw new ArgumentException($"Expected {Count} groups, one for each pair, but there are {value.Count}.", nameof(Groups));
    }

    /// <summary>Some neighbouring pairs, without a copy. C# calls this for ranges: <c>pairs[..^100]</c>.</summary>
    /// <param name="start">The first.</param>
    /// <param name="length">The number of them.</param>
    /// <exception cref="ArgumentOutOfRangeException">They are not all there.</exception>
    public SequencePairs<TInput, TTarget> Slice(int start, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)start, (uint)Count, nameof(start));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)(Count - start), nameof(length));
        return Select([.. Enumerable.Range(start, length)]);
    }

    /// <summary>Some of the pairs in any order, without a copy.</summary>
    /// <param name="pairs">Each 0 to <see cref="Count"/> − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such pair.</exception>
    public SequencePairs<TInput, TTarget> Select(ReadOnlySpan<int> pairs)
    {
        int[]? someGroups = groups is null ? null : new int[pairs.Length];
        Sequences<TInput> inputs = Inputs.Select(pairs);
        for (int i = 0; someGroups is not null && i < pairs.Length; i++)
            someGroups[i] = groups![pairs[i]];
        return new(inputs, Targets.Select(pairs)) { Weights = weights?.Select(pairs), Groups = someGroups };
    }

    /// <summary>Splits pairs that are in the order of time, each group by itself: the first ones, and those after them.</summary>
    /// <param name="share">The share of the first ones, more than 0 and less than 1.</param>
    /// <param name="gap">
    /// Pairs in between that are left out: (steps + horizon − 1) / stride, rounded up, keeps windows of the two apart.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    /// <exception cref="ArgumentException">A side would be empty.</exception>
    public (SequencePairs<TInput, TTarget> First, SequencePairs<TInput, TTarget> Second) SplitInTime(double share, int gap = 0)
    {
        CheckShare(share);
        ArgumentOutOfRangeException.ThrowIfNegative(gap);
        Dictionary<int, int> sizes = [], seen = [];
        for (int pair = 0; pair < Count; pair++)
            sizes[GroupOf(pair)] = sizes.GetValueOrDefault(GroupOf(pair)) + 1;
        return Split(pair =>
        {
            int group = GroupOf(pair), turn = seen.GetValueOrDefault(group), first = (int)(sizes[group] * share);
            seen[group] = turn + 1;
            return turn < first ? true : turn < first + gap ? null : false;
        });
    }

    /// <summary>Splits pairs so that all of a group are on one side.</summary>
    /// <param name="share">The share of groups on the first side, more than 0 and less than 1; each side has at least one.</param>
    /// <param name="seed">Chooses the groups; equal seeds choose the same ones on every machine.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="share"/> is outside its range.</exception>
    /// <exception cref="InvalidOperationException">There are no <see cref="Groups"/>, or only one.</exception>
    public (SequencePairs<TInput, TTarget> First, SequencePairs<TInput, TTarget> Second) SplitByGroup(double share, ulong seed = 0)
    {
        CheckShare(share);
        int[] distinct = [.. (groups ?? []).Distinct()];
        if (distinct.Length < 2)
            throw new InvalidOperationException($"A split needs at least two groups, but there are {distinct.Length}.");
        BatchOrdering.Shuffle(distinct, new(seed));
        HashSet<int> first = [.. distinct.AsSpan(0, Math.Clamp((int)Math.Round(distinct.Length * share), 1, distinct.Length - 1))];
        return Split(pair => first.Contains(GroupOf(pair)));
    }

    /// <summary>Splits pairs at random.</summary>
    /// <param name="share">The share of pairs on the first side, more than 0 and less than 1.</param>
    /// <param name="seed">Equal seeds give the same split on every machine.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="share"/> is outside its range.</exception>
    /// <exception cref="ArgumentException">A side would be empty.</exception>
    public (SequencePairs<TInput, TTarget> First, SequencePairs<TInput, TTarget> Second) SplitAtRandom(double share, ulong seed = 0)
    {
        CheckShare(share);
        int[] order = [.. Enumerable.Range(0, Count)];
        BatchOrdering.Shuffle(order, new(seed));
        HashSet<int> first = [.. order.AsSpan(0, (int)Math.Round(Count * share))];
        return Split(first.Contains);
    }

    /// <summary>Batches of pairs, in another order in every epoch.</summary>
    /// <param name="rows">Pairs in a batch, at least 1; what is left over makes a smaller one.</param>
    /// <param name="seed">Equal seeds give equal batches on every machine.</param>
    /// <param name="order">The order of the pairs.</param>
    /// <param name="steps">
    /// The steps that inputs are padded to, as many as the model declares; 0, the default, for the longest input of each batch, which a
    /// sequence-to-sequence model and a trainer with <c>Segments</c> take.
    /// </param>
    /// <param name="targetSteps">
    /// The steps that targets are padded to; 0, the default, for <paramref name="steps"/> where every target is as long as its input, and
    /// otherwise for the longest target of each batch.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    /// <exception cref="ArgumentException">A sequence has more steps than it shall be padded to, or there are no pairs.</exception>
    public SequenceBatches<TInput, TTarget> Batches(
        int rows, ulong seed = 0, BatchOrder order = BatchOrder.ByLength, int steps = 0, int targetSteps = 0) =>
        new(this, rows, seed, order, steps, targetSteps);

    private int GroupOf(int pair) => groups?[pair] ?? 0;

    /// <param name="isFirst">True for the first side, false for the second, null for neither.</param>
    private (SequencePairs<TInput, TTarget> First, SequencePairs<TInput, TTarget> Second) Split(Func<int, bool?> isFirst)
    {
        List<int> first = [], second = [];
        for (int pair = 0; pair < Count; pair++)
            (isFirst(pair) switch { true => first, false => second, _ => null })?.Add(pair);
        if (first.Count == 0 || second.Count == 0)
            throw new ArgumentException(
                $"Of {Count} pairs, {first.Count} would be on the first side and {second.Count} on the second; neither may be empty.");
        return (Select([.. first]), Select([.. second]));
    }

    private (SequencePairs<TInput, TTarget> First, SequencePairs<TInput, TTarget> Second) Split(Func<int, bool> isFirst) =>
        Split(pair => (bool?)isFirst(pair));

    private void CheckWeights(Sequences<float> value)
    {
        if (value.Count != Count || value.Width != 1 || !value.Lengths.SequenceEqual(Targets.Lengths))
            throw new ArgumentException(
                "Expected weights as many and as long as the targets, one number for each step, but there are "
                + $"{value.Count} for {Count} targets, or others are longer or wider.", nameof(value));
        for (int pair = 0; pair < Count; pair++)
        {
            for (int step = 0; step < value.Lengths[pair]; step++)
            {
                float weight = value[pair, step][0];
                if (!(weight >= 0 && float.IsFinite(weight)))
                    throw new ArgumentException(
                        $"Weight {step} of pair {pair} is {weight}; all must be finite and at least 0.", nameof(value));
            }
        }
    }

    private static void CheckShare(double share)
    {
        if (share is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(share), share, "A share must be more than 0 and less than 1.");
    }
}

/// <summary>Makes <see cref="SequencePairs{TInput, TTarget}"/>.</summary>
public static class SequencePairs
{
    /// <summary>Puts sequences side by side. Nothing is copied.</summary>
    /// <param name="inputs">The inputs; of a sequence-to-sequence model the sources.</param>
    /// <param name="targets">As many targets; those of a decoder without a start or an end.</param>
    /// <exception cref="ArgumentException">There are not as many targets as inputs.</exception>
    public static SequencePairs<TInput, TTarget> Of<TInput, TTarget>(Sequences<TInput> inputs, Sequences<TTarget> targets)
        where TInput : unmanaged
        where TTarget : unmanaged => new(inputs, targets);

    /// <summary>
    /// Windows over series: the inputs are some steps, and the target is what follows them, in the order of time. Nothing is copied.
    /// </summary>
    /// <param name="inputs">One series or several.</param>
    /// <param name="targets">As many series of as many steps: what is to be forecast at each time.</param>
    /// <param name="steps">Steps of a window, at least 1.</param>
    /// <param name="horizon">
    /// Steps that are forecast, at least 1: a target is the vector of the next <paramref name="horizon"/> steps, [step ahead][number].
    /// </param>
    /// <param name="stride">Steps from a window to the next, at least 1.</param>
    /// <param name="everyStep">
    /// True for a target at every step of a window, what follows that step; false, the default, for one behind its last step.
    /// </param>
    /// <returns>The windows; the <see cref="SequencePairs{TInput, TTarget}.Groups"/> are the series.</returns>
    /// <exception cref="ArgumentException">The series do not belong together, or one is shorter than a window with its target.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1.</exception>
    public static SequencePairs<TInput, TTarget> Windows<TInput, TTarget>(
        Sequences<TInput> inputs, Sequences<TTarget> targets, int steps, int horizon = 1, int stride = 1, bool everyStep = false)
        where TInput : unmanaged
        where TTarget : unmanaged
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(horizon, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        if (!inputs.Lengths.SequenceEqual(targets.Lengths))
            throw new ArgumentException(
                $"Expected series of targets as many and as long as those of inputs, but there are {targets.Count} of up to "
                + $"{targets.Longest} steps for {inputs.Count} of up to {inputs.Longest}.", nameof(targets));
        int[] counts = new int[inputs.Count];
        for (int series = 0; series < counts.Length; series++)
        {
            long room = (long)inputs.Lengths[series] - steps - horizon;
            counts[series] = room >= 0
                ? (int)(room / stride) + 1
                : throw new ArgumentException(
                    $"A window of {steps} steps and a horizon of {horizon} need {(long)steps + horizon} steps, but series {series} has "
                    + $"{inputs.Lengths[series]}.", nameof(inputs));
        }

        int[] groups = [.. counts.SelectMany((count, series) => Enumerable.Repeat(series, count))];
        return new(
            inputs.Windows(0, steps, 1, stride, counts),
            targets.Windows(everyStep ? 1 : steps, everyStep ? steps : 1, horizon, stride, counts))
        {
            Groups = groups,
        };
    }
}
