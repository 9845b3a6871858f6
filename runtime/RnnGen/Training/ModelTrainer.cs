namespace RnnGen;

/// <summary>Trains a model: forward, loss, BPTT and an update as one call. Not for several threads at once.</summary>
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
    private Tape<T, TInput, TTarget, TState>? tape;

    /// <summary>Starts training.</summary>
    /// <param name="model">The model.</param>
    /// <param name="optimizer">How gradients move its parameters.</param>
    protected Trainer(IRnnModel<T, TInput, TTarget, TState> model, Optimizer optimizer)
        : base((model ?? throw new ArgumentNullException(nameof(model))).Parameters, optimizer) => this.model = model;

    /// <summary>Forward, loss, BPTT and an update. After the first batch of a size nothing is allocated.</summary>
    /// <param name="inputs">[step][row], and for real inputs [number]: the declared steps of any number of rows.</param>
    /// <param name="targets">[step][row], and for real targets [number].</param>
    /// <param name="states">
    /// Where each row starts, and receives where it ended: truncated BPTT through a longer sequence. Empty to start all rows at zero.
    /// </param>
    /// <returns>The mean loss before the update.</returns>
    /// <exception cref="ArgumentException">A span has the wrong length, or holds what is no valid input or target. Nothing has changed.</exception>
    /// <exception cref="NotFiniteNumberException">The loss or a gradient is not finite. Nothing has changed.</exception>
    public double Step(ReadOnlySpan<TInput> inputs, ReadOnlySpan<TTarget> targets, Span<TState> states = default)
    {
        Tape<T, TInput, TTarget, TState> batch = Forward(inputs, states);
        double loss = batch.Loss(targets);
        batch.Backward();
        Update(loss, batch.Gradients);
        if (!states.IsEmpty)
            batch.GetFinalStates(states);
        return loss;
    }

    /// <summary>The mean loss of a batch, without learning from it.</summary>
    /// <inheritdoc cref="Step"/>
    /// <returns>The mean loss.</returns>
    public double Evaluate(ReadOnlySpan<TInput> inputs, ReadOnlySpan<TTarget> targets, Span<TState> states = default)
    {
        Tape<T, TInput, TTarget, TState> batch = Forward(inputs, states);
        double loss = batch.Loss(targets);
        if (!states.IsEmpty)
            batch.GetFinalStates(states);
        return loss;
    }

    private Tape<T, TInput, TTarget, TState> Forward(ReadOnlySpan<TInput> inputs, ReadOnlySpan<TState> states)
    {
        int rows = Guard.Rows(inputs.Length, model.InputsPerRow, nameof(inputs));
        if (tape?.Rows != rows)
            tape = model.CreateTape(rows);
        tape.Forward(inputs, states);
        return tape;
    }
}
