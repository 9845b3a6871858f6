namespace RnnGen;

/// <summary>A generated model, for code that is written once for several models.</summary>
/// <typeparam name="T">The model's numbers: <see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TInput"><see cref="int"/> where inputs are symbols, otherwise <typeparamref name="T"/>.</typeparam>
/// <typeparam name="TTarget"><see cref="int"/> where targets are classes, otherwise <typeparamref name="T"/>.</typeparam>
/// <typeparam name="TState">The model's nested type <c>State</c>.</typeparam>
public interface IRnnModel<T, TInput, TTarget, TState> : IRnnInference<T, TInput, TState>, ITrainedModel<T>
    where T : unmanaged
    where TInput : unmanaged
    where TTarget : unmanaged
    where TState : struct, IRnnState<T>
{
    /// <summary>
    /// A model of the same class with a copy of the parameters as they are now, which no training or loading of this one changes.
    /// </summary>
    /// <remarks>It waits for an update that is under way, so that it is what some number of updates have made.</remarks>
    IRnnModel<T, TInput, TTarget, TState> Snapshot();

    /// <summary>Memory for batches of some rows.</summary>
    /// <param name="rows">Sequences side by side: at least 1.</param>
    /// <param name="inputGradients">True if the backward pass also computes the gradients of the inputs, which symbols do not have.</param>
    /// <exception cref="ArgumentException">Gradients of symbols are wanted.</exception>
    Tape<T, TInput, TTarget, TState> CreateTape(int rows, bool inputGradients = false);

    /// <summary>A trainer of this model.</summary>
    /// <param name="optimizer">The rule by which gradients move parameters.</param>
    Trainer<T, TInput, TTarget, TState> CreateTrainer(Optimizer optimizer);
}
