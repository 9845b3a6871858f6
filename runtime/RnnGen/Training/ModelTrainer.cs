using RnnGen.Generated;

namespace RnnGen;

/// <summary>Trains a model: forward, loss, BPTT and an update as one call. Not for several threads at once.</summary>
/// <inheritdoc path="/remarks"/>
/// <typeparam name="T">The model's numbers: <see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TInput"><see cref="int"/> where inputs are symbols, otherwise <typeparamref name="T"/>.</typeparam>
/// <typeparam name="TTarget"><see cref="int"/> where targets are classes, otherwise <typeparamref name="T"/>.</typeparam>
/// <typeparam name="TState">The model's nested type <c>State</c>.</typeparam>
public abstract partial record Trainer<T, TInput, TTarget, TState> : BatchTrainer<T>
    where T : unmanaged
    where TInput : unmanaged
    where TTarget : unmanaged
    where TState : struct, IRnnState<T>
{
    private readonly IRnnModel<T, TInput, TTarget, TState> model;
    private readonly RecentBatches<T, BatchShard<T, TInput, TTarget, TState>> batches;
    private readonly int segments = 1;

    /// <summary>Starts training.</summary>
    /// <param name="model">The model.</param>
    /// <param name="optimizer">The rule by which gradients move its parameters.</param>
    protected Trainer(IRnnModel<T, TInput, TTarget, TState> model, Optimizer optimizer)
        : base(model, optimizer)
    {
        this.model = model;
        batches = new(WeightBytes, rows => new(model.CreateTape(rows.Count), model.Shape, rows));
    }

    /// <summary>
    /// The most segments, each of the declared steps, that a sequence may have: checkpoints in time (Gruslys et al. 2016). 1, the default,
    /// is exactly the declared steps; with more, sequences have any number of steps up to the product.
    /// </summary>
    /// <remarks>
    /// BPTT goes through the whole sequence, with the memory of the declared steps and of one state between a segment of them and the next.
    /// All segments run forward; then, from the last to the first, each runs forward once more, with the same masks, and back. That is a
    /// forward pass more, and the gradients are those of a model that was declared with all the steps, but for rounding. A batch has as
    /// many rows as lengths or states; if both are empty, as many as make its inputs the most steps there may be.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    /// <exception cref="ArgumentException">
    /// The value is more than 1, but the model needs whole sequences: it has a layer in reverse, a pool, one input or output per
    /// sequence, or labels without times (<see cref="CtcAttribute"/>).
    /// </exception>
    public int Segments
    {
        get => segments;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(Segments));
            if (value > 1 && !model.Shape.CanBeCut)
                throw new ArgumentException(
                    $"Expected 1 segment, not {value}: the model has a layer in reverse, a pool, one input or output per sequence, "
                    + "or labels without times, and needs all of it at once.", nameof(Segments));
            segments = value;
        }
    }

    /// <summary>
    /// Forward, loss, BPTT and an update. After the first batch of a size nothing is allocated, but for a sequence of more segments than
    /// any before.
    /// </summary>
    /// <param name="inputs">
    /// [step][row], and for real inputs [number]: the declared steps of any number of rows, or one where a sequence has one input; or what
    /// <see cref="Segments"/> says.
    /// </param>
    /// <param name="targets">[output step][row], and for real targets [number]; those of several heads side by side. What does not count
    /// may be anything.</param>
    /// <param name="states">
    /// The state in which each row starts; receives the one in which it ended: truncated BPTT through a longer sequence. Empty to start all
    /// rows at zero.
    /// </param>
    /// <param name="lengths">The steps of each row that count, 0 to the steps there are; empty if all do.</param>
    /// <param name="weights">
    /// [output step][row]: what each output's loss counts, 0 for nothing; empty for 1. The mean is over all weights; behind the end of a
    /// sequence they are 0.
    /// </param>
    /// <returns>The mean loss before the update. If nothing counts it is 0, and there is no update: only the states move on.</returns>
    /// <exception cref="ArgumentException">A span has the wrong length, or holds what is no valid input, target, state, length or weight.
    /// Nothing has changed.</exception>
    /// <exception cref="NotFiniteNumberException">The loss or a gradient is not finite, or a parameter or one of its moments would not be.
    /// Nothing has changed.</exception>
    public double Step(
        ReadOnlySpan<TInput> inputs, ReadOnlySpan<TTarget> targets, Span<TState> states = default, ReadOnlySpan<int> lengths = default,
        ReadOnlySpan<T> weights = default)
    {
        using Exclusive.Scope call = Enter();
        ParameterSet<T> parameters = Parameters;
        Batch<T, BatchShard<T, TInput, TTarget, TState>> current = Load(inputs, targets, states, lengths, weights);
        double loss = Learn(parameters, current);
        GetFinalStates(current, states);
        return loss;
    }

    /// <summary>The mean loss of a batch, without noise and without learning from it.</summary>
    /// <inheritdoc cref="Step(ReadOnlySpan{TInput}, ReadOnlySpan{TTarget}, Span{TState}, ReadOnlySpan{int}, ReadOnlySpan{T})"/>
    /// <returns>The mean loss; 0 if nothing counts.</returns>
    public double Evaluate(
        ReadOnlySpan<TInput> inputs, ReadOnlySpan<TTarget> targets, Span<TState> states = default, ReadOnlySpan<int> lengths = default,
        ReadOnlySpan<T> weights = default)
    {
        using Exclusive.Scope call = Enter();
        Batch<T, BatchShard<T, TInput, TTarget, TState>> current = Load(inputs, targets, states, lengths, weights);
        double loss = Measure(Parameters, current);
        GetFinalStates(current, states);
        return loss;
    }

    private Batch<T, BatchShard<T, TInput, TTarget, TState>> Load(
        ReadOnlySpan<TInput> inputs, ReadOnlySpan<TTarget> targets, ReadOnlySpan<TState> states, ReadOnlySpan<int> lengths,
        ReadOnlySpan<T> weights, bool hasTargets = true)
    {
        ModelShape shape = model.Shape;
        int rows = segments > 1 && !lengths.IsEmpty ? lengths.Length
            : segments > 1 && !states.IsEmpty ? states.Length
            : Guard.Rows(inputs.Length, (long)segments * shape.InputSteps * shape.InputWidth, nameof(inputs));
        int steps =
            segments > 1 ? Guard.Steps(inputs.Length, rows, shape.InputWidth, (long)segments * shape.Steps, nameof(inputs)) : shape.Steps;
        shape.CheckInputs(rows, steps, inputs, nameof(inputs));
        if (!states.IsEmpty)
            Guard.Length(states.Length, rows, nameof(states), "states");
        StateGuard.Finite<T, TState>(states, shape.StateSize, nameof(states));
        if (!lengths.IsEmpty)
            Guard.Lengths(lengths, rows, steps, nameof(lengths));
        if (!weights.IsEmpty)
            Guard.Weights(weights, shape.OutputStepsOf(steps) * rows, nameof(weights));
        if (hasTargets)
            shape.CheckTargets(rows, steps, targets, weights, lengths, nameof(targets));
        ComparedData?.Add(inputs).Add(targets).Add(states).Add(lengths).Add(weights);
        Batch<T, BatchShard<T, TInput, TTarget, TState>> batch = batches.Of(rows, MostShards, Exchange);
        batch.Weigh(weights, shape.OutputLengths(lengths), shape.OutputStepsOf(steps));
        foreach (BatchShard<T, TInput, TTarget, TState> shard in batch.Shards)
            shard.Load(steps, inputs, targets, states, lengths, weights);
        return batch;
    }

    private static void GetFinalStates(Batch<T, BatchShard<T, TInput, TTarget, TState>> batch, Span<TState> states)
    {
        if (states.IsEmpty)
            return;
        foreach (BatchShard<T, TInput, TTarget, TState> shard in batch.Shards)
            shard.GetFinalStates(states);
        batch.ShareRows(states);
    }
}
