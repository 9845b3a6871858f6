using System.ComponentModel;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace RnnGen.Numerics;

/// <summary>
/// Matrix products with panel matrices, for generated code. A panel matrix is laid out as
/// [block of 16 outputs][k][column][16 lanes]: in the order in which a product reads it, whatever the machine.
/// </summary>
/// <remarks>
/// Nothing is checked here: the generated methods in front check the lengths once. Vectors in memory are rows; a row of pre-activations is
/// [block][slot][16 lanes], and a matrix feeds neighbouring slots of it.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static partial class Panels
{
    /// <summary>Units per block, at every vector width.</summary>
    public const int Lanes = 16;

    // Rows of A that stay in the second-level cache while the blocks of a matrix pass over them.
    private const int RowChunk = 128;

    // Terms beside which there is time to fetch what comes next.
    private const int LongSum = 64;

    /// <summary>The number of steps that are multiplied together: a power of two that shrinks as rows grow.</summary>
    internal static int StepsAtOnce(int rows) => 1 << BitOperations.Log2((uint)Math.Max(1, RowChunk / rows));

    /// <summary>A matrix in panels, and the rows of slots that it feeds.</summary>
    /// <param name="Depth">k: the length of the vectors it multiplies.</param>
    /// <param name="Blocks">Blocks of 16 units.</param>
    /// <param name="Columns">Columns per block, 1 to 4: neighbouring slots.</param>
    /// <param name="BlockStride">From a block of a row of slots to the next, in elements.</param>
    /// <param name="RowStride">From a row of slots to the next, in elements.</param>
    public readonly record struct Shape(int Depth, int Blocks, int Columns, int BlockStride, int RowStride)
    {
        /// <summary>Elements of one block of the matrix.</summary>
        public nint BlockSize => (nint)Depth * Columns * Lanes;

        /// <summary>True if the matrix is larger than what stays in a second-level cache beside all else.</summary>
        internal bool IsFar<T>() => Blocks * BlockSize * Unsafe.SizeOf<T>() > 1 << 20;
    }

    /// <summary>y += A · M for one block of M: the recurrent product of a step.</summary>
    /// <param name="shape">The matrix.</param>
    /// <param name="rows">Rows of A and y.</param>
    /// <param name="a">A, [rows][rowA].</param>
    /// <param name="rowA">From a row of A to the next.</param>
    /// <param name="matrix">The block's panel.</param>
    /// <param name="y">The block's first slot in row 0.</param>
    public static void Accumulate<V, T>(in Shape shape, int rows, ref T a, nint rowA, ref T matrix, ref T y)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        var depth = new Depth(shape.Depth, 1, 0, 1, shape.Columns * Lanes, shape.IsFar<T>());
        Tiling<V, T>.Multiply(
            shape.Columns, rows, ref a, rowA, ref matrix, depth, ref y, shape.RowStride, ref y, shape.RowStride,
            shape.Depth < LongSum ? 0 : shape.BlockStride);
    }

    /// <summary>y = bias + A · M for all blocks of M: the product with the inputs of many steps at once.</summary>
    /// <param name="shape">The matrix.</param>
    /// <param name="rows">Rows of A and y.</param>
    /// <param name="a">A, [rows][rowA].</param>
    /// <param name="rowA">From a row of A to the next.</param>
    /// <param name="matrix">The panels.</param>
    /// <param name="bias">[block][…][16]: what a sum starts from.</param>
    /// <param name="blockBias">From a block's biases to the next's; with 0, all blocks start from the same.</param>
    /// <param name="y">The first slot in row 0.</param>
    public static void Project<V, T>(in Shape shape, int rows, ref T a, nint rowA, ref T matrix, ref T bias, nint blockBias, ref T y)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        var depth = new Depth(shape.Depth, 1, 0, 1, shape.Columns * Lanes, shape.IsFar<T>());
        for (int first = 0; first < rows; first += RowChunk)
        {
            int count = Math.Min(RowChunk, rows - first);
            for (nint block = 0; block < shape.Blocks; block++)
            {
                Tiling<V, T>.Multiply(
                    shape.Columns,
                    count,
                    ref Unsafe.Add(ref a, first * rowA),
                    rowA,
                    ref Unsafe.Add(ref matrix, block * shape.BlockSize),
                    depth,
                    ref Unsafe.Add(ref bias, block * blockBias),
                    0,
                    ref Unsafe.Add(ref y, ((nint)first * shape.RowStride) + (block * shape.BlockStride)),
                    shape.RowStride);
            }
        }
    }

    /// <summary>
    /// da (+)= dy · Mᵀ: the gradient of the vectors that M multiplied. <paramref name="transposed"/> is what <see cref="Transpose"/> made.
    /// </summary>
    /// <param name="shape">M.</param>
    /// <param name="rows">Rows of dy and da.</param>
    /// <param name="dy">The first slot in row 0; the lanes beyond the last unit are 0.</param>
    /// <param name="transposed">Mᵀ in panels of up to 4 columns.</param>
    /// <param name="da">[rows][rowA], padded to whole blocks.</param>
    /// <param name="rowA">From a row of da to the next: at least the depth rounded up to 16.</param>
    /// <param name="accumulate">True if da is added to.</param>
    public static void Transposed<V, T>(in Shape shape, int rows, ref T dy, ref T transposed, ref T da, nint rowA, bool accumulate)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        nint run = shape.Columns * Lanes;
        int blocks = (shape.Depth + Lanes - 1) / Lanes;
        ref T zero = ref Zero<T>();
        for (int first = 0; first < rows; first += RowChunk)
        {
            int count = Math.Min(RowChunk, rows - first);
            for (int block = 0; block < blocks; block += 4)
            {
                int columns = Math.Min(4, blocks - block);
                var depth = new Depth(run, shape.Blocks, shape.BlockStride, 1, columns * Lanes, shape.IsFar<T>());
                ref T target = ref Unsafe.Add(ref da, (first * rowA) + (block * Lanes));
                Tiling<V, T>.Multiply(
                    columns,
                    count,
                    ref Unsafe.Add(ref dy, (nint)first * shape.RowStride),
                    shape.RowStride,
                    ref Unsafe.Add(ref transposed, block * Lanes * shape.Blocks * run),
                    depth,
                    ref accumulate ? ref target : ref zero,
                    accumulate ? rowA : 0,
                    ref target,
                    rowA);
            }
        }
    }

    /// <summary>Zeros for as many columns as a matrix has: what sums without a bias start from.</summary>
    public static ref T Zero<T>() where T : unmanaged => ref Zeros<T>.Buffer.Start;

    private static class Zeros<T> where T : unmanaged
    {
        public static readonly AlignedBuffer<T> Buffer = new(4 * Lanes);
    }
}
