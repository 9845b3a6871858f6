using System.Runtime.CompilerServices;

namespace RnnGen.Numerics;

/// <content>Gradients of matrices: the products whose sums run over rows and steps.</content>
public static partial class Panels
{
    // Derivatives of one block that stay in the first-level cache while the tiles of all matrices pass over them, and the rows that they have at most.
    private const int GradientBytes = 32 * 1024, GradientRows = 128;

    // How often a copy has to be read before it pays.
    private const int ManyBlocks = 4, ManyTiles = 16;

    /// <summary>dM += Aᵀ · dy for some matrices that feed the same slots, each sum over rows in their order: the gradients over all steps and rows.</summary>
    /// <remarks>
    /// All at once, as dy is larger than a cache. Of large matrices both sides are copied first: where they are, a tile reads down columns, at strides that are multiples of large powers of two: their lines push each
    /// other out of the cache.
    /// </remarks>
    /// <param name="rows">Rows of A and dy.</param>
    /// <param name="dy">The first slot in row 0.</param>
    /// <param name="factors">The matrices: their shapes have the same blocks and strides.</param>
    public static void Gradients<V, T>(int rows, ref T dy, ReadOnlySpan<GradientFactor<T>> factors)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        Shape slots = factors[0].Shape;
        int tiles = 0;
        nint width = 0;
        foreach (ref readonly var factor in factors)
        {
            tiles += Heights<V, T>(factor).Count;
            width = Math.Max(width, (factor.Column + factor.Shape.Columns) * Lanes);
        }

        int most = Math.Clamp(GradientBytes / (int)(width * Unsafe.SizeOf<T>()), 16, GradientRows);
        bool copiesA = slots.Blocks >= ManyBlocks, copiesDerivatives = tiles >= ManyTiles;
        nint tileSize = (most + 2) * Eight<T>.Length, derivativesSize = copiesDerivatives ? most * width : 0;
        ref T derivatives = ref GradientCopies<T>.Rent(derivativesSize + (copiesA ? tiles * tileSize : 0));
        ref T copies = ref Unsafe.Add(ref derivatives, derivativesSize);
        int fetched = (most + tiles - 1) / tiles;
        for (int first = 0; first < rows; first += most)
        {
            int count = Math.Min(most, rows - first);
            if (copiesA)
                CopyVectors<V, T>(first, count, factors, ref copies, tileSize);
            for (nint block = 0; block < slots.Blocks; block++)
            {
                ref T b = ref Unsafe.Add(ref dy, ((nint)first * slots.RowStride) + (block * slots.BlockStride));
                if (copiesDerivatives)
                {
                    Merging.Concat(count, (int)width, ref b, slots.RowStride, ref derivatives, width, 0);
                    b = ref derivatives;
                }

                // What the next block begins with: some of it during each tile.
                ref T next = ref Unsafe.Add(ref dy, block + 1 < slots.Blocks ? ((nint)first * slots.RowStride) + ((block + 1) * slots.BlockStride) : (nint)(first + most) * slots.RowStride);
                ref T copy = ref copies;
                foreach (ref readonly var factor in factors)
                {
                    var heights = Heights<V, T>(factor);
                    nint run = factor.Shape.Columns * Lanes;
                    var depth = new Depth(count, 1, 0, copiesA ? Eight<T>.Length : factor.RowA, copiesDerivatives ? width : slots.RowStride);
                    for (int tile = 0; tile < heights.Count; tile++)
                    {
                        ref T x = ref copiesA ? ref copy : ref Unsafe.Add(ref factor.A, (first * factor.RowA) + heights[tile]);
                        ref T target = ref Unsafe.Add(ref factor.Gradient, (block * factor.BlockGradient) + (heights[tile] * run));
                        if (copiesDerivatives)
                            Cache.Fetch(ref next, width, fetched, slots.RowStride);
                        Tiling<V, T>.Tile(factor.Shape.Columns, heights[tile + 1] - heights[tile], ref x, 1, ref Unsafe.Add(ref b, factor.Column * Lanes), depth, ref target, run, ref target, run);
                        copy = ref Unsafe.Add(ref copy, tileSize);
                        next = ref Unsafe.Add(ref next, fetched * slots.RowStride);
                    }
                }
            }
        }
    }

    /// <summary>What <see cref="Gradients"/> takes for a matrix in panels.</summary>
    /// <param name="shape">M.</param>
    /// <param name="column">The first slot of a block that it feeds.</param>
    /// <param name="a">A, [rows][rowA].</param>
    /// <param name="rowA">From a row of A to the next.</param>
    /// <param name="gradient">dM, in panels.</param>
    public static GradientFactor<T> Factor<T>(in Shape shape, int column, ref T a, nint rowA, ref T gradient) where T : unmanaged => new(shape, column, ref a, rowA, ref gradient, shape.BlockSize);

    /// <summary>What <see cref="Gradients"/> takes for biases, a matrix that multiplied ones.</summary>
    /// <param name="shape">The slots: columns, blocks and strides; the depth does not matter.</param>
    /// <param name="column">The first slot of a block that they feed.</param>
    /// <param name="gradient">[block][…][16].</param>
    /// <param name="blockBias">From a block's biases to the next's.</param>
    public static GradientFactor<T> Bias<T>(in Shape shape, int column, ref T gradient, nint blockBias) where T : unmanaged => new(shape with { Depth = 1 }, column, ref Ones<T>.Buffer.Start, 0, ref gradient, blockBias);

    private static class Ones<T> where T : unmanaged
    {
        public static readonly AlignedBuffer<T> Buffer = Make();

        private static AlignedBuffer<T> Make()
        {
            var buffer = new AlignedBuffer<T>(1);
            buffer.Start = Element.FromDouble<T>(1);
            return buffer;
        }
    }

    /// <summary>The rows of this product are the k of M.</summary>
    private static EvenSplit Heights<V, T>(in GradientFactor<T> factor)
        where V : struct, ILanes<V, T>
        where T : unmanaged
        => EvenSplit.OfAtMost(Tiling<V, T>.Tallest(factor.Shape.Columns), factor.Shape.Depth);

    /// <summary>What tiles read of some rows: for each tile [rows][8], of which those beyond its columns mean nothing.</summary>
    private static void CopyVectors<V, T>(int first, int rows, ReadOnlySpan<GradientFactor<T>> factors, ref T copies, nint tileSize)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        foreach (ref readonly var factor in factors)
        {
            var heights = Heights<V, T>(factor);
            for (nint row = 0; row < rows; row++)
            {
                ref T source = ref Unsafe.Add(ref factor.A, (first + row) * factor.RowA);
                ref T copy = ref Unsafe.Add(ref copies, row * Eight<T>.Length);
                // Behind the last rows there may be nothing.
                int whole = (rows - 1 - row) * factor.RowA >= Eight<T>.Length ? heights.Count : 0;
                for (int tile = 0; tile < whole; tile++)
                    Unsafe.As<T, Eight<T>>(ref Unsafe.Add(ref copy, tile * tileSize)) = Unsafe.As<T, Eight<T>>(ref Unsafe.Add(ref source, heights[tile]));
                for (int tile = whole; tile < heights.Count; tile++)
                {
                    for (nint column = heights[tile]; column < heights[tile + 1]; column++)
                        Unsafe.Add(ref copy, (tile * tileSize) + column - heights[tile]) = Unsafe.Add(ref source, column);
                }
            }

            copies = ref Unsafe.Add(ref copies, heights.Count * tileSize);
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

/// <summary>A matrix M whose gradient is wanted, and the vectors that it multiplied.</summary>
/// <remarks>It holds addresses: what they are of, such as an <see cref="AlignedBuffer{T}"/>, must not move while it is used.</remarks>
/// <typeparam name="T">The element.</typeparam>
public readonly unsafe struct GradientFactor<T> where T : unmanaged
{
    private readonly T* a;
    private readonly T* gradient;

    internal GradientFactor(in Panels.Shape shape, int column, ref T a, nint rowA, ref T gradient, nint blockGradient)
    {
        Shape = shape;
        Column = column;
        RowA = rowA;
        BlockGradient = blockGradient;
        this.a = (T*)Unsafe.AsPointer(ref a);
        this.gradient = (T*)Unsafe.AsPointer(ref gradient);
    }

    internal Panels.Shape Shape { get; }

    internal int Column { get; }

    internal nint RowA { get; }

    /// <summary>From the gradient of a block to that of the next.</summary>
    internal nint BlockGradient { get; }

    internal ref T A => ref *a;

    internal ref T Gradient => ref *gradient;
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
