using System.Runtime.CompilerServices;

namespace RnnGen.Numerics;

/// <summary>Sums of whole buffers.</summary>
internal static class Sums
{
    /// <summary>total += addend.</summary>
    public static void Add<T>(AlignedBuffer<T> addend, AlignedBuffer<T> total) where T : unmanaged =>
        Widest.Run(new AddKernel(total.PaddedLength), ref addend.Start, ref total.Start, ref total.Start, ref total.Start);

    private readonly struct AddKernel(nint length) : IKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public double Run<V, T>(ref T addend, ref T total, ref T unused, ref T unusedToo)
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            for (nint i = 0; i < length; i += V.Count)
                (V.Load(ref total, i) + V.Load(ref addend, i)).Store(ref total, i);
            return 0;
        }
    }
}
