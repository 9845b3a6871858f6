using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace RnnGen.Numerics;

/// <summary>
/// The way a product is cut: its sum into pieces, whose rows of B stay in the first-level cache while tile after tile passes over them; a
/// piece into tiles, whose sums stay in registers.
/// </summary>
internal static class Tiling<V, T>
    where V : struct, ILanes<V, T>
    where T : unmanaged
{
    // Rows of B that a first-level cache of 48 KiB holds, with room for A and y; with 32 KiB, most of them.
    private const int PieceBytes = 32 * 1024;

    /// <summary>True if vectors have 32 registers, as with AVX-512 and on Arm; otherwise they have 16.</summary>
    private static bool HasManyRegisters => Avx512F.VL.IsSupported || AdvSimd.IsSupported;

    /// <summary>
    /// The rows of a tile that has so many columns: as many as keep all sums in registers, beside a row of B and a number of A.
    /// </summary>
    public static int Tallest(int columns) => columns > (HasManyRegisters ? 3 : 1) ? 6 : 8;

    /// <summary>y = init + A · B, for up to 4 neighbouring columns of 16 lanes.</summary>
    /// <param name="columns">Columns, 1 to 4.</param>
    /// <param name="rows">Rows of A and y.</param>
    /// <param name="a">A.</param>
    /// <param name="rowA">From a row of A to the next.</param>
    /// <param name="b">B.</param>
    /// <param name="depth">The walk of the sum over A and B.</param>
    /// <param name="init">The first values of the sums.</param>
    /// <param name="rowInit">From a row of it to the next.</param>
    /// <param name="y">Receives the sums; may be <paramref name="init"/>.</param>
    /// <param name="rowY">From a row of y to the next.</param>
    /// <param name="nextY">From y to that of the next product, if it comes from beyond the second-level cache; otherwise 0.</param>
    public static void Multiply(
        int columns, int rows, ref T a, nint rowA, ref T b, in Depth depth, ref T init, nint rowInit, ref T y, nint rowY, nint nextY = 0)
    {
        if (rows <= Tallest(columns))
        {
            // A single tile reads B once.
            Tile(columns, rows, ref a, rowA, ref b, depth, ref init, rowInit, ref y, rowY);
            return;
        }

        var heights = EvenSplit.OfAtMost(Tallest(columns), rows);
        nint rowBytes = depth.StrideB * Unsafe.SizeOf<T>();
        nint most = depth.Terms * rowBytes <= PieceBytes ? depth.Terms : depth.Whole(PieceBytes / rowBytes);
        for (nint term = 0; term < depth.Terms; term += most)
        {
            var piece = depth.Take(Math.Min(most, depth.Terms - term));
            ref T pieceA = ref Unsafe.Add(ref a, depth.PlaceA(term)), pieceB = ref Unsafe.Add(ref b, term * depth.StrideB);
            ref T start = ref term == 0 ? ref init : ref y;
            nint rowStart = term == 0 ? rowInit : rowY;
            nint row = 0;
            for (int tile = 0; tile < heights.Count; tile++)
            {
                int count = heights[tile + 1] - (int)row;
                if (term == 0 && nextY != 0)
                    Cache.Fetch(ref Unsafe.Add(ref y, (row * rowY) + nextY), columns * Panels.Lanes, count, rowY);
                if (piece.IsFar)
                    piece = piece.Ahead<T>(tile);
                Tile(
                    columns, count, ref Unsafe.Add(ref pieceA, row * rowA), rowA, ref pieceB, piece,
                    ref Unsafe.Add(ref start, row * rowStart), rowStart, ref Unsafe.Add(ref y, row * rowY), rowY);
                row += count;
            }
        }
    }

    /// <summary>A tile of at most <see cref="Tallest"/> rows; with few registers, of two columns at a time.</summary>
    /// <inheritdoc cref="Multiply"/>
    public static void Tile(
        int columns, int rows, ref T a, nint rowA, ref T b, in Depth depth, ref T init, nint rowInit, ref T y, nint rowY)
    {
        if (columns > 2 && !HasManyRegisters)
        {
            const int Half = 2 * Panels.Lanes;
            Tile(2, rows, ref a, rowA, ref b, depth, ref init, rowInit, ref y, rowY);
            Tile(
                columns - 2, rows, ref a, rowA, ref Unsafe.Add(ref b, Half), depth, ref Unsafe.Add(ref init, Half), rowInit,
                ref Unsafe.Add(ref y, Half), rowY);
            return;
        }

        switch (columns)
        {
            case 1: OfHeight<Count1>(rows, ref a, rowA, ref b, depth, ref init, rowInit, ref y, rowY); break;
            case 2: OfHeight<Count2>(rows, ref a, rowA, ref b, depth, ref init, rowInit, ref y, rowY); break;
            case 3: OfHeight<Count3>(rows, ref a, rowA, ref b, depth, ref init, rowInit, ref y, rowY); break;
            default: OfHeight<Count4>(rows, ref a, rowA, ref b, depth, ref init, rowInit, ref y, rowY); break;
        }
    }

    private static void OfHeight<TColumns>(
        int rows, ref T a, nint rowA, ref T b, in Depth depth, ref T init, nint rowInit, ref T y, nint rowY)
        where TColumns : struct, ICount
    {
        switch (rows)
        {
            case 1: Tile<V, T, Count1, TColumns>.Multiply(ref a, rowA, ref b, depth, ref init, rowInit, ref y, rowY); break;
            case 2: Tile<V, T, Count2, TColumns>.Multiply(ref a, rowA, ref b, depth, ref init, rowInit, ref y, rowY); break;
            case 3: Tile<V, T, Count3, TColumns>.Multiply(ref a, rowA, ref b, depth, ref init, rowInit, ref y, rowY); break;
            case 4: Tile<V, T, Count4, TColumns>.Multiply(ref a, rowA, ref b, depth, ref init, rowInit, ref y, rowY); break;
            case 5: Tile<V, T, Count5, TColumns>.Multiply(ref a, rowA, ref b, depth, ref init, rowInit, ref y, rowY); break;
            case 6: Tile<V, T, Count6, TColumns>.Multiply(ref a, rowA, ref b, depth, ref init, rowInit, ref y, rowY); break;
            case 7: Tile<V, T, Count7, TColumns>.Multiply(ref a, rowA, ref b, depth, ref init, rowInit, ref y, rowY); break;
            default: Tile<V, T, Count8, TColumns>.Multiply(ref a, rowA, ref b, depth, ref init, rowInit, ref y, rowY); break;
        }
    }
}

/// <summary>Advice to the processor.</summary>
internal static unsafe class Cache
{
    public const int LineBytes = 64;

    /// <summary>
    /// The line of an address is needed soon: it comes into the second-level cache. Any address will do; nothing happens on processors that
    /// .NET cannot tell.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fetch(byte* address)
    {
        if (Sse.IsSupported)
            Sse.Prefetch1(address);
    }

    /// <summary>Some rows are needed soon.</summary>
    /// <param name="first">The column of the first; it need not exist.</param>
    /// <param name="width">Elements of each.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="stride">From one to the next, in elements.</param>
    public static void Fetch<T>(ref T first, nint width, nint rows, nint stride) where T : unmanaged
    {
        byte* start = (byte*)Unsafe.AsPointer(ref first);
        for (nint row = 0; row < rows; row++, start += stride * sizeof(T))
        {
            for (nint line = 0; line < width * sizeof(T); line += LineBytes)
                Fetch(start + line);
        }
    }
}
