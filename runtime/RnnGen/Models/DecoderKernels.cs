using System.ComponentModel;
using System.Runtime.CompilerServices;
using RnnGen.Numerics;

namespace RnnGen.Generated;

/// <summary>The kernels that encode a source and decode it, compiled for vectors of some width.</summary>
/// <typeparam name="T">The model's numbers: <see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TSource"><see cref="int"/> where sources are symbols, otherwise <typeparamref name="T"/>.</typeparam>
/// <typeparam name="TInput"><see cref="int"/> where inputs are symbols, otherwise <typeparamref name="T"/>.</typeparam>
/// <typeparam name="TMemory">The model's nested type <c>Memory</c>.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IDecoderKernels<T, TSource, TInput, TMemory>
    where T : unmanaged
    where TSource : unmanaged
    where TInput : unmanaged
    where TMemory : class
{
    /// <summary>Runs the encoder over a source.</summary>
    /// <param name="weights">The first parameter.</param>
    /// <param name="scratch">Working memory, as much as the kernels need.</param>
    /// <param name="inputs">The source, [step]….</param>
    /// <param name="memory">Receives what the decoder reads.</param>
    /// <param name="state">The first number of the state that the decoder begins in.</param>
    static abstract void Encode(ref T weights, ref T scratch, ReadOnlySpan<TSource> inputs, TMemory memory, ref T state);

    /// <summary>Runs some steps of the decoder.</summary>
    /// <param name="weights">The first parameter.</param>
    /// <param name="scratch">Working memory, as much as the kernels need.</param>
    /// <param name="inputs">[step]….</param>
    /// <param name="memory">An encoded source.</param>
    /// <param name="state">The state's first number: read, and replaced.</param>
    /// <param name="outputs">Receives [step][output].</param>
    /// <param name="attention">Receives the attentions' weights, [step][attention][source step]; empty for nothing.</param>
    static abstract void Infer(
        ref T weights, ref T scratch, ReadOnlySpan<TInput> inputs, TMemory memory, ref T state, Span<T> outputs, Span<T> attention);
}

/// <summary>Encodes and decodes with the widest vectors of the machine.</summary>
/// <remarks>The JIT knows the width, so a call goes straight to the kernels of one type.</remarks>
/// <typeparam name="T">The model's numbers: <see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TSource"><see cref="int"/> where sources are symbols, otherwise <typeparamref name="T"/>.</typeparam>
/// <typeparam name="TInput"><see cref="int"/> where inputs are symbols, otherwise <typeparamref name="T"/>.</typeparam>
/// <typeparam name="TMemory">The model's nested type <c>Memory</c>.</typeparam>
/// <typeparam name="K512">The kernels where vectors have 512 bits.</typeparam>
/// <typeparam name="K256">The kernels where they have 256.</typeparam>
/// <typeparam name="K128">The kernels where they have 128.</typeparam>
/// <typeparam name="K1">The kernels of scalars.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class DecoderKernels<T, TSource, TInput, TMemory, K512, K256, K128, K1>
    where T : unmanaged
    where TSource : unmanaged
    where TInput : unmanaged
    where TMemory : class
    where K512 : struct, IDecoderKernels<T, TSource, TInput, TMemory>
    where K256 : struct, IDecoderKernels<T, TSource, TInput, TMemory>
    where K128 : struct, IDecoderKernels<T, TSource, TInput, TMemory>
    where K1 : struct, IDecoderKernels<T, TSource, TInput, TMemory>
{
    /// <inheritdoc cref="IDecoderKernels{T, TSource, TInput, TMemory}.Encode"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Encode(ref T weights, ref T scratch, ReadOnlySpan<TSource> inputs, TMemory memory, ref T state)
    {
        if (Vectors.Have512)
            K512.Encode(ref weights, ref scratch, inputs, memory, ref state);
        else if (Vectors.Have256)
            K256.Encode(ref weights, ref scratch, inputs, memory, ref state);
        else if (Vectors.Have128)
            K128.Encode(ref weights, ref scratch, inputs, memory, ref state);
        else
            K1.Encode(ref weights, ref scratch, inputs, memory, ref state);
    }

    /// <inheritdoc cref="IDecoderKernels{T, TSource, TInput, TMemory}.Infer"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Infer(
        ref T weights, ref T scratch, ReadOnlySpan<TInput> inputs, TMemory memory, ref T state, Span<T> outputs, Span<T> attention)
    {
        if (Vectors.Have512)
            K512.Infer(ref weights, ref scratch, inputs, memory, ref state, outputs, attention);
        else if (Vectors.Have256)
            K256.Infer(ref weights, ref scratch, inputs, memory, ref state, outputs, attention);
        else if (Vectors.Have128)
            K128.Infer(ref weights, ref scratch, inputs, memory, ref state, outputs, attention);
        else
            K1.Infer(ref weights, ref scratch, inputs, memory, ref state, outputs, attention);
    }
}
