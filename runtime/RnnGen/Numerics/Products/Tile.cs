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

/// <summary>The walk of a tile over its sum: <see cref="Chunks"/> runs of <see cref="Length"/> terms.</summary>
/// <param name="Length">Terms per run.</param>
/// <param name="Chunks">Runs.</param>
/// <param name="ChunkStride">From one run's first term of A to the next's, in elements.</param>
/// <param name="StrideA">From one term of A to the next, in elements.</param>
/// <param name="StrideB">From one row of B to the next, in elements; runs follow each other without a gap.</param>
/// <param name="IsFar">True if B is a part of what no second-level cache holds.</param>
internal readonly record struct Depth(nint Length, nint Chunks, nint ChunkStride, nint StrideA, nint StrideB, bool IsFar = false)
{
    /// <summary>From the first row of B to what is fetched beside the first term, in bytes.</summary>
    public nint NextB { get; private init; }

    /// <summary>From there to what is fetched beside the next term.</summary>
    public nint NextStride { get; private init; }

    /// <summary>All of them.</summary>
    public nint Terms => Length * Chunks;

    /// <summary>The next smaller number of terms after which the walk can be interrupted, at least the first such.</summary>
    public nint Whole(nint terms) => Chunks == 1 ? Math.Max(1, terms) : Math.Max(1, terms / Length) * Length;

    /// <summary>The first terms only.</summary>
    public Depth Take(nint terms) => Chunks == 1 ? this with { Length = terms } : this with { Chunks = terms / Length };

    /// <summary>From the first term of A to another that a run begins with, or to any if there is one run only.</summary>
    public nint PlaceA(nint term) => Chunks == 1 ? term * StrideA : term / Length * ChunkStride;

    /// <summary>
    /// Runs a tile and meanwhile fetches the memory behind B, which comes next: the first tiles that pass over B fetch as many lines each
    /// as it has terms, until all are there.
    /// </summary>
    public Depth Ahead<T>(int tile)
    {
        nint bytes = StrideB * Unsafe.SizeOf<T>();
        bool fetches = tile * Cache.LineBytes < bytes;
        return this with { NextB = fetches ? Terms * (bytes + (tile * Cache.LineBytes)) : 0, NextStride = fetches ? Cache.LineBytes : 0 };
    }
}

/// <summary>
/// The one matrix product of RnnGen: up to 8 rows × 4 columns of 16 lanes, summed in registers.
/// y[r][c] = init[r][c] + Σ_k a[r][k] · b[k][c], each c being 16 lanes, the sum in the order of k at every width.
/// </summary>
/// <remarks>
/// <typeparamref name="TRows"/> and <typeparamref name="TColumns"/> are constants to the JIT, which drops the rows and columns
/// that a shape does not have: one body is every shape from 1 × 1 to 8 × 4.
/// </remarks>
internal static unsafe class Tile<V, T, TRows, TColumns>
    where V : struct, ILanes<V, T>
    where T : unmanaged
    where TRows : struct, ICount
    where TColumns : struct, ICount
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(ref T a, nint rowA, ref T b, in Depth depth, ref T init, nint rowInit, ref T y, nint rowY)
    {
        nint length = depth.Length, chunks = depth.Chunks, strideA = depth.StrideA, strideB = depth.StrideB, nextStride = depth.NextStride;
        for (nint lane = 0; lane < Panels.Lanes; lane += V.Count)
        {
            ref T rowB = ref Unsafe.Add(ref b, lane);
            ref T start = ref Unsafe.Add(ref init, lane);
            ref T result = ref Unsafe.Add(ref y, lane);
            var s0 = Row.Load(ref start);
            var s1 = TRows.Value > 1 ? Row.Load(ref Unsafe.Add(ref start, rowInit)) : default;
            var s2 = TRows.Value > 2 ? Row.Load(ref Unsafe.Add(ref start, 2 * rowInit)) : default;
            var s3 = TRows.Value > 3 ? Row.Load(ref Unsafe.Add(ref start, 3 * rowInit)) : default;
            var s4 = TRows.Value > 4 ? Row.Load(ref Unsafe.Add(ref start, 4 * rowInit)) : default;
            var s5 = TRows.Value > 5 ? Row.Load(ref Unsafe.Add(ref start, 5 * rowInit)) : default;
            var s6 = TRows.Value > 6 ? Row.Load(ref Unsafe.Add(ref start, 6 * rowInit)) : default;
            var s7 = TRows.Value > 7 ? Row.Load(ref Unsafe.Add(ref start, 7 * rowInit)) : default;
            ref T x0 = ref a;
            ref T x1 = ref Unsafe.Add(ref a, rowA);
            ref T x2 = ref Unsafe.Add(ref a, 2 * rowA);
            ref T x3 = ref Unsafe.Add(ref a, 3 * rowA);
            ref T x4 = ref Unsafe.Add(ref a, 4 * rowA);
            ref T x5 = ref Unsafe.Add(ref a, 5 * rowA);
            ref T x6 = ref Unsafe.Add(ref a, 6 * rowA);
            ref T x7 = ref Unsafe.Add(ref a, 7 * rowA);
            byte* next = (byte*)Unsafe.AsPointer(ref b) + depth.NextB;
            nint place = 0;
            for (nint chunk = 0; chunk < chunks; chunk++)
            {
                ref T end = ref Unsafe.Add(ref rowB, length * strideB);
                nint term = place;
                while (Unsafe.IsAddressLessThan(ref rowB, ref end))
                {
                    var row = Row.Load(ref rowB);
                    s0.MultiplyAdd(V.Broadcast(Unsafe.Add(ref x0, term)), row);
                    if (TRows.Value > 1)
                        s1.MultiplyAdd(V.Broadcast(Unsafe.Add(ref x1, term)), row);
                    if (TRows.Value > 2)
                        s2.MultiplyAdd(V.Broadcast(Unsafe.Add(ref x2, term)), row);
                    if (TRows.Value > 3)
                        s3.MultiplyAdd(V.Broadcast(Unsafe.Add(ref x3, term)), row);
                    if (TRows.Value > 4)
                        s4.MultiplyAdd(V.Broadcast(Unsafe.Add(ref x4, term)), row);
                    if (TRows.Value > 5)
                        s5.MultiplyAdd(V.Broadcast(Unsafe.Add(ref x5, term)), row);
                    if (TRows.Value > 6)
                        s6.MultiplyAdd(V.Broadcast(Unsafe.Add(ref x6, term)), row);
                    if (TRows.Value > 7)
                        s7.MultiplyAdd(V.Broadcast(Unsafe.Add(ref x7, term)), row);
                    // Beside few products there is no time for it.
                    if (TRows.Value > 3 && TColumns.Value > 2)
                    {
                        Cache.Fetch(next);
                        next += nextStride;
                    }

                    term += strideA;
                    rowB = ref Unsafe.Add(ref rowB, strideB);
                }

                place += depth.ChunkStride;
            }

            s0.Store(ref result);
            if (TRows.Value > 1)
                s1.Store(ref Unsafe.Add(ref result, rowY));
            if (TRows.Value > 2)
                s2.Store(ref Unsafe.Add(ref result, 2 * rowY));
            if (TRows.Value > 3)
                s3.Store(ref Unsafe.Add(ref result, 3 * rowY));
            if (TRows.Value > 4)
                s4.Store(ref Unsafe.Add(ref result, 4 * rowY));
            if (TRows.Value > 5)
                s5.Store(ref Unsafe.Add(ref result, 5 * rowY));
            if (TRows.Value > 6)
                s6.Store(ref Unsafe.Add(ref result, 6 * rowY));
            if (TRows.Value > 7)
                s7.Store(ref Unsafe.Add(ref result, 7 * rowY));
        }
    }

    /// <summary>A row of the tile: up to four vectors, which the JIT keeps in registers.</summary>
    private struct Row
    {
        private V c0, c1, c2, c3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Row Load(ref T source)
        {
            Row row = default;
            row.c0 = V.Load(ref source, 0);
            if (TColumns.Value > 1)
                row.c1 = V.Load(ref source, Panels.Lanes);
            if (TColumns.Value > 2)
                row.c2 = V.Load(ref source, 2 * Panels.Lanes);
            if (TColumns.Value > 3)
                row.c3 = V.Load(ref source, 3 * Panels.Lanes);
            return row;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void MultiplyAdd(V x, Row b)
        {
            V.AddProduct(ref c0, x, b.c0);
            if (TColumns.Value > 1)
                V.AddProduct(ref c1, x, b.c1);
            if (TColumns.Value > 2)
                V.AddProduct(ref c2, x, b.c2);
            if (TColumns.Value > 3)
                V.AddProduct(ref c3, x, b.c3);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Store(ref T destination)
        {
            c0.Store(ref destination, 0);
            if (TColumns.Value > 1)
                c1.Store(ref destination, Panels.Lanes);
            if (TColumns.Value > 2)
                c2.Store(ref destination, 2 * Panels.Lanes);
            if (TColumns.Value > 3)
                c3.Store(ref destination, 3 * Panels.Lanes);
        }
    }
}
