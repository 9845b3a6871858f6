using RnnGen.Generated;

namespace RnnGen;

/// <summary>
/// The training of a generated sequence-to-sequence model. <see cref="IRnnModel{T, TInput, TTarget, TState}"/> is the same without sources.
/// </summary>
/// <typeparam name="T">The model's numbers: <see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TSource"><see cref="int"/> where sources are symbols, otherwise <typeparamref name="T"/>.</typeparam>
/// <typeparam name="TInput"><see cref="int"/> where the decoder's inputs are symbols, otherwise <typeparamref name="T"/>.</typeparam>
/// <typeparam name="TTarget"><see cref="int"/> where targets are classes, otherwise <typeparamref name="T"/>.</typeparam>
/// <typeparam name="TState">The model's nested type <c>State</c>: the decoder's.</typeparam>
public interface ISeq2SeqModel<T, TSource, TInput, TTarget, TState> : ITrainedModel<T>
    where T : unmanaged
    where TSource : unmanaged
    where TInput : unmanaged
    where TTarget : unmanaged
    where TState : struct, IRnnState<T>
{
    /// <summary>The decoder's sizes.</summary>
    ModelShape Shape { get; }

    /// <summary>The encoder's.</summary>
    SourceShape SourceShape { get; }

    /// <summary>
    /// A model of the same class with a copy of the parameters as they are now, which no training or loading of this one changes.
    /// </summary>
    /// <remarks>It waits for an update that is under way, so that it is what some number of updates have made.</remarks>
    ISeq2SeqModel<T, TSource, TInput, TTarget, TState> Snapshot();

    /// <summary>Memory for batches of some rows.</summary>
    /// <param name="rows">Pairs side by side: at least 1.</param>
    /// <param name="inputGradients">True if the backward pass also computes the gradients of sources and inputs that are numbers.</param>
    /// <exception cref="ArgumentException">Gradients are wanted, but sources and inputs are symbols.</exception>
    SourceTape<T, TSource, TInput, TTarget, TState> CreateTape(int rows, bool inputGradients = false);

    /// <summary>A trainer of this model.</summary>
    /// <param name="optimizer">The rule by which gradients move parameters.</param>
    Seq2SeqTrainer<T, TSource, TInput, TTarget, TState> CreateTrainer(Optimizer optimizer);
}

/// <summary>A generated sequence-to-sequence model, for code that is written once for several models.</summary>
/// <typeparam name="T">The model's numbers: <see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TSource"><see cref="int"/> where sources are symbols, otherwise <typeparamref name="T"/>.</typeparam>
/// <typeparam name="TInput"><see cref="int"/> where the decoder's inputs are symbols, otherwise <typeparamref name="T"/>.</typeparam>
/// <typeparam name="TTarget"><see cref="int"/> where targets are classes, otherwise <typeparamref name="T"/>.</typeparam>
/// <typeparam name="TState">The model's nested type <c>State</c>: the decoder's.</typeparam>
/// <typeparam name="TMemory">The model's nested type <c>Memory</c>: an encoded source.</typeparam>
public interface ISeq2SeqModel<T, TSource, TInput, TTarget, TState, TMemory> : ISeq2SeqModel<T, TSource, TInput, TTarget, TState>
    where T : unmanaged
    where TSource : unmanaged
    where TInput : unmanaged
    where TTarget : unmanaged
    where TState : struct, IRnnState<T>
    where TMemory : class
{
    /// <summary>Room for an encoded source, to be used again for others.</summary>
    TMemory CreateMemory();

    /// <summary>Reads a source. Nothing is allocated.</summary>
    /// <param name="source">[step], and for real sources [number]: 1 to the declared steps.</param>
    /// <param name="memory">Receives what the decoder needs of it.</param>
    /// <exception cref="ArgumentException">The source has the wrong length, or holds what is no valid input. The memory is
    /// unchanged.</exception>
    void Encode(ReadOnlySpan<TSource> source, TMemory memory);
}
