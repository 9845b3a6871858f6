using System.ComponentModel;
using System.Runtime.CompilerServices;
using RnnGen.Numerics;

namespace RnnGen.Generated;

/// <summary>The kernels of a batch, forward and back, compiled for vectors of some width.</summary>
/// <typeparam name="T">The model's numbers: <see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TState">The model's nested type <c>State</c>.</typeparam>
/// <typeparam name="TTape">The model's nested type <c>Tape</c>.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IPassKernels<T, TState, TTape>
    where T : unmanaged
    where TState : struct, IRnnState<T>
    where TTape : class
{
    /// <summary>Runs all steps of all rows forward.</summary>
    /// <param name="tape">The batch, with its inputs and initial states.</param>
    /// <param name="weights">The first parameter.</param>
    static abstract void Forward(TTape tape, ref T weights);

    /// <summary>Runs all steps of all rows back.</summary>
    /// <param name="tape">The batch, with the gradients of its outputs and inner states.</param>
    /// <param name="weights">The first parameter.</param>
    /// <param name="gradients">The gradient of the first parameter.</param>
    /// <param name="finalStateGradients">[row], or empty for zeros.</param>
    static abstract void Backward(TTape tape, ref T weights, ref T gradients, ReadOnlySpan<TState> finalStateGradients);
}

/// <summary>Runs the passes of a batch with the widest vectors of the machine.</summary>
/// <remarks>The JIT knows the width, so a call goes straight to the kernels of one type.</remarks>
/// <typeparam name="T">The model's numbers: <see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TState">The model's nested type <c>State</c>.</typeparam>
/// <typeparam name="TTape">The model's nested type <c>Tape</c>.</typeparam>
/// <typeparam name="K512">The kernels where vectors have 512 bits.</typeparam>
/// <typeparam name="K256">The kernels where they have 256.</typeparam>
/// <typeparam name="K128">The kernels where they have 128.</typeparam>
/// <typeparam name="K1">The kernels of scalars.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class PassKernels<T, TState, TTape, K512, K256, K128, K1>
    where T : unmanaged
    where TState : struct, IRnnState<T>
    where TTape : class
    where K512 : struct, IPassKernels<T, TState, TTape>
    where K256 : struct, IPassKernels<T, TState, TTape>
    where K128 : struct, IPassKernels<T, TState, TTape>
    where K1 : struct, IPassKernels<T, TState, TTape>
{
    /// <inheritdoc cref="IPassKernels{T, TState, TTape}.Forward"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Forward(TTape tape, ref T weights)
    {
        if (Vectors.Have512)
            K512.Forward(tape, ref weights);
        else if (Vectors.Have256)
            K256.Forward(tape, ref weights);
        else if (Vectors.Have128)
            K128.Forward(tape, ref weights);
        else
            K1.Forward(tape, ref weights);
    }

    /// <inheritdoc cref="IPassKernels{T, TState, TTape}.Backward"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Backward(TTape tape, ref T weights, ref T gradients, ReadOnlySpan<TState> finalStateGradients)
    {
        if (Vectors.Have512)
            K512.Backward(tape, ref weights, ref gradients, finalStateGradients);
        else if (Vectors.Have256)
            K256.Backward(tape, ref weights, ref gradients, finalStateGradients);
        else if (Vectors.Have128)
            K128.Backward(tape, ref weights, ref gradients, finalStateGradients);
        else
            K1.Backward(tape, ref weights, ref gradients, finalStateGradients);
    }
}
