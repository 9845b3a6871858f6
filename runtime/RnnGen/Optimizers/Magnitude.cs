using System.Runtime.CompilerServices;
using RnnGen.Numerics;

namespace RnnGen;

/// <summary>Σ |x| of a buffer.</summary>
internal static class Magnitude
{
    /// <summary>At least every |x|, and not finite if an x is not.</summary>
    public static double Of<T>(AlignedBuffer<T> x) where T : unmanaged =>
        Widest.Run(new Kernel(x.PaddedLength), ref x.Start, ref x.Start, ref x.Start, ref x.Start);

    private readonly struct Kernel(nint length) : IKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public double Run<V, T>(ref T x, ref T unused, ref T unusedToo, ref T unusedAgain)
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            // Four sums in turn, or each would wait for its last addition.
            V sum0 = V.Zero, sum1 = V.Zero, sum2 = V.Zero, sum3 = V.Zero;
            nint i = 0;
            for (; i <= length - (4 * V.Count); i += 4 * V.Count)
            {
                sum0 += V.Abs(V.Load(ref x, i));
                sum1 += V.Abs(V.Load(ref x, i + V.Count));
                sum2 += V.Abs(V.Load(ref x, i + (2 * V.Count)));
                sum3 += V.Abs(V.Load(ref x, i + (3 * V.Count)));
            }

            for (; i < length; i += V.Count)
                sum0 += V.Abs(V.Load(ref x, i));
            Block<T> lanes = default;
            (sum0 + sum1 + (sum2 + sum3)).Store(ref lanes.Start, 0);
            double sum = 0;
            for (int lane = 0; lane < V.Count; lane++)
                sum += Element.ToDouble(Unsafe.Add(ref lanes.Start, lane));
            return sum;
        }
    }
}
