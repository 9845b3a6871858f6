using RnnGen.Numerics;

namespace RnnGen;

/// <summary>Trains a model: forward, loss, BPTT and an update as one call. Not for several threads at once.</summary>
/// <remarks>
/// A batch of 32 rows or more is cut into up to 8 parts of at least 16 rows, whose gradients are added in a fixed order. Where to cut depends on the
/// rows alone: any number of <see cref="Threads"/> gives the same bits.
/// </remarks>
/// <typeparam name="T">The model's numbers: <see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TInput"><see cref="int"/> where inputs are symbols, otherwise <typeparamref name="T"/>.</typeparam>
/// <typeparam name="TTarget"><see cref="int"/> where targets are classes, otherwise <typeparamref name="T"/>.</typeparam>
/// <typeparam name="TState">The model's nested type <c>State</c>.</typeparam>
public abstract record Trainer<T, TInput, TTarget, TState> : Trainer<T>
    where T : unmanaged
    where TInput : unmanaged
    where TTarget : unmanaged
    where TState : struct, IRnnState<T>
{
    private readonly IRnnModel<T, TInput, TTarget, TState> model;
    private readonly int threads = 1;
    private Batch<T, TInput, TTarget, TState>? batch;

    /// <summary>Starts training.</summary>
    /// <param name="model">The model.</param>
    /// <param name="optimizer">How gradients move its parameters.</param>
    protected Trainer(IRnnModel<T, TInput, TTarget, TState> model, Optimizer optimizer)
        : base((model ?? throw new ArgumentNullException(nameof(model))).Parameters, optimizer) => this.model = model;

    /// <summary>How many threads work on a batch, 1 to 64; the default is 1. The others come from the thread pool.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int Threads
    {
        get => threads;
        init => threads = value is >= 1 and <= 64 ? value : throw new ArgumentOutOfRangeException(nameof(Threads), value, "Must be 1 to 64.");
    }

    /// <summary>
    /// What the masks of dropout and zoneout are drawn from: the same seed gives the same masks on every machine and with any number of
    /// <see cref="Threads"/>. The default is 0.
    /// </summary>
    public ulong Seed { get; init; }

    /// <summary>Forward, loss, BPTT and an update. After the first batch of a size nothing is allocated.</summary>
    /// <param name="inputs">[step][row], and for real inputs [number]: the declared steps of any number of rows, or one where a sequence has one input.</param>
    /// <param name="targets">[output step][row], and for real targets [number]; those of several heads side by side. What does not count may be anything.</param>
    /// <param name="states">
    /// Where each row starts, and receives where it ended: truncated BPTT through a longer sequence. Empty to start all rows at zero.
    /// </param>
    /// <param name="lengths">The steps of each row that count, 0 to the declared ones; empty if all do.</param>
    /// <param name="weights">
    /// [output step][row]: what each output's loss counts, 0 for nothing; empty for 1. The mean is over all weights; behind the end of a sequence they are 0.
    /// </param>
    /// <returns>The mean loss before the update; 0 if nothing counts.</returns>
    /// <exception cref="ArgumentException">A span has the wrong length, or holds what is no valid input, target, length or weight. Nothing has changed.</exception>
    /// <exception cref="NotFiniteNumberException">The loss or a gradient is not finite. Nothing has changed.</exception>
    public double Step(ReadOnlySpan<TInput> inputs, ReadOnlySpan<TTarget> targets, Span<TState> states = default, ReadOnlySpan<int> lengths = default, ReadOnlySpan<T> weights = default)
    {
        Batch<T, TInput, TTarget, TState> current = Load(inputs, targets, states, lengths, weights);
        double loss = current.Run(Threads, learn: true, new CounterRandom(Seed).Bits((ulong)Updates));
        Update(loss, current.Gradients);
        current.GetFinalStates(states);
        return loss;
    }

    /// <summary>The mean loss of a batch, without noise and without learning from it.</summary>
    /// <inheritdoc cref="Step"/>
    /// <returns>The mean loss; 0 if nothing counts.</returns>
    public double Evaluate(ReadOnlySpan<TInput> inputs, ReadOnlySpan<TTarget> targets, Span<TState> states = default, ReadOnlySpan<int> lengths = default, ReadOnlySpan<T> weights = default)
    {
        Batch<T, TInput, TTarget, TState> current = Load(inputs, targets, states, lengths, weights);
        double loss = current.Run(Threads, learn: false, noiseSeed: null);
        current.GetFinalStates(states);
        return loss;
    }

    private Batch<T, TInput, TTarget, TState> Load(ReadOnlySpan<TInput> inputs, ReadOnlySpan<TTarget> targets, ReadOnlySpan<TState> states, ReadOnlySpan<int> lengths, ReadOnlySpan<T> weights)
    {
        ModelShape shape = model.Shape;
        int rows = Guard.Rows(inputs.Length, shape.InputSteps * shape.InputWidth, nameof(inputs));
        shape.CheckInputs(rows, inputs, nameof(inputs));
        if (!states.IsEmpty)
            Guard.Length(states.Length, rows, nameof(states), "states");
        if (!lengths.IsEmpty)
            Guard.Lengths(lengths, rows, shape.Steps, nameof(lengths));
        if (!weights.IsEmpty)
            Guard.Weights(weights, shape.OutputSteps * rows, nameof(weights));
        shape.CheckTargets(rows, targets, weights, lengths, nameof(targets));
        if (batch?.Rows != rows)
            batch = new(model, rows);
        batch.Load(inputs, targets, states, lengths, weights);
        return batch;
    }
}
