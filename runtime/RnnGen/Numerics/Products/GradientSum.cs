using System.Runtime.CompilerServices;

namespace RnnGen.Numerics;

/// <summary>One pass over the derivatives of some slots, for the gradients of all matrices that feed them.</summary>
/// <remarks>
/// Derivatives of all steps are larger than a cache, so they come from memory once. Of large matrices both sides of the products are copied
/// first: where they are, a tile reads down columns, at strides that are multiples of large powers of two, whose lines push each other out
/// of the cache.
/// </remarks>
internal readonly ref struct GradientSum<V, T>
    where V : struct, ILanes<V, T>
    where T : unmanaged
{
    // Derivatives of one block that stay in the first-level cache while the tiles of all matrices pass over them, and the rows that they
    // have at most.
    private const int DerivativeBytes = 32 * 1024, MostRows = 128;

    // How often a copy has to be read before it pays.
    private const int ManyBlocks = 4, ManyTiles = 16;

    private readonly ReadOnlySpan<GradientFactor<T>> factors;
    private readonly ref T dy;
    private readonly Panels.Shape slots;
    private readonly int rows;
    private readonly bool accumulate;

    // Tiles of all matrices in a block.
    private readonly int tiles;

    // The elements of a block's row that have derivatives, and the rows that are gone through together.
    private readonly nint width;
    private readonly int chunk;

    // Where the copies are: [rows][width], and for each tile [rows][8].
    private readonly bool copiesDerivatives;
    private readonly bool copiesVectors;
    private readonly ref T derivatives;
    private readonly ref T vectors;
    private readonly nint tileSize;

    public GradientSum(int rows, ref T dy, bool accumulate, ReadOnlySpan<GradientFactor<T>> factors)
    {
        this.rows = rows;
        this.accumulate = accumulate;
        this.dy = ref dy;
        this.factors = factors;
        slots = factors[0].Shape;
        foreach (ref readonly var factor in factors)
        {
            tiles += Heights(factor).Count;
            width = Math.Max(width, (factor.Column + factor.Shape.Columns) * Panels.Lanes);
        }

        chunk = Math.Clamp(DerivativeBytes / (int)(width * Unsafe.SizeOf<T>()), 16, MostRows);
        copiesDerivatives = tiles >= ManyTiles;
        copiesVectors = slots.Blocks >= ManyBlocks;
        // Not a power of two: of one row, tiles' lines would push each other out of the cache.
        tileSize = (chunk + 2) * Eight.Length;
        nint derivativesSize = copiesDerivatives ? chunk * width : 0;
        derivatives = ref GradientCopies<T>.Rent(derivativesSize + (copiesVectors ? tiles * tileSize : 0));
        vectors = ref Unsafe.Add(ref derivatives, derivativesSize);
    }

    public void Run()
    {
        for (int first = 0; first < rows; first += chunk)
        {
            int count = Math.Min(chunk, rows - first);
            if (copiesVectors)
                CopyVectors(first, count);
            for (nint block = 0; block < slots.Blocks; block++)
                AddBlock(first, count, block);
        }
    }

    /// <summary>Adds the terms of some rows to one block of each gradient.</summary>
    private void AddBlock(int first, int count, nint block)
    {
        ref T b = ref Derivatives(first, block);
        if (copiesDerivatives)
        {
            Merging.Concat(count, (int)width, ref b, slots.RowStride, ref derivatives, width, 0);
            b = ref derivatives;
        }

        // What is copied next is fetched meanwhile, some rows beside each tile.
        ref T next = ref block + 1 < slots.Blocks ? ref Derivatives(first, block + 1) : ref Derivatives(first + chunk, 0);
        int fetched = copiesDerivatives ? (chunk + tiles - 1) / tiles : 0;
        ref T copy = ref vectors, zero = ref Panels.Zero<T>();
        // What was there before is not even read.
        bool starts = first == 0 && !accumulate;
        foreach (ref readonly var factor in factors)
        {
            var heights = Heights(factor);
            nint run = factor.Shape.Columns * Panels.Lanes;
            nint rowA = copiesVectors ? Eight.Length : factor.RowA, rowB = copiesDerivatives ? width : slots.RowStride;
            var (from, terms) = factor.RowsBetween(first, count, rows);
            var depth = new Depth(terms, 1, 0, rowA, rowB);
            for (int tile = 0; tile < heights.Count; tile++)
            {
                Cache.Fetch(ref next, width, fetched, slots.RowStride);
                ref T a = ref copiesVectors ? ref copy : ref Unsafe.Add(ref factor.A, (first * factor.RowA) + heights[tile]);
                ref T target = ref Unsafe.Add(ref factor.Gradient, (block * factor.BlockGradient) + (heights[tile] * run));
                Tiling<V, T>.Tile(
                    factor.Shape.Columns,
                    heights[tile + 1] - heights[tile],
                    ref Unsafe.Add(ref a, from * rowA),
                    1,
                    ref Unsafe.Add(ref b, (from * rowB) + (factor.Column * Panels.Lanes)),
                    depth,
                    ref starts ? ref zero : ref target,
                    starts ? 0 : run,
                    ref target,
                    run);
                next = ref Unsafe.Add(ref next, fetched * slots.RowStride);
                copy = ref Unsafe.Add(ref copy, tileSize);
            }
        }
    }

    /// <summary>
    /// The numbers that tiles read of some rows: for each tile [rows][8], of which those beyond its columns mean nothing.
    /// </summary>
    private void CopyVectors(int first, int count)
    {
        ref T copies = ref vectors;
        foreach (ref readonly var factor in factors)
        {
            var heights = Heights(factor);
            for (nint row = 0; row < count; row++)
            {
                ref T source = ref Unsafe.Add(ref factor.A, (first + row) * factor.RowA);
                ref T copy = ref Unsafe.Add(ref copies, row * Eight.Length);
                // Behind the last rows there may be nothing.
                int whole = (count - 1 - row) * factor.RowA >= Eight.Length ? heights.Count : 0;
                for (int tile = 0; tile < whole; tile++)
                    Unsafe.As<T, Eight>(ref Unsafe.Add(ref copy, tile * tileSize)) =
                        Unsafe.As<T, Eight>(ref Unsafe.Add(ref source, heights[tile]));
                for (int tile = whole; tile < heights.Count; tile++)
                {
                    for (nint column = heights[tile]; column < heights[tile + 1]; column++)
                        Unsafe.Add(ref copy, (tile * tileSize) + column - heights[tile]) = Unsafe.Add(ref source, column);
                }
            }

            copies = ref Unsafe.Add(ref copies, heights.Count * tileSize);
        }
    }

    private ref T Derivatives(int row, nint block) => ref Unsafe.Add(ref dy, ((nint)row * slots.RowStride) + (block * slots.BlockStride));

    /// <summary>The rows of this product are the k of M.</summary>
    private static EvenSplit Heights(in GradientFactor<T> factor) =>
        EvenSplit.OfAtMost(Tiling<V, T>.Tallest(factor.Shape.Columns), factor.Shape.Depth);

    /// <summary>As many rows as the tallest tile has.</summary>
    [InlineArray(Length)]
    private struct Eight
    {
        public const int Length = 8;

        private T first;
    }
}

/// <summary>
/// Memory for the copies that gradients are computed from. A tape has its own, so that nothing is allocated when another thread goes back
/// over it.
/// </summary>
internal sealed class GradientCopies<T> where T : unmanaged
{
    [ThreadStatic]
    private static GradientCopies<T>? current;

    private AlignedBuffer<T>? buffer;

    /// <summary>At least <paramref name="length"/> elements of what was lent to this thread, of any content.</summary>
    public static ref T Rent(nint length)
    {
        GradientCopies<T> copies = current ??= new();
        if (copies.buffer is null || copies.buffer.Length < length)
            copies.buffer = new AlignedBuffer<T>(checked((int)length));
        return ref copies.buffer.Start;
    }

    /// <summary>From now on this thread's gradients use these.</summary>
    public void Lend() => current = this;
}
