using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace RnnGen.Generated;

/// <summary>The checks of inputs and outputs at the front of generated methods, one for each way in which they belong together.</summary>
/// <remarks>Where inputs are <see cref="int"/>s they are symbols, and the size of an input is how many symbols there are.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class SpanGuard
{
    /// <summary>Steps of a stream: valid inputs, and room for an output of each.</summary>
    /// <param name="inputs">[step]….</param>
    /// <param name="inputSize">Numbers of an input, or symbols that it can be.</param>
    /// <param name="outputs">Numbers that there is room for, [step][output].</param>
    /// <param name="outputSize">Numbers of an output.</param>
    /// <exception cref="ArgumentException">A length is wrong, or an input is not valid.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Steps<TInput>(ReadOnlySpan<TInput> inputs, int inputSize, int outputs, int outputSize)
        where TInput : unmanaged
    {
        int width = Width<TInput>(inputSize);
        Guard.Multiple(inputs.Length, width, nameof(inputs));
        Guard.Inputs(inputs, inputSize, nameof(inputs));
        Guard.Length(outputs, checked(inputs.Length / width * outputSize), nameof(outputs));
    }

    /// <summary>A sequence of a model with a matrix over time: no more steps than that has.</summary>
    /// <param name="steps">The steps of the sequence.</param>
    /// <param name="most">The model's steps.</param>
    /// <exception cref="ArgumentException">There are more.</exception>
    public static void MostSteps(int steps, int most)
    {
        if (steps > most)
            throw new ArgumentException(
                $"A sequence has at most {most} steps, because a layer over time has weights for these; it has {steps}.");
    }

    /// <summary>One step of many streams: a valid input of each, and room for its output.</summary>
    /// <param name="inputs">[stream]….</param>
    /// <param name="inputSize">Numbers of an input, or symbols that it can be.</param>
    /// <param name="streams">The number of them.</param>
    /// <param name="outputs">Numbers that there is room for, [stream][output].</param>
    /// <param name="outputSize">Numbers of an output.</param>
    /// <param name="name">The argument of the inputs.</param>
    /// <exception cref="ArgumentException">A length is wrong, or an input is not valid.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Streams<TInput>(ReadOnlySpan<TInput> inputs, int inputSize, int streams, int outputs, int outputSize, string name)
        where TInput : unmanaged
    {
        Guard.Length(
            inputs.Length, checked(streams * Width<TInput>(inputSize)), name, typeof(TInput) == typeof(int) ? "symbols" : "numbers");
        if (typeof(TInput) == typeof(int))
            Guard.Inputs(inputs, inputSize, name);
        else
            Guard.Streams(inputs, inputSize, name);
        Guard.Length(outputs, checked(streams * outputSize), nameof(outputs));
    }

    /// <summary>A sequence with one output: at least one valid input.</summary>
    /// <param name="inputs">[step]….</param>
    /// <param name="inputSize">Numbers of an input, or symbols that it can be.</param>
    /// <param name="outputs">Numbers that there is room for.</param>
    /// <param name="outputSize">Numbers of an output.</param>
    /// <exception cref="ArgumentException">A length is wrong, or an input is not valid.</exception>
    public static void OneOutput<TInput>(ReadOnlySpan<TInput> inputs, int inputSize, int outputs, int outputSize)
        where TInput : unmanaged
    {
        _ = Guard.Rows(inputs.Length, Width<TInput>(inputSize), nameof(inputs));
        Guard.Inputs(inputs, inputSize, nameof(inputs));
        Guard.Length(outputs, outputSize, nameof(outputs));
    }

    /// <summary>A sequence with one input: that is valid, and there is room for whole outputs.</summary>
    /// <param name="inputs">The input.</param>
    /// <param name="inputSize">Its numbers.</param>
    /// <param name="outputs">Numbers that there is room for, [step][output].</param>
    /// <param name="outputSize">Numbers of an output.</param>
    /// <exception cref="ArgumentException">A length is wrong, or an input is not valid.</exception>
    public static void OneInput<TInput>(ReadOnlySpan<TInput> inputs, int inputSize, int outputs, int outputSize)
        where TInput : unmanaged
    {
        Guard.Length(inputs.Length, inputSize, nameof(inputs));
        Guard.Inputs(inputs, inputSize, nameof(inputs));
        Guard.Multiple(outputs, outputSize, nameof(outputs));
    }

    private static int Width<TInput>(int inputSize) => typeof(TInput) == typeof(int) ? 1 : inputSize;
}
