using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RnnGen.Numerics;

/// <summary>
/// The positions of grids laid out as steps, and back: a layer along positions is one over steps, with the grids as its rows.
/// </summary>
/// <remarks>Padding is left alone. Nothing is checked here.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Positions
{
    /// <summary>Copies the positions of grids to steps.</summary>
    /// <param name="positions">Positions of a grid.</param>
    /// <param name="grids">The number of grids.</param>
    /// <param name="channels">Numbers of a position.</param>
    /// <param name="grid">[grid][stride].</param>
    /// <param name="stride">From one grid to the next.</param>
    /// <param name="positionStride">From one position to the next.</param>
    /// <param name="steps">[position][grid][width].</param>
    /// <param name="width">From one vector of a step to the next.</param>
    /// <param name="accumulate">True if to add to what is there.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToSteps<V, T>(
        int positions, nint grids, int channels, ref T grid, nint stride, nint positionStride, ref T steps, nint width, bool accumulate)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        for (nint position = 0; position < positions; position++)
        {
            for (nint i = 0; i < grids; i++)
                Move<V, T>(
                    ref Unsafe.Add(ref grid, (i * stride) + (position * positionStride)),
                    ref Unsafe.Add(ref steps, ((position * grids) + i) * width), channels, accumulate);
        }
    }

    /// <summary>Copies steps to the positions of grids.</summary>
    /// <param name="positions">Positions of a grid.</param>
    /// <param name="grids">The number of grids.</param>
    /// <param name="channels">Numbers of a position.</param>
    /// <param name="steps">[position][grid][width].</param>
    /// <param name="width">From one vector of a step to the next.</param>
    /// <param name="grid">[grid][stride].</param>
    /// <param name="stride">From one grid to the next.</param>
    /// <param name="positionStride">From one position to the next.</param>
    /// <param name="accumulate">True if to add to what is there.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToGrids<V, T>(
        int positions, nint grids, int channels, ref T steps, nint width, ref T grid, nint stride, nint positionStride, bool accumulate)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        for (nint i = 0; i < grids; i++)
        {
            for (nint position = 0; position < positions; position++)
                Move<V, T>(
                    ref Unsafe.Add(ref steps, ((position * grids) + i) * width),
                    ref Unsafe.Add(ref grid, (i * stride) + (position * positionStride)), channels, accumulate);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Move<V, T>(ref T from, ref T to, int count, bool accumulate)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        if (accumulate)
            Merging.Add<V, T>(ref from, ref to, count);
        else
            MemoryMarshal.CreateSpan(ref from, count).CopyTo(MemoryMarshal.CreateSpan(ref to, count));
    }
}
