using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RnnGen.Numerics;

/// <summary>Several positions of a grid made one, channel by channel; sums run over positions in their order.</summary>
/// <remarks>A position's channels are padded to a multiple of 16. Nothing is checked here.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class GridPooling
{
    /// <summary>y = Σ x / kernel at each position of the output.</summary>
    /// <param name="vectors">The number of grids.</param>
    /// <param name="length">Positions of x.</param>
    /// <param name="positions">Positions of y.</param>
    /// <param name="kernel">Positions that become one.</param>
    /// <param name="shift">From the first of these to the first of the next ones.</param>
    /// <param name="x">[vector][length][stride].</param>
    /// <param name="y">[vector][positions][stride].</param>
    /// <param name="stride">A multiple of 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Mean<V, T>(nint vectors, nint length, nint positions, int kernel, int shift, ref T x, ref T y, nint stride)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        V divisor = V.Constant(kernel);
        for (nint i = 0; i < vectors * positions; i++)
        {
            ref T first = ref Unsafe.Add(ref x, ((i / positions * length) + (i % positions * shift)) * stride);
            for (nint lane = 0; lane < stride; lane += V.Count)
            {
                V sum = V.Zero;
                for (nint tap = 0; tap < kernel; tap++)
                    sum += V.Load(ref first, (tap * stride) + lane);
                (sum / divisor).Store(ref y, (i * stride) + lane);
            }
        }
    }

    /// <summary>The gradient of <see cref="Mean"/>: dy / kernel to each position.</summary>
    /// <param name="vectors">The number of grids.</param>
    /// <param name="length">Positions of x.</param>
    /// <param name="positions">Positions of y.</param>
    /// <param name="kernel">Positions that become one.</param>
    /// <param name="shift">From the first of these to the first of the next ones.</param>
    /// <param name="dy">[vector][positions][stride].</param>
    /// <param name="dx">[vector][length][stride].</param>
    /// <param name="stride">A multiple of 16.</param>
    /// <param name="accumulate">True if to add to dx.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MeanGradient<V, T>(
        nint vectors, nint length, nint positions, int kernel, int shift, ref T dy, ref T dx, nint stride, bool accumulate)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        if (!accumulate)
            Clear(ref dx, vectors * length * stride);
        V divisor = V.Constant(kernel);
        for (nint i = 0; i < vectors * positions; i++)
        {
            ref T first = ref Unsafe.Add(ref dx, ((i / positions * length) + (i % positions * shift)) * stride);
            for (nint lane = 0; lane < stride; lane += V.Count)
            {
                V share = V.Load(ref dy, (i * stride) + lane) / divisor;
                for (nint tap = 0; tap < kernel; tap++)
                    (V.Load(ref first, (tap * stride) + lane) + share).Store(ref first, (tap * stride) + lane);
            }
        }
    }

    /// <summary>y = max x at each position of the output.</summary>
    /// <inheritdoc cref="Mean"/>
    public static void Max<V, T>(nint vectors, nint length, nint positions, int kernel, int shift, ref T x, ref T y, nint stride)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        for (nint i = 0; i < vectors * positions; i++)
            Max<V, T>(
                kernel, ref Unsafe.Add(ref x, ((i / positions * length) + (i % positions * shift)) * stride), stride,
                ref Unsafe.Add(ref y, i * stride), stride);
    }

    /// <summary>
    /// The gradient of <see cref="Max{V, T}(nint, nint, nint, int, int, ref T, ref T, nint)"/>: dy to the first of the largest.
    /// </summary>
    /// <param name="vectors">The number of grids.</param>
    /// <param name="length">Positions of x.</param>
    /// <param name="positions">Positions of y.</param>
    /// <param name="kernel">Positions that become one.</param>
    /// <param name="shift">From the first of these to the first of the next ones.</param>
    /// <param name="x">[vector][length][stride].</param>
    /// <param name="y">[vector][positions][stride].</param>
    /// <param name="dy">[vector][positions][stride].</param>
    /// <param name="dx">[vector][length][stride].</param>
    /// <param name="stride">A multiple of 16.</param>
    /// <param name="accumulate">True if to add to dx.</param>
    public static void MaxGradient<V, T>(
        nint vectors, nint length, nint positions, int kernel, int shift, ref T x, ref T y, ref T dy, ref T dx, nint stride,
        bool accumulate)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        if (!accumulate)
            Clear(ref dx, vectors * length * stride);
        for (nint i = 0; i < vectors * positions; i++)
        {
            nint first = ((i / positions * length) + (i % positions * shift)) * stride;
            MaxGradient<V, T>(
                kernel, ref Unsafe.Add(ref x, first), ref Unsafe.Add(ref dx, first), stride, ref Unsafe.Add(ref y, i * stride),
                ref Unsafe.Add(ref dy, i * stride), stride);
        }
    }

    /// <summary>The largest of vectors that lie apart; zeros of none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Max<V, T>(nint count, ref T x, nint step, ref T y, nint stride)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        for (nint lane = 0; lane < stride; lane += V.Count)
        {
            V largest = count > 0 ? V.Load(ref x, lane) : V.Zero;
            for (nint i = 1; i < count; i++)
                largest = V.Max(V.Load(ref x, (i * step) + lane), largest);
            largest.Store(ref y, lane);
        }
    }

    /// <summary>Adds dy to the gradient of the first of the largest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void MaxGradient<V, T>(nint count, ref T x, ref T dx, nint step, ref T y, ref T dy, nint stride)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        for (nint lane = 0; lane < stride; lane += V.Count)
        {
            // What is left to give: dy, until the first of the largest has it.
            V largest = V.Load(ref y, lane), rest = V.Load(ref dy, lane);
            for (nint i = 0; i < count; i++)
            {
                V share = V.IfGreater(largest, V.Load(ref x, (i * step) + lane), V.Zero, rest);
                (V.Load(ref dx, (i * step) + lane) + share).Store(ref dx, (i * step) + lane);
                rest -= share;
            }
        }
    }

    private static void Clear<T>(ref T start, nint count) where T : unmanaged =>
        MemoryMarshal.CreateSpan(ref start, checked((int)count)).Clear();
}
