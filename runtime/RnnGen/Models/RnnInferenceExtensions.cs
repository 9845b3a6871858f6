using RnnGen.Generated;

namespace RnnGen;

/// <summary>Calls that serve many streams, for every model that has steps.</summary>
public static class RnnInferenceExtensions
{
    /// <summary>
    /// Takes some steps of many streams: a batched <c>Step</c> after the other, with the same numbers. Nothing is allocated.
    /// </summary>
    /// <typeparam name="T">The model's numbers.</typeparam>
    /// <typeparam name="TInput"><see cref="int"/> where inputs are symbols, otherwise <typeparamref name="T"/>.</typeparam>
    /// <typeparam name="TState">The model's <c>State</c>.</typeparam>
    /// <param name="model">The model.</param>
    /// <param name="inputs">[step][stream]….</param>
    /// <param name="states">The streams' states: read, and replaced.</param>
    /// <param name="outputs">[step][stream][output].</param>
    /// <exception cref="ArgumentException">A span has the wrong length, or an input or a state is not valid. Nothing has
    /// changed.</exception>
    /// <exception cref="InvalidOperationException">The model takes whole sequences.</exception>
    /// <exception cref="NotFiniteNumberException">An output is not finite. Outputs and states are as they were computed until
    /// then.</exception>
    public static void Forward<T, TInput, TState>(
        this IRnnInference<T, TInput, TState> model, ReadOnlySpan<TInput> inputs, Span<TState> states, Span<T> outputs)
        where T : unmanaged
        where TInput : unmanaged
        where TState : struct, IRnnState<T>
    {
        ArgumentNullException.ThrowIfNull(model);
        ModelShape shape = model.Shape;
        StreamGuard.HasSteps(shape);
        int perStep = checked(states.Length * shape.InputWidth), perOutput = checked(states.Length * shape.OutputSize);
        int steps = StreamGuard.Steps(inputs.Length, perStep, nameof(inputs));
        Guard.Length(outputs.Length, checked(steps * perOutput), nameof(outputs));
        Guard.Inputs(inputs, shape.InputSize, nameof(inputs));
        shape.CheckSymbols(inputs, nameof(inputs));
        for (int step = 0; step < steps; step++)
            model.Step(inputs.Slice(step * perStep, perStep), states, outputs.Slice(step * perOutput, perOutput));
    }

    /// <summary>
    /// One step of every stream that can take one: a stream whose input, state or output is not valid does not keep the others from
    /// theirs. The numbers are those of single steps. Nothing is allocated, unless an output is not finite.
    /// </summary>
    /// <typeparam name="T">The model's numbers.</typeparam>
    /// <typeparam name="TInput"><see cref="int"/> where inputs are symbols, otherwise <typeparamref name="T"/>.</typeparam>
    /// <typeparam name="TState">The model's <c>State</c>.</typeparam>
    /// <param name="model">The model.</param>
    /// <param name="inputs">[stream]….</param>
    /// <param name="states">The streams' states: read, and replaced.</param>
    /// <param name="outputs">[stream][output].</param>
    /// <param name="faults">Receives what is wrong with each stream, mostly nothing.</param>
    /// <returns>The streams with a fault.</returns>
    /// <exception cref="ArgumentException">A span has the wrong length. Nothing has changed.</exception>
    /// <exception cref="InvalidOperationException">The model takes whole sequences.</exception>
    public static int TryStep<T, TInput, TState>(
        this IRnnInference<T, TInput, TState> model, ReadOnlySpan<TInput> inputs, Span<TState> states, Span<T> outputs,
        Span<StreamFault> faults)
        where T : unmanaged
        where TInput : unmanaged
        where TState : struct, IRnnState<T>
    {
        ArgumentNullException.ThrowIfNull(model);
        ModelShape shape = model.Shape;
        StreamGuard.HasSteps(shape);
        var (width, size) = (shape.InputWidth, shape.OutputSize);
        Guard.Length(inputs.Length, checked(states.Length * width), nameof(inputs), typeof(TInput) == typeof(int) ? "symbols" : "numbers");
        Guard.Length(outputs.Length, checked(states.Length * size), nameof(outputs));
        Guard.Length(faults.Length, states.Length, nameof(faults), "faults");

        // Streams between those with a fault are a batch of their own: a stream's numbers do not depend on its neighbours.
        int faulty = 0, first = 0;
        for (int stream = 0; stream <= states.Length; stream++)
        {
            bool isEnd = stream == states.Length;
            if (!isEnd)
            {
                faults[stream] = StreamGuard.Find<T, TInput, TState>(shape, inputs.Slice(stream * width, width), ref states[stream]);
                if (faults[stream] == StreamFault.None)
                    continue;
                faulty++;
            }

            if (stream > first)
            {
                int count = stream - first;
                faulty += Step(
                    model, inputs.Slice(first * width, count * width), states.Slice(first, count),
                    outputs.Slice(first * size, count * size), faults.Slice(first, count));
            }

            first = stream + 1;
        }

        return faulty;
    }

    private static int Step<T, TInput, TState>(
        IRnnInference<T, TInput, TState> model, ReadOnlySpan<TInput> inputs, Span<TState> states, Span<T> outputs, Span<StreamFault> faults)
        where T : unmanaged
        where TInput : unmanaged
        where TState : struct, IRnnState<T>
    {
        try
        {
            model.Step(inputs, states, outputs);
            return 0;
        }
        catch (NotFiniteNumberException)
        {
            // All streams have been computed before outputs are looked at.
            int faulty = 0, size = outputs.Length / states.Length;
            for (int stream = 0; stream < states.Length; stream++)
            {
                if (!Guard.AreFinite<T>(outputs.Slice(stream * size, size)))
                {
                    faults[stream] = StreamFault.Output;
                    faulty++;
                }
            }

            return faulty;
        }
    }
}
