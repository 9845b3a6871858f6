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

    /// <summary>y = a y + b x, where a factor of 0 leaves its vector out, whatever it holds.</summary>
    /// <param name="y">A buffer.</param>
    /// <param name="a">Its factor.</param>
    /// <param name="x">A buffer as long; may be <paramref name="y"/>.</param>
    /// <param name="b">Its factor.</param>
    public static void Mix<T>(AlignedBuffer<T> y, double a, AlignedBuffer<T> x, double b) where T : unmanaged =>
        Widest.Run(new MixKernel(a, b, y.PaddedLength), ref y.Start, ref x.Start, ref x.Start, ref x.Start);

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

    private readonly struct MixKernel(double a, double b, nint length) : IKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public double Run<V, T>(ref T y, ref T x, ref T unused, ref T unusedToo)
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            V factorY = V.Constant(a), factorX = V.Constant(b);
            for (nint i = 0; i < length; i += V.Count)
            {
                V result = a == 0 ? V.Zero : factorY * V.Load(ref y, i);
                if (b != 0)
                    result = V.MultiplyAdd(factorX, V.Load(ref x, i), result);
                result.Store(ref y, i);
            }

            return 0;
        }
    }
}
