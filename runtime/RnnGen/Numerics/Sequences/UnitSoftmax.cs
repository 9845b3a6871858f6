using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RnnGen.Numerics;

/// <summary>
/// The softmax over the numbers of each vector, its logarithm, and their ways back, for generated code. Sums use 16 virtual lanes and one
/// fixed tree, so the bits are the same at every vector width.
/// </summary>
/// <remarks>Nothing is checked here. Vectors lie <c>stride</c> apart, a multiple of 16; paddings become 0.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class UnitSoftmax
{
    /// <summary>y = e^x / Σ e^x; nothing overflows.</summary>
    /// <param name="count">The number of vectors.</param>
    /// <param name="width">Numbers of a vector.</param>
    /// <param name="stride">From a vector to the next.</param>
    /// <param name="x">[count][stride].</param>
    /// <param name="y">[count][stride].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Softmax<V, T>(int count, int width, int stride, ref T x, ref T y)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        for (int i = 0; i < count; i++)
        {
            double sum = Losses.Exponentials<V, T>(ref x, ref y, width, out _);
            Losses.Map<Losses.Product, V, T>(new Losses.Product(1 / sum), ref y, ref y, width);
            ClearPadding(ref y, width, stride);
            x = ref Unsafe.Add(ref x, stride);
            y = ref Unsafe.Add(ref y, stride);
        }
    }

    /// <summary>y = x − ln Σ e^x; nothing overflows.</summary>
    /// <inheritdoc cref="Softmax"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void LogSoftmax<V, T>(int count, int width, int stride, ref T x, ref T y)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        for (int i = 0; i < count; i++)
        {
            double sum = Losses.Exponentials<V, T>(ref x, ref y, width, out double largest);
            Losses.Map<Shifts, V, T>(new Shifts(largest, Functions.Log(sum)), ref x, ref y, width);
            ClearPadding(ref y, width, stride);
            x = ref Unsafe.Add(ref x, stride);
            y = ref Unsafe.Add(ref y, stride);
        }
    }

    /// <summary>dx = y ⊙ (dy − Σ dy y), or dx += that: ∂y_j/∂x_i = y_j (δ_ij − y_i).</summary>
    /// <param name="count">The number of vectors.</param>
    /// <param name="width">Numbers of a vector.</param>
    /// <param name="stride">From a vector to the next.</param>
    /// <param name="y">The results, [count][stride].</param>
    /// <param name="dy">[count][stride].</param>
    /// <param name="dx">[count][stride].</param>
    /// <param name="accumulate">True if to add to dx.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SoftmaxBackward<V, T>(int count, int width, int stride, ref T y, ref T dy, ref T dx, bool accumulate)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        for (nint row = 0; row < (nint)count * stride; row += stride)
        {
            ClearPadding(ref Unsafe.Add(ref dy, row), width, stride);
            V sum = V.Constant(Reductions.Dot<V, T>(ref Unsafe.Add(ref dy, row), ref Unsafe.Add(ref y, row), width));
            for (nint i = row; i < row + stride; i += V.Count)
            {
                V share = V.Load(ref y, i), gradient = V.Load(ref dy, i) - sum;
                (accumulate ? V.MultiplyAdd(share, gradient, V.Load(ref dx, i)) : share * gradient).Store(ref dx, i);
            }
        }
    }

    /// <summary>dx = dy − e^y Σ dy, or dx += that: ∂y_j/∂x_i = δ_ij − e^y_i.</summary>
    /// <inheritdoc cref="SoftmaxBackward"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void LogSoftmaxBackward<V, T>(int count, int width, int stride, ref T y, ref T dy, ref T dx, bool accumulate)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        for (nint row = 0; row < (nint)count * stride; row += stride)
        {
            V sum = V.Constant(Reductions.Sum<V, T>(ref Unsafe.Add(ref dy, row), width));
            for (nint i = row; i < row + stride; i += V.Count)
            {
                V gradient = V.MultiplyAdd(-Functions.Exp<V, T>(V.Load(ref y, i)), sum, V.Load(ref dy, i));
                (accumulate ? V.Load(ref dx, i) + gradient : gradient).Store(ref dx, i);
            }

            ClearPadding(ref Unsafe.Add(ref dx, row), width, stride);
        }
    }

    private static void ClearPadding<T>(ref T vector, int width, int stride) where T : unmanaged =>
        MemoryMarshal.CreateSpan(ref Unsafe.Add(ref vector, width), stride - width).Clear();

    // One after the other: their sum would be rounded by the larger.
    private readonly struct Shifts(double first, double second) : Losses.IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V, T>(V x) where V : struct, ILanes<V, T> where T : unmanaged => x - V.Constant(first) - V.Constant(second);
    }
}
