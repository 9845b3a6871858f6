using System.ComponentModel;
using System.Runtime.CompilerServices;
using RnnGen.Numerics;

namespace RnnGen.Generated;

/// <summary>The kernels that run one stream, compiled for vectors of some width.</summary>
/// <typeparam name="T">The model's numbers: <see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TInput"><see cref="int"/> where inputs are symbols, otherwise <typeparamref name="T"/>.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IStreamKernels<T, TInput>
    where T : unmanaged
    where TInput : unmanaged
{
    /// <summary>Runs some steps of one stream.</summary>
    /// <param name="weights">The first parameter.</param>
    /// <param name="scratch">Working memory, as much as the kernels need.</param>
    /// <param name="inputs">[step]….</param>
    /// <param name="state">The state's first number: read, and replaced.</param>
    /// <param name="outputs">Receives [step][output].</param>
    static abstract void Infer(ref T weights, ref T scratch, ReadOnlySpan<TInput> inputs, ref T state, Span<T> outputs);
}

/// <summary>Runs one stream with the widest vectors of the machine.</summary>
/// <remarks>The JIT knows the width, so a call goes straight to the kernels of one type.</remarks>
/// <typeparam name="T">The model's numbers: <see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TInput"><see cref="int"/> where inputs are symbols, otherwise <typeparamref name="T"/>.</typeparam>
/// <typeparam name="K512">The kernels where vectors have 512 bits.</typeparam>
/// <typeparam name="K256">The kernels where they have 256.</typeparam>
/// <typeparam name="K128">The kernels where they have 128.</typeparam>
/// <typeparam name="K1">The kernels of scalars.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class StreamKernels<T, TInput, K512, K256, K128, K1>
    where T : unmanaged
    where TInput : unmanaged
    where K512 : struct, IStreamKernels<T, TInput>
    where K256 : struct, IStreamKernels<T, TInput>
    where K128 : struct, IStreamKernels<T, TInput>
    where K1 : struct, IStreamKernels<T, TInput>
{
    /// <inheritdoc cref="IStreamKernels{T, TInput}.Infer"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Infer(ref T weights, ref T scratch, ReadOnlySpan<TInput> inputs, ref T state, Span<T> outputs)
    {
        if (Vectors.Have512)
            K512.Infer(ref weights, ref scratch, inputs, ref state, outputs);
        else if (Vectors.Have256)
            K256.Infer(ref weights, ref scratch, inputs, ref state, outputs);
        else if (Vectors.Have128)
            K128.Infer(ref weights, ref scratch, inputs, ref state, outputs);
        else
            K1.Infer(ref weights, ref scratch, inputs, ref state, outputs);
    }
}
