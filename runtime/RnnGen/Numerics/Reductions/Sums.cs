using System.Runtime.CompilerServices;

namespace RnnGen.Numerics;

/// <summary>Sums of whole buffers.</summary>
internal static class Sums
{
    /// <summary>total += addend.</summary>
    public static void Add<T>(AlignedBuffer<T> addend, AlignedBuffer<T> total) where T : unmanaged =>
        Add(ref addend.Start, total, 0, total.Length);

    /// <summary>total[first + i] += addend[i].</summary>
    /// <param name="addend">The first of its elements, as many as are added to, in whole blocks.</param>
    /// <param name="total">The sums.</param>
    /// <param name="first">The first that is added to: the beginning of a block.</param>
    /// <param name="count">The number of them; those in the rest of the last block are changed too.</param>
    public static void Add<T>(ref T addend, AlignedBuffer<T> total, int first, int count) where T : unmanaged
    {
        ref T start = ref Unsafe.Add(ref total.Start, first);
        Widest.Run(new AddKernel((count + Block<T>.Size - 1) & -Block<T>.Size), ref addend, ref start, ref start, ref start);
    }

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
