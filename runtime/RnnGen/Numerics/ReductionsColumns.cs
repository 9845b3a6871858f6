using System.Runtime.CompilerServices;

namespace RnnGen.Numerics;

public static partial class Reductions
{
    /// <summary>y[column] = Σ x[row · stride + column] over the rows in their order; the same bits on every machine.</summary>
    /// <param name="x">[rows][stride].</param>
    /// <param name="rows">May be 0.</param>
    /// <param name="columns">At most <paramref name="stride"/>; nothing beyond is read or written.</param>
    /// <param name="stride">From a row to the next, in elements.</param>
    /// <param name="y">[columns].</param>
    /// <param name="accumulate">Whether the sums start from y, not from 0.</param>
    public static void ColumnSums<T>(ref T x, nint rows, nint columns, nint stride, ref T y, bool accumulate) where T : unmanaged =>
        Widest.Run(new ColumnKernel(rows, columns, stride, accumulate), ref x, ref y, ref y, ref y);

    internal readonly struct ColumnKernel(nint rows, nint columns, nint stride, bool accumulate) : IKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public double Run<V, T>(ref T x, ref T y, ref T z, ref T w)
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            nint column = 0;

            // Four sums at a time hide each other's latency.
            for (; column + (4 * V.Count) <= columns; column += 4 * V.Count)
            {
                V a = V.Zero, b = V.Zero, c = V.Zero, d = V.Zero;
                if (accumulate)
                {
                    a = V.Load(ref y, column);
                    b = V.Load(ref y, column + V.Count);
                    c = V.Load(ref y, column + (2 * V.Count));
                    d = V.Load(ref y, column + (3 * V.Count));
                }

                ref T source = ref Unsafe.Add(ref x, column);
                for (nint row = 0; row < rows; row++)
                {
                    a += V.Load(ref source, 0);
                    b += V.Load(ref source, V.Count);
                    c += V.Load(ref source, 2 * V.Count);
                    d += V.Load(ref source, 3 * V.Count);
                    source = ref Unsafe.Add(ref source, stride);
                }

                a.Store(ref y, column);
                b.Store(ref y, column + V.Count);
                c.Store(ref y, column + (2 * V.Count));
                d.Store(ref y, column + (3 * V.Count));
            }

            for (; column + V.Count <= columns; column += V.Count)
            {
                V sum = accumulate ? V.Load(ref y, column) : V.Zero;
                for (nint row = 0; row < rows; row++)
                    sum += V.Load(ref x, (row * stride) + column);
                sum.Store(ref y, column);
            }

            for (; column < columns; column++)
            {
                T sum = accumulate ? Unsafe.Add(ref y, column) : default;
                for (nint row = 0; row < rows; row++)
                    sum = Element.Add(sum, Unsafe.Add(ref x, (row * stride) + column));
                Unsafe.Add(ref y, column) = sum;
            }

            return 0;
        }
    }
}
