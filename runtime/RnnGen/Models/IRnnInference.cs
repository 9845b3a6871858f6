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

    /// <summary>One step of a stream.</summary>
    /// <param name="input">An input: one symbol, or <c>InputSize</c> numbers.</param>
    /// <param name="state">The stream's state: read, and replaced.</param>
    /// <param name="output">The outputs.</param>
    /// <exception cref="ArgumentException">A span has the wrong length, or the input or the state is not valid. Nothing has
    /// changed.</exception>
    /// <exception cref="InvalidOperationException">The model takes whole sequences.</exception>
    /// <exception cref="NotFiniteNumberException">An output is not finite. Output and state are as they were computed.</exception>
    void Step(ReadOnlySpan<TInput> input, ref TState state, Span<T> output)
    {
        StreamGuard.HasSteps(Shape);
        Guard.Length(input.Length, Shape.InputWidth, nameof(input), typeof(TInput) == typeof(int) ? "symbols" : "numbers");
        Forward(input, ref state, output);
    }

    /// <summary>One step of many streams, with the numbers of as many single steps. Generated models compute them side by side.</summary>
    /// <param name="inputs">[stream]….</param>
    /// <param name="states">The streams' states: read, and replaced.</param>
    /// <param name="outputs">[stream][output].</param>
    /// <exception cref="ArgumentException">A span has the wrong length, or an input or a state is not valid; the message names the stream.
    /// Nothing has changed. <see cref="RnnInferenceExtensions.TryStep"/> refuses such a stream alone.</exception>
    /// <exception cref="InvalidOperationException">The model takes whole sequences.</exception>
    /// <exception cref="NotFiniteNumberException">An output is not finite. Outputs and states are as they were computed.</exception>
    void Step(ReadOnlySpan<TInput> inputs, Span<TState> states, Span<T> outputs)
    {
        StreamGuard.HasSteps(Shape);
        var (width, size) = (Shape.InputWidth, Shape.OutputSize);
        SpanGuard.Streams(inputs, Shape.InputSize, states.Length, outputs.Length, size, nameof(inputs));
        Shape.CheckSymbols(inputs, nameof(inputs));
        StateGuard.Finite<T, TState>(states, Shape.StateSize, nameof(states));
        for (int stream = 0; stream < states.Length; stream++)
            Forward(inputs.Slice(stream * width, width), ref states[stream], outputs.Slice(stream * size, size));
    }
}
