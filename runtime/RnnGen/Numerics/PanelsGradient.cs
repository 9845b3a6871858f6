using System.Runtime.CompilerServices;

namespace RnnGen.Numerics;

/// <content>The gradient of a matrix: the one product whose sum runs over rows and steps.</content>
public static partial class Panels
{
    // Rows that are summed up before the gradient is written back: their derivatives in one block stay in the first-level cache.
    private const int GradientRows = 128;

    // How often a copy has to be read before it pays.
    private const int ManyBlocks = 4, ManyTiles = 12;

    /// <summary>dM += Aᵀ · dy, the sum over rows in their order: the gradient of M over all steps and rows.</summary>
    /// <remarks>
    /// Of large matrices both sides are copied first. Where they are, a tile reads down columns, at strides that are multiples of large powers of two: their lines push each other out of the cache.
    /// </remarks>
    /// <param name="shape">M.</param>
    /// <param name="rows">Rows of A and dy.</param>
    /// <param name="a">A, [rows][rowA].</param>
    /// <param name="rowA">From a row of A to the next.</param>
    /// <param name="dy">The first slot in row 0.</param>
    /// <param name="gradient">dM, in panels.</param>
    public static void Gradient<V, T>(in Shape shape, int rows, ref T a, nint rowA, ref T dy, ref T gradient)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        nint run = shape.Columns * Lanes;
        // The rows of this product are the k of M.
        var heights = EvenSplit.OfAtMost(Tiling<V, T>.Tallest(shape.Columns), shape.Depth);
        bool copiesTiles = shape.Blocks >= ManyBlocks, copiesDerivatives = heights.Count >= ManyTiles;
        nint tileSize = GradientRows * Eight<T>.Length, derivativesSize = copiesDerivatives ? GradientRows * run : 0;
        ref T derivatives = ref GradientCopies<T>.Rent(derivativesSize + (copiesTiles ? heights.Count * tileSize : 0));
        ref T tiles = ref Unsafe.Add(ref derivatives, derivativesSize);
        for (int first = 0; first < rows; first += GradientRows)
        {
            int count = Math.Min(GradientRows, rows - first);
            var depth = new Depth(count, 1, 0, copiesTiles ? Eight<T>.Length : rowA, copiesDerivatives ? run : shape.RowStride);
            ref T chunk = ref Unsafe.Add(ref a, first * rowA);
            for (int tile = 0; copiesTiles && tile < heights.Count; tile++)
                CopyColumns(count, heights[tile + 1] - heights[tile], ref Unsafe.Add(ref chunk, heights[tile]), rowA, ref Unsafe.Add(ref tiles, tile * tileSize));
            for (nint block = 0; block < shape.Blocks; block++)
            {
                ref T b = ref Unsafe.Add(ref dy, ((nint)first * shape.RowStride) + (block * shape.BlockStride));
                if (copiesDerivatives)
                {
                    Merging.Concat(count, (int)run, ref b, shape.RowStride, ref derivatives, run, 0);
                    b = ref derivatives;
                }

                for (int tile = 0; tile < heights.Count; tile++)
                {
                    ref T x = ref copiesTiles ? ref Unsafe.Add(ref tiles, tile * tileSize) : ref Unsafe.Add(ref chunk, heights[tile]);
                    ref T target = ref Unsafe.Add(ref gradient, (block * shape.BlockSize) + (heights[tile] * run));
                    Tiling<V, T>.Tile(shape.Columns, heights[tile + 1] - heights[tile], ref x, 1, ref b, depth, ref target, run, ref target, run);
                }
            }
        }
    }

    /// <summary>Some neighbouring columns, [rows][8]: what is beyond the columns means nothing.</summary>
    private static void CopyColumns<T>(int rows, int columns, ref T source, nint stride, ref T copy) where T : unmanaged
    {
        // Of the last rows, eight columns would reach beyond the end of what is copied.
        nint whole = Math.Max(0, rows - ((Eight<T>.Length - columns + stride - 1) / stride));
        for (nint row = 0; row < whole; row++)
            Unsafe.As<T, Eight<T>>(ref Unsafe.Add(ref copy, row * Eight<T>.Length)) = Unsafe.As<T, Eight<T>>(ref Unsafe.Add(ref source, row * stride));
        for (nint row = whole; row < rows; row++)
        {
            for (nint column = 0; column < columns; column++)
                Unsafe.Add(ref copy, (row * Eight<T>.Length) + column) = Unsafe.Add(ref source, (row * stride) + column);
        }
    }

    /// <summary>As many rows as the tallest tile has.</summary>
    [InlineArray(Length)]
    private struct Eight<T> where T : unmanaged
    {
        public const int Length = 8;

        private T first;
    }
}

/// <summary>Memory for the copies that gradients are computed from. A tape has its own, so that nothing is allocated when another thread goes back over it.</summary>
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
