using RnnGen.Generated;

namespace RnnGen;

/// <summary>Inference by a generated model, or by its compressed copy (<see cref="CompressedAttribute"/>).</summary>
/// <typeparam name="T">The model's numbers: <see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TInput"><see cref="int"/> where inputs are symbols, otherwise <typeparamref name="T"/>.</typeparam>
/// <typeparam name="TState">The model's nested type <c>State</c>.</typeparam>
public interface IRnnInference<T, TInput, TState>
    where T : unmanaged
    where TInput : unmanaged
    where TState : struct, IRnnState<T>
{
    /// <summary>The model's sizes.</summary>
    ModelShape Shape { get; }

    /// <summary>Steps of a stream, as many as there are inputs.</summary>
    /// <param name="inputs">[step]…; a single one where a sequence has one input.</param>
    /// <param name="state">The stream's state: read, and replaced.</param>
    /// <param name="outputs">[step][output]; a single one where a sequence has one output.</param>
    /// <exception cref="ArgumentException">A span has the wrong length, or an input or the state is not valid. Nothing has
    /// changed.</exception>
    /// <exception cref="NotFiniteNumberException">An output is not finite. Outputs and state are as they were computed.</exception>
    void Forward(ReadOnlySpan<TInput> inputs, ref TState state, Span<T> outputs);
}
