using System.ComponentModel;
using System.Runtime.CompilerServices;
using RnnGen.Numerics;

namespace RnnGen.Generated;

/// <summary>The kernels that run a step of many streams, compiled for vectors of some width.</summary>
/// <typeparam name="T">The model's numbers: <see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TInput"><see cref="int"/> where inputs are symbols, otherwise <typeparamref name="T"/>.</typeparam>
/// <typeparam name="TState">The model's nested type <c>State</c>.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IRowKernels<T, TInput, TState>
    where T : unmanaged
    where TInput : unmanaged
    where TState : struct, IRnnState<T>
{
    /// <summary>Runs one step of many streams.</summary>
    /// <param name="weights">The first parameter.</param>
    /// <param name="scratch">Working memory, as much as the kernels need.</param>
    /// <param name="inputs">[stream]….</param>
    /// <param name="states">Read, and replaced.</param>
    /// <param name="outputs">Receives [stream][output].</param>
    static abstract void InferRows(ref T weights, ref T scratch, ReadOnlySpan<TInput> inputs, Span<TState> states, Span<T> outputs);
}

/// <summary>Runs a step of many streams with the widest vectors of the machine.</summary>
/// <remarks>The JIT knows the width, so a call goes straight to the kernels of one type.</remarks>
/// <typeparam name="T">The model's numbers: <see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TInput"><see cref="int"/> where inputs are symbols, otherwise <typeparamref name="T"/>.</typeparam>
/// <typeparam name="TState">The model's nested type <c>State</c>.</typeparam>
/// <typeparam name="K512">The kernels where vectors have 512 bits.</typeparam>
/// <typeparam name="K256">The kernels where they have 256.</typeparam>
/// <typeparam name="K128">The kernels where they have 128.</typeparam>
/// <typeparam name="K1">The kernels of scalars.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class RowKernels<T, TInput, TState, K512, K256, K128, K1>
    where T : unmanaged
    where TInput : unmanaged
    where TState : struct, IRnnState<T>
    where K512 : struct, IRowKernels<T, TInput, TState>
    where K256 : struct, IRowKernels<T, TInput, TState>
    where K128 : struct, IRowKernels<T, TInput, TState>
    where K1 : struct, IRowKernels<T, TInput, TState>
{
    /// <inheritdoc cref="IRowKernels{T, TInput, TState}.InferRows"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void InferRows(ref T weights, ref T scratch, ReadOnlySpan<TInput> inputs, Span<TState> states, Span<T> outputs)
    {
        if (Vectors.Have512)
            K512.InferRows(ref weights, ref scratch, inputs, states, outputs);
        else if (Vectors.Have256)
            K256.InferRows(ref weights, ref scratch, inputs, states, outputs);
        else if (Vectors.Have128)
            K128.InferRows(ref weights, ref scratch, inputs, states, outputs);
        else
            K1.InferRows(ref weights, ref scratch, inputs, states, outputs);
    }
}
