using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace RnnGen.Numerics;

/// <summary>Numbers in units of their own spread, and back, for generated code.</summary>
/// <remarks>Nothing is checked here. Vectors lie <c>stride</c> apart, a multiple of 16, with zeros in the padding of all.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Standardizing
{
    /// <summary>y = (x − mean) ⊙ scale, or inverted y = x ⊙ scale + mean.</summary>
    /// <param name="count">The number of vectors.</param>
    /// <param name="stride">From a vector to the next.</param>
    /// <param name="inverts">True for the latter.</param>
    /// <param name="mean">[stride].</param>
    /// <param name="scale">[stride].</param>
    /// <param name="x">[count][stride].</param>
    /// <param name="y">[count][stride].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward<V, T>(int count, int stride, bool inverts, ref T mean, ref T scale, ref T x, ref T y)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        for (nint row = 0; row < (nint)count * stride; row += stride)
        {
            for (nint i = 0; i < stride; i += V.Count)
            {
                V value = V.Load(ref x, row + i), factor = V.Load(ref scale, i), centre = V.Load(ref mean, i);
                (inverts ? V.MultiplyAdd(value, factor, centre) : (value - centre) * factor).Store(ref y, row + i);
            }
        }
    }

    /// <summary>dx = dy ⊙ scale, or dx += that.</summary>
    /// <param name="count">The number of vectors.</param>
    /// <param name="stride">From a vector to the next.</param>
    /// <param name="scale">[stride].</param>
    /// <param name="dy">[count][stride].</param>
    /// <param name="dx">[count][stride].</param>
    /// <param name="accumulate">True if to add to dx.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward<V, T>(int count, int stride, ref T scale, ref T dy, ref T dx, bool accumulate)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        for (nint row = 0; row < (nint)count * stride; row += stride)
        {
            for (nint i = 0; i < stride; i += V.Count)
            {
                V gradient = V.Load(ref dy, row + i) * V.Load(ref scale, i);
                (accumulate ? V.Load(ref dx, row + i) + gradient : gradient).Store(ref dx, row + i);
            }
        }
    }
}
