using System.Runtime.CompilerServices;

namespace RnnGen.Numerics;

/// <summary>A compile-time count: how many rows or columns a tile has.</summary>
internal interface ICount
{
    static abstract int Value { get; }
}

internal readonly struct Count1 : ICount { public static int Value => 1; }

internal readonly struct Count2 : ICount { public static int Value => 2; }

internal readonly struct Count3 : ICount { public static int Value => 3; }

internal readonly struct Count4 : ICount { public static int Value => 4; }

internal readonly struct Count5 : ICount { public static int Value => 5; }

internal readonly struct Count6 : ICount { public static int Value => 6; }

internal readonly struct Count7 : ICount { public static int Value => 7; }

internal readonly struct Count8 : ICount { public static int Value => 8; }

/// <summary>How a tile walks over its sum: in <see cref="Chunks"/> runs of <see cref="Length"/> terms.</summary>
/// <param name="Length">Terms per run.</param>
/// <param name="Chunks">Runs.</param>
/// <param name="ChunkStride">From one run's first term of A to the next's, in elements.</param>
/// <param name="StrideA">From one term of A to the next, in elements.</param>
/// <param name="StrideB">From one row of B to the next, in elements; runs follow each other without a gap.</param>
internal readonly record struct Depth(nint Length, nint Chunks, nint ChunkStride, nint StrideA, nint StrideB);

/// <summary>
/// The one matrix product of RnnGen: up to 8 rows × 4 columns of 16 lanes, summed in registers.
/// y[r][c] = init[r][c] + Σ_k a[r][k] · b[k][c], each c being 16 lanes, the sum in the order of k at every width.
/// </summary>
/// <remarks>
/// <typeparamref name="TRows"/> and <typeparamref name="TColumns"/> are constants to the JIT, which drops the rows and columns
/// that a shape does not have: one body is every shape from 1 × 1 to 8 × 4.
/// </remarks>
internal static class Tile<V, T, TRows, TColumns>
    where V : struct, ILanes<V, T>
    where T : unmanaged
    where TRows : struct, ICount
    where TColumns : struct, ICount
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(ref T a, nint rowA, ref T b, in Depth depth, ref T init, nint rowInit, ref T y, nint rowY)
    {
        for (nint lane = 0; lane < Panels.Lanes; lane += V.Count)
        {
            ref T firstA = ref a;
            ref T rowB = ref Unsafe.Add(ref b, lane);
            ref T start = ref Unsafe.Add(ref init, lane);
            V s00 = V.Zero, s01 = V.Zero, s02 = V.Zero, s03 = V.Zero;
            V s10 = V.Zero, s11 = V.Zero, s12 = V.Zero, s13 = V.Zero;
            V s20 = V.Zero, s21 = V.Zero, s22 = V.Zero, s23 = V.Zero;
            V s30 = V.Zero, s31 = V.Zero, s32 = V.Zero, s33 = V.Zero;
            V s40 = V.Zero, s41 = V.Zero, s42 = V.Zero, s43 = V.Zero;
            V s50 = V.Zero, s51 = V.Zero, s52 = V.Zero, s53 = V.Zero;
            V s60 = V.Zero, s61 = V.Zero, s62 = V.Zero, s63 = V.Zero;
            V s70 = V.Zero, s71 = V.Zero, s72 = V.Zero, s73 = V.Zero;

            s00 = V.Load(ref start, 0);
            if (TColumns.Value > 1)
                s01 = V.Load(ref start, 16);
            if (TColumns.Value > 2)
                s02 = V.Load(ref start, 32);
            if (TColumns.Value > 3)
                s03 = V.Load(ref start, 48);
            if (TRows.Value > 1)
            {
                s10 = V.Load(ref start, rowInit);
                if (TColumns.Value > 1)
                    s11 = V.Load(ref start, rowInit + 16);
                if (TColumns.Value > 2)
                    s12 = V.Load(ref start, rowInit + 32);
                if (TColumns.Value > 3)
                    s13 = V.Load(ref start, rowInit + 48);
            }
            if (TRows.Value > 2)
            {
                s20 = V.Load(ref start, 2 * rowInit);
                if (TColumns.Value > 1)
                    s21 = V.Load(ref start, (2 * rowInit) + 16);
                if (TColumns.Value > 2)
                    s22 = V.Load(ref start, (2 * rowInit) + 32);
                if (TColumns.Value > 3)
                    s23 = V.Load(ref start, (2 * rowInit) + 48);
            }
            if (TRows.Value > 3)
            {
                s30 = V.Load(ref start, 3 * rowInit);
                if (TColumns.Value > 1)
                    s31 = V.Load(ref start, (3 * rowInit) + 16);
                if (TColumns.Value > 2)
                    s32 = V.Load(ref start, (3 * rowInit) + 32);
                if (TColumns.Value > 3)
                    s33 = V.Load(ref start, (3 * rowInit) + 48);
            }
            if (TRows.Value > 4)
            {
                s40 = V.Load(ref start, 4 * rowInit);
                if (TColumns.Value > 1)
                    s41 = V.Load(ref start, (4 * rowInit) + 16);
                if (TColumns.Value > 2)
                    s42 = V.Load(ref start, (4 * rowInit) + 32);
                if (TColumns.Value > 3)
                    s43 = V.Load(ref start, (4 * rowInit) + 48);
            }
            if (TRows.Value > 5)
            {
                s50 = V.Load(ref start, 5 * rowInit);
                if (TColumns.Value > 1)
                    s51 = V.Load(ref start, (5 * rowInit) + 16);
                if (TColumns.Value > 2)
                    s52 = V.Load(ref start, (5 * rowInit) + 32);
                if (TColumns.Value > 3)
                    s53 = V.Load(ref start, (5 * rowInit) + 48);
            }
            if (TRows.Value > 6)
            {
                s60 = V.Load(ref start, 6 * rowInit);
                if (TColumns.Value > 1)
                    s61 = V.Load(ref start, (6 * rowInit) + 16);
                if (TColumns.Value > 2)
                    s62 = V.Load(ref start, (6 * rowInit) + 32);
                if (TColumns.Value > 3)
                    s63 = V.Load(ref start, (6 * rowInit) + 48);
            }
            if (TRows.Value > 7)
            {
                s70 = V.Load(ref start, 7 * rowInit);
                if (TColumns.Value > 1)
                    s71 = V.Load(ref start, (7 * rowInit) + 16);
                if (TColumns.Value > 2)
                    s72 = V.Load(ref start, (7 * rowInit) + 32);
                if (TColumns.Value > 3)
                    s73 = V.Load(ref start, (7 * rowInit) + 48);
            }

            for (nint chunk = 0; chunk < depth.Chunks; chunk++)
            {
                ref T x = ref firstA;
                for (nint k = 0; k < depth.Length; k++)
                {
                    V b0 = V.Load(ref rowB, 0);
                    V b1 = TColumns.Value > 1 ? V.Load(ref rowB, 16) : b0;
                    V b2 = TColumns.Value > 2 ? V.Load(ref rowB, 32) : b0;
                    V b3 = TColumns.Value > 3 ? V.Load(ref rowB, 48) : b0;
                    {
                        V x0 = V.Broadcast(x);
                        s00 = V.MultiplyAdd(x0, b0, s00);
                        if (TColumns.Value > 1)
                            s01 = V.MultiplyAdd(x0, b1, s01);
                        if (TColumns.Value > 2)
                            s02 = V.MultiplyAdd(x0, b2, s02);
                        if (TColumns.Value > 3)
                            s03 = V.MultiplyAdd(x0, b3, s03);
                    }

                    if (TRows.Value > 1)
                    {
                        V x1 = V.Broadcast(Unsafe.Add(ref x, rowA));
                        s10 = V.MultiplyAdd(x1, b0, s10);
                        if (TColumns.Value > 1)
                            s11 = V.MultiplyAdd(x1, b1, s11);
                        if (TColumns.Value > 2)
                            s12 = V.MultiplyAdd(x1, b2, s12);
                        if (TColumns.Value > 3)
                            s13 = V.MultiplyAdd(x1, b3, s13);
                    }

                    if (TRows.Value > 2)
                    {
                        V x2 = V.Broadcast(Unsafe.Add(ref x, 2 * rowA));
                        s20 = V.MultiplyAdd(x2, b0, s20);
                        if (TColumns.Value > 1)
                            s21 = V.MultiplyAdd(x2, b1, s21);
                        if (TColumns.Value > 2)
                            s22 = V.MultiplyAdd(x2, b2, s22);
                        if (TColumns.Value > 3)
                            s23 = V.MultiplyAdd(x2, b3, s23);
                    }

                    if (TRows.Value > 3)
                    {
                        V x3 = V.Broadcast(Unsafe.Add(ref x, 3 * rowA));
                        s30 = V.MultiplyAdd(x3, b0, s30);
                        if (TColumns.Value > 1)
                            s31 = V.MultiplyAdd(x3, b1, s31);
                        if (TColumns.Value > 2)
                            s32 = V.MultiplyAdd(x3, b2, s32);
                        if (TColumns.Value > 3)
                            s33 = V.MultiplyAdd(x3, b3, s33);
                    }

                    if (TRows.Value > 4)
                    {
                        V x4 = V.Broadcast(Unsafe.Add(ref x, 4 * rowA));
                        s40 = V.MultiplyAdd(x4, b0, s40);
                        if (TColumns.Value > 1)
                            s41 = V.MultiplyAdd(x4, b1, s41);
                        if (TColumns.Value > 2)
                            s42 = V.MultiplyAdd(x4, b2, s42);
                        if (TColumns.Value > 3)
                            s43 = V.MultiplyAdd(x4, b3, s43);
                    }

                    if (TRows.Value > 5)
                    {
                        V x5 = V.Broadcast(Unsafe.Add(ref x, 5 * rowA));
                        s50 = V.MultiplyAdd(x5, b0, s50);
                        if (TColumns.Value > 1)
                            s51 = V.MultiplyAdd(x5, b1, s51);
                        if (TColumns.Value > 2)
                            s52 = V.MultiplyAdd(x5, b2, s52);
                        if (TColumns.Value > 3)
                            s53 = V.MultiplyAdd(x5, b3, s53);
                    }

                    if (TRows.Value > 6)
                    {
                        V x6 = V.Broadcast(Unsafe.Add(ref x, 6 * rowA));
                        s60 = V.MultiplyAdd(x6, b0, s60);
                        if (TColumns.Value > 1)
                            s61 = V.MultiplyAdd(x6, b1, s61);
                        if (TColumns.Value > 2)
                            s62 = V.MultiplyAdd(x6, b2, s62);
                        if (TColumns.Value > 3)
                            s63 = V.MultiplyAdd(x6, b3, s63);
                    }

                    if (TRows.Value > 7)
                    {
                        V x7 = V.Broadcast(Unsafe.Add(ref x, 7 * rowA));
                        s70 = V.MultiplyAdd(x7, b0, s70);
                        if (TColumns.Value > 1)
                            s71 = V.MultiplyAdd(x7, b1, s71);
                        if (TColumns.Value > 2)
                            s72 = V.MultiplyAdd(x7, b2, s72);
                        if (TColumns.Value > 3)
                            s73 = V.MultiplyAdd(x7, b3, s73);
                    }

                    x = ref Unsafe.Add(ref x, depth.StrideA);
                    rowB = ref Unsafe.Add(ref rowB, depth.StrideB);
                }

                firstA = ref Unsafe.Add(ref firstA, depth.ChunkStride);
            }

            ref T result = ref Unsafe.Add(ref y, lane);
            s00.Store(ref result, 0);
            if (TColumns.Value > 1)
                s01.Store(ref result, 16);
            if (TColumns.Value > 2)
                s02.Store(ref result, 32);
            if (TColumns.Value > 3)
                s03.Store(ref result, 48);
            if (TRows.Value > 1)
            {
                s10.Store(ref result, rowY);
                if (TColumns.Value > 1)
                    s11.Store(ref result, rowY + 16);
                if (TColumns.Value > 2)
                    s12.Store(ref result, rowY + 32);
                if (TColumns.Value > 3)
                    s13.Store(ref result, rowY + 48);
            }
            if (TRows.Value > 2)
            {
                s20.Store(ref result, 2 * rowY);
                if (TColumns.Value > 1)
                    s21.Store(ref result, (2 * rowY) + 16);
                if (TColumns.Value > 2)
                    s22.Store(ref result, (2 * rowY) + 32);
                if (TColumns.Value > 3)
                    s23.Store(ref result, (2 * rowY) + 48);
            }
            if (TRows.Value > 3)
            {
                s30.Store(ref result, 3 * rowY);
                if (TColumns.Value > 1)
                    s31.Store(ref result, (3 * rowY) + 16);
                if (TColumns.Value > 2)
                    s32.Store(ref result, (3 * rowY) + 32);
                if (TColumns.Value > 3)
                    s33.Store(ref result, (3 * rowY) + 48);
            }
            if (TRows.Value > 4)
            {
                s40.Store(ref result, 4 * rowY);
                if (TColumns.Value > 1)
                    s41.Store(ref result, (4 * rowY) + 16);
                if (TColumns.Value > 2)
                    s42.Store(ref result, (4 * rowY) + 32);
                if (TColumns.Value > 3)
                    s43.Store(ref result, (4 * rowY) + 48);
            }
            if (TRows.Value > 5)
            {
                s50.Store(ref result, 5 * rowY);
                if (TColumns.Value > 1)
                    s51.Store(ref result, (5 * rowY) + 16);
                if (TColumns.Value > 2)
                    s52.Store(ref result, (5 * rowY) + 32);
                if (TColumns.Value > 3)
                    s53.Store(ref result, (5 * rowY) + 48);
            }
            if (TRows.Value > 6)
            {
                s60.Store(ref result, 6 * rowY);
                if (TColumns.Value > 1)
                    s61.Store(ref result, (6 * rowY) + 16);
                if (TColumns.Value > 2)
                    s62.Store(ref result, (6 * rowY) + 32);
                if (TColumns.Value > 3)
                    s63.Store(ref result, (6 * rowY) + 48);
            }
            if (TRows.Value > 7)
            {
                s70.Store(ref result, 7 * rowY);
                if (TColumns.Value > 1)
                    s71.Store(ref result, (7 * rowY) + 16);
                if (TColumns.Value > 2)
                    s72.Store(ref result, (7 * rowY) + 32);
                if (TColumns.Value > 3)
                    s73.Store(ref result, (7 * rowY) + 48);
            }
        }
    }
}
