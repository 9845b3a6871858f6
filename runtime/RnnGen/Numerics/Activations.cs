using System.Runtime.CompilerServices;

namespace RnnGen.Numerics;

/// <summary>Element-wise functions over whole buffers and their derivatives from the outputs, for a dense layer's activation.</summary>
/// <remarks>Buffers are padded to a multiple of 16 elements.</remarks>
public static class Activations
{
    /// <summary>y = tanh(y).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tanh<V, T>(ref T y, nint length)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        for (nint i = 0; i < length; i += V.Count)
            Functions.Tanh<V, T>(V.Load(ref y, i)).Store(ref y, i);
    }

    /// <summary>dy = dy (1 − y²).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TanhGradient<V, T>(ref T y, ref T dy, nint length)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        for (nint i = 0; i < length; i += V.Count)
        {
            V value = V.Load(ref y, i);
            (V.Load(ref dy, i) * V.MultiplyAdd(-value, value, V.Constant(1))).Store(ref dy, i);
        }
    }

    /// <summary>y = σ(y).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sigmoid<V, T>(ref T y, nint length)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        for (nint i = 0; i < length; i += V.Count)
            Functions.Sigmoid<V, T>(V.Load(ref y, i)).Store(ref y, i);
    }

    /// <summary>dy = dy y (1 − y).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SigmoidGradient<V, T>(ref T y, ref T dy, nint length)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        for (nint i = 0; i < length; i += V.Count)
        {
            V value = V.Load(ref y, i);
            (V.Load(ref dy, i) * (value * (V.Constant(1) - value))).Store(ref dy, i);
        }
    }

    /// <summary>y = max(y, 0).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Relu<V, T>(ref T y, nint length)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        for (nint i = 0; i < length; i += V.Count)
            Functions.Relu<V, T>(V.Load(ref y, i)).Store(ref y, i);
    }

    /// <summary>dy = dy where y &gt; 0, elsewhere 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ReluGradient<V, T>(ref T y, ref T dy, nint length)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        for (nint i = 0; i < length; i += V.Count)
            V.IfGreater(V.Load(ref y, i), V.Zero, V.Load(ref dy, i), V.Zero).Store(ref dy, i);
    }
}
