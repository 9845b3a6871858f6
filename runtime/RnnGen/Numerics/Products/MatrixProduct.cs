using System.Runtime.CompilerServices;

namespace RnnGen.Numerics;

/// <summary>
/// C = A B for plain matrices in double: element (p, q) of A is at p · StrideP + q · StrideQ, rows of B and C are Width apart.
/// </summary>
/// <param name="Rows">Of A and C.</param>
/// <param name="Depth">Columns of A and rows of B.</param>
/// <param name="Width">Of B and C, a multiple of 16.</param>
/// <param name="StrideP">From a row of A to the next.</param>
/// <param name="StrideQ">From a column of A to the next.</param>
internal readonly record struct MatrixProduct(nint Rows, nint Depth, nint Width, nint StrideP, nint StrideQ) : IKernel
{
    /// <summary>Computes c, which must not overlap with the others; sums run over the depth in its order.</summary>
    public static void Run(MatrixProduct product, ref double a, ref double b, ref double c) =>
        Widest.Run(product, ref a, ref b, ref c, ref c);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double Run<V, T>(ref T a, ref T b, ref T c, ref T unused)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        nint p = 0, depth = Depth, width = Width, strideP = StrideP, strideQ = StrideQ;
        for (; p + 4 <= Rows; p += 4)
        {
            for (nint lane = 0; lane < width; lane += V.Count)
            {
                V sum0 = V.Zero, sum1 = V.Zero, sum2 = V.Zero, sum3 = V.Zero;
                for (nint q = 0; q < depth; q++)
                {
                    ref T column = ref Unsafe.Add(ref a, (p * strideP) + (q * strideQ));
                    V row = V.Load(ref b, (q * width) + lane);
                    sum0 = V.MultiplyAdd(V.Broadcast(column), row, sum0);
                    sum1 = V.MultiplyAdd(V.Broadcast(Unsafe.Add(ref column, strideP)), row, sum1);
                    sum2 = V.MultiplyAdd(V.Broadcast(Unsafe.Add(ref column, 2 * strideP)), row, sum2);
                    sum3 = V.MultiplyAdd(V.Broadcast(Unsafe.Add(ref column, 3 * strideP)), row, sum3);
                }

                sum0.Store(ref c, (p * width) + lane);
                sum1.Store(ref c, ((p + 1) * width) + lane);
                sum2.Store(ref c, ((p + 2) * width) + lane);
                sum3.Store(ref c, ((p + 3) * width) + lane);
            }
        }

        for (; p < Rows; p++)
        {
            for (nint lane = 0; lane < width; lane += V.Count)
            {
                V sum = V.Zero;
                for (nint q = 0; q < depth; q++)
                    sum =
                        V.MultiplyAdd(
                            V.Broadcast(Unsafe.Add(ref a, (p * strideP) + (q * strideQ))), V.Load(ref b, (q * width) + lane), sum);
                sum.Store(ref c, (p * width) + lane);
            }
        }

        return 0;
    }
}
