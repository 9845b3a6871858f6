using RnnGen.Generated;

namespace RnnGen.Compiler;

/// <summary>Trains a model that was compiled in a running program. Not for several threads at once.</summary>
/// <typeparam name="T">The model's numbers.</typeparam>
/// <typeparam name="TInput"><see cref="int"/> where inputs are symbols, otherwise <typeparamref name="T"/>.</typeparam>
/// <typeparam name="TTarget"><see cref="int"/> where targets are classes, otherwise <typeparamref name="T"/>.</typeparam>
public abstract class CompiledTrainer<T, TInput, TTarget>
    where T : unmanaged
    where TInput : unmanaged
    where TTarget : unmanaged
{
    private protected CompiledTrainer()
    {
    }

    /// <summary>
    /// The trainer behind this one: it has the optimiser, the settings and the number of updates, and saves and loads them.
    /// </summary>
    public abstract BatchTrainer<T> Settings { get; }

    /// <summary>
    /// True to start each row of a batch in the state in which that row ended in the batch before: truncated BPTT through longer sequences.
    /// The default is false: each row starts at zero.
    /// </summary>
    public bool CarriesStates { get; set; }

    /// <summary>Has the next batch start at zero.</summary>
    public abstract void ResetStates();

    /// <summary>Forward, loss, BPTT and an update. After the first batch of a size nothing is allocated.</summary>
    /// <param name="inputs">[step][row], and for real inputs [number].</param>
    /// <param name="targets">[output step][row], and for real targets [number].</param>
    /// <param name="lengths">The steps of each row that count; empty if all do.</param>
    /// <param name="weights">[output step][row]: what each output's loss counts; empty for 1.</param>
    /// <returns>The mean loss before the update.</returns>
    /// <exception cref="ArgumentException">A span has the wrong length, or holds what is not valid. Nothing has changed.</exception>
    /// <exception cref="NotFiniteNumberException">The loss or a gradient is not finite. Nothing has changed.</exception>
    public abstract double Step(
        ReadOnlySpan<TInput> inputs, ReadOnlySpan<TTarget> targets, ReadOnlySpan<int> lengths = default, ReadOnlySpan<T> weights = default);

    /// <summary>The mean loss of a batch whose rows start at zero, without learning from it.</summary>
    /// <inheritdoc cref="Step"/>
    /// <returns>The mean loss.</returns>
    public abstract double Evaluate(
        ReadOnlySpan<TInput> inputs, ReadOnlySpan<TTarget> targets, ReadOnlySpan<int> lengths = default, ReadOnlySpan<T> weights = default);
}

internal sealed class CompiledModelTrainer<T, TInput, TTarget, TState>(Trainer<T, TInput, TTarget, TState> trainer, ModelShape shape)
    : CompiledTrainer<T, TInput, TTarget>
    where T : unmanaged
    where TInput : unmanaged
    where TTarget : unmanaged
    where TState : struct, IRnnState<T>
{
    private TState[] states = [];

    public override BatchTrainer<T> Settings => trainer;

    public override void ResetStates() => states.AsSpan().Clear();

    public override double Step(
        ReadOnlySpan<TInput> inputs, ReadOnlySpan<TTarget> targets, ReadOnlySpan<int> lengths, ReadOnlySpan<T> weights)
    {
        int rows = inputs.Length / (shape.InputSteps * shape.InputWidth);
        if (CarriesStates && states.Length != rows)
            states = new TState[rows];
        return trainer.Step(inputs, targets, CarriesStates ? states : default, lengths, weights);
    }

    public override double Evaluate(
        ReadOnlySpan<TInput> inputs, ReadOnlySpan<TTarget> targets, ReadOnlySpan<int> lengths, ReadOnlySpan<T> weights) =>
        trainer.Evaluate(inputs, targets, default, lengths, weights);
}
