using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RnnGen.Numerics;

/// <content>The largest number over time.</content>
public static partial class TimePooling
{
    /// <summary>y = max x over the valid steps.</summary>
    /// <inheritdoc cref="Last"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Max<V, T>(ReadOnlySpan<int> lengths, int steps, int rows, ref T x, ref T y, int stride)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        nint step = (nint)rows * stride;
        for (int row = 0; row < rows; row++)
            GridPooling.Max<V, T>(
                Lengths.Of(lengths, steps, row), ref Unsafe.Add(ref x, row * (nint)stride), step,
                ref Unsafe.Add(ref y, row * (nint)stride), stride);
    }

    /// <summary>The gradient of <see cref="Max"/>: dy to the first of the largest, 0 to the others.</summary>
    /// <param name="lengths">Valid steps of each row, or empty.</param>
    /// <param name="steps">At least 1.</param>
    /// <param name="rows">Sequences.</param>
    /// <param name="x">[step][row][stride].</param>
    /// <param name="y">[row][stride].</param>
    /// <param name="dy">[row][stride].</param>
    /// <param name="dx">[step][row][stride].</param>
    /// <param name="stride">A multiple of 16.</param>
    /// <param name="accumulate">True if to add to dx.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MaxGradient<V, T>(
        ReadOnlySpan<int> lengths, int steps, int rows, ref T x, ref T y, ref T dy, ref T dx, int stride, bool accumulate)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        nint step = (nint)rows * stride;
        if (!accumulate)
            MemoryMarshal.CreateSpan(ref dx, steps * rows * stride).Clear();
        for (nint row = 0; row < rows; row++)
            GridPooling.MaxGradient<V, T>(
                Lengths.Of(lengths, steps, (int)row), ref Unsafe.Add(ref x, row * stride), ref Unsafe.Add(ref dx, row * stride), step,
                ref Unsafe.Add(ref y, row * stride), ref Unsafe.Add(ref dy, row * stride), stride);
    }
}
