using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RnnGen.Numerics;

/// <summary>The rectifier with a learned slope, max(x, 0) + a min(x, 0), for generated code.</summary>
/// <remarks>Nothing is checked here. Vectors lie <c>stride</c> apart, a multiple of 16.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ParametricRelu
{
    /// <summary>y = x where x &gt; 0, elsewhere a x.</summary>
    /// <param name="count">The number of vectors.</param>
    /// <param name="stride">From a vector to the next.</param>
    /// <param name="shared">True if a is one number.</param>
    /// <param name="slope">a: [stride], or one number.</param>
    /// <param name="x">[count][stride].</param>
    /// <param name="y">[count][stride].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward<V, T>(int count, int stride, bool shared, ref T slope, ref T x, ref T y)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        for (nint row = 0; row < (nint)count * stride; row += stride)
        {
            for (nint i = 0; i < stride; i += V.Count)
            {
                V value = V.Load(ref x, row + i), a = shared ? V.Broadcast(slope) : V.Load(ref slope, i);
                V.IfGreater(value, V.Zero, value, a * value).Store(ref y, row + i);
            }
        }
    }

    /// <summary>
    /// da += dy ⊙ min(x, 0) of every vector, or if a is shared of every number; dx = dy where x &gt; 0, elsewhere a dy, or dx += that. At 0
    /// the derivative is a, as in PyTorch.
    /// </summary>
    /// <param name="count">The number of vectors.</param>
    /// <param name="width">Numbers of a vector.</param>
    /// <param name="stride">From a vector to the next.</param>
    /// <param name="shared">True if a is one number.</param>
    /// <param name="slope">a.</param>
    /// <param name="slopeGradient">da, as a is.</param>
    /// <param name="x">[count][stride].</param>
    /// <param name="dy">[count][stride].</param>
    /// <param name="dx">[count][stride], whose padding becomes 0.</param>
    /// <param name="accumulate">True if to add to dx.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward<V, T>(
        int count, int width, int stride, bool shared, ref T slope, ref T slopeGradient, ref T x, ref T dy, ref T dx, bool accumulate)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        // Numbers i, i + 16, i + 32, … of all vectors, whatever the width of V.
        Block<T> lanes = default, spare = default;
        for (nint row = 0; row < (nint)count * stride; row += stride)
        {
            MemoryMarshal.CreateSpan(ref Unsafe.Add(ref dy, row + width), stride - width).Clear();
            for (nint block = 0; block < width; block += Block<T>.Size)
            {
                ref T values = ref spare.Read(ref Unsafe.Add(ref x, row), block, width, V.Zero);
                ref T sums = ref shared ? ref lanes.Start : ref Unsafe.Add(ref slopeGradient, block);
                for (nint lane = 0; lane < Block<T>.Size; lane += V.Count)
                {
                    nint i = row + block + lane;
                    V value = V.Load(ref values, lane), gradient = V.Load(ref dy, i);
                    V a = shared ? V.Broadcast(slope) : V.Load(ref slope, block + lane);
                    V.MultiplyAdd(gradient, V.IfGreater(value, V.Zero, V.Zero, value), V.Load(ref sums, lane)).Store(ref sums, lane);
                    gradient = V.IfGreater(value, V.Zero, gradient, a * gradient);
                    (accumulate ? V.Load(ref dx, i) + gradient : gradient).Store(ref dx, i);
                }
            }
        }

        if (shared)
            slopeGradient =
                Element.FromDouble<T>(Element.ToDouble(slopeGradient) + Reductions.Join<Reductions.Total, T>(ref lanes));
    }
}
