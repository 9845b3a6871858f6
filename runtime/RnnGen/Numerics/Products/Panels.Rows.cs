using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace RnnGen.Numerics;

/// <content>What surrounds the products: one-hot inputs, biases, padding, and the transposed copy of a matrix.</content>
public static partial class Panels
{
    /// <summary>y = bias + M e_symbol for every row: the product with a unit vector picks a column, and nothing is multiplied.</summary>
    /// <param name="shape">The matrix; its depth is the number of symbols.</param>
    /// <param name="symbols">A symbol per row.</param>
    /// <param name="matrix">The panels.</param>
    /// <param name="bias">[block][…][16]: what a sum starts from.</param>
    /// <param name="blockBias">From a block's biases to the next's; with 0, all blocks start from the same.</param>
    /// <param name="y">The first slot in row 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gather<V, T>(in Shape shape, ReadOnlySpan<int> symbols, ref T matrix, ref T bias, nint blockBias, ref T y)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        nint run = shape.Columns * Lanes;
        for (int row = 0; row < symbols.Length; row++)
        {
            for (nint block = 0; block < shape.Blocks; block++)
            {
                ref T column = ref Unsafe.Add(ref matrix, (block * shape.BlockSize) + (symbols[row] * run));
                ref T start = ref Unsafe.Add(ref bias, block * blockBias);
                ref T target = ref Unsafe.Add(ref y, ((nint)row * shape.RowStride) + (block * shape.BlockStride));
                for (nint lane = 0; lane < run; lane += V.Count)
                    (V.Load(ref start, lane) + V.Load(ref column, lane)).Store(ref target, lane);
            }
        }
    }

    /// <summary>dM (+)= Σ e_symbol dyᵀ over rows in their order: the gradient of what <see cref="Gather"/> picked.</summary>
    /// <param name="shape">The matrix; its depth is the number of symbols.</param>
    /// <param name="symbols">A symbol per row.</param>
    /// <param name="dy">The first slot in row 0.</param>
    /// <param name="gradient">dM, in panels.</param>
    /// <param name="accumulate">True if the gradient is added to.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scatter<V, T>(in Shape shape, ReadOnlySpan<int> symbols, ref T dy, ref T gradient, bool accumulate)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        if (!accumulate)
            MemoryMarshal.CreateSpan(ref gradient, (int)(shape.Blocks * shape.BlockSize)).Clear();
        nint run = shape.Columns * Lanes;
        for (int row = 0; row < symbols.Length; row++)
        {
            for (nint block = 0; block < shape.Blocks; block++)
            {
                ref T column = ref Unsafe.Add(ref gradient, (block * shape.BlockSize) + (symbols[row] * run));
                ref T source = ref Unsafe.Add(ref dy, ((nint)row * shape.RowStride) + (block * shape.BlockStride));
                for (nint lane = 0; lane < run; lane += V.Count)
                    (V.Load(ref column, lane) + V.Load(ref source, lane)).Store(ref column, lane);
            }
        }
    }

    /// <summary>y = bias for the slots that no input feeds.</summary>
    /// <param name="shape">The slots: columns, blocks and strides; the depth does not matter.</param>
    /// <param name="rows">Rows of y.</param>
    /// <param name="bias">[block][…][16].</param>
    /// <param name="blockBias">From a block's biases to the next's; with 0, all blocks start from the same.</param>
    /// <param name="y">The first slot in row 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fill<V, T>(in Shape shape, int rows, ref T bias, nint blockBias, ref T y)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        nint run = shape.Columns * Lanes;
        for (nint row = 0; row < rows; row++)
        {
            for (nint block = 0; block < shape.Blocks; block++)
            {
                ref T start = ref Unsafe.Add(ref bias, block * blockBias);
                ref T target = ref Unsafe.Add(ref y, ((nint)row * shape.RowStride) + (block * shape.BlockStride));
                for (nint lane = 0; lane < run; lane += V.Count)
                    V.Load(ref start, lane).Store(ref target, lane);
            }
        }
    }

    /// <summary>y += A · M for all blocks of M: a second product on the same sums.</summary>
    /// <inheritdoc cref="Project"/>
    public static void ProjectMore<V, T>(in Shape shape, int rows, ref T a, nint rowA, ref T matrix, ref T y)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        for (nint block = 0; block < shape.Blocks; block++)
            Accumulate<V, T>(
                shape, rows, ref a, rowA, ref Unsafe.Add(ref matrix, block * shape.BlockSize),
                ref Unsafe.Add(ref y, block * shape.BlockStride));
    }

    /// <summary>y += M e_symbol for every row: a second matrix on the same sums.</summary>
    /// <inheritdoc cref="Gather"/>
    public static void GatherMore<V, T>(in Shape shape, ReadOnlySpan<int> symbols, ref T matrix, ref T y)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        for (int row = 0; row < symbols.Length; row++)
        {
            ref T target = ref Unsafe.Add(ref y, (nint)row * shape.RowStride);
            Gather<V, T>(shape, symbols.Slice(row, 1), ref matrix, ref target, shape.BlockStride, ref target);
        }
    }

    /// <summary>y += bias: a second bias on the same sums.</summary>
    /// <inheritdoc cref="Fill"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddBias<V, T>(in Shape shape, int rows, ref T bias, nint blockBias, ref T y)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        nint run = shape.Columns * Lanes;
        for (nint row = 0; row < rows; row++)
        {
            for (nint block = 0; block < shape.Blocks; block++)
            {
                ref T start = ref Unsafe.Add(ref bias, block * blockBias);
                ref T target = ref Unsafe.Add(ref y, ((nint)row * shape.RowStride) + (block * shape.BlockStride));
                for (nint lane = 0; lane < run; lane += V.Count)
                    (V.Load(ref target, lane) + V.Load(ref start, lane)).Store(ref target, lane);
            }
        }
    }

    /// <summary>
    /// Copies M to Mᵀ, in the panels that <see cref="Transposed"/> reads: [4 blocks of k][block, column, lane][column of k][16 lanes].
    /// </summary>
    /// <param name="shape">M.</param>
    /// <param name="matrix">The panels of M.</param>
    /// <param name="transposed">Depth rounded up to 16 × units rounded up to 16 × columns elements.</param>
    public static void Transpose<T>(in Shape shape, ref T matrix, ref T transposed) where T : unmanaged
    {
        nint run = shape.Columns * Lanes;
        int blocks = (shape.Depth + Lanes - 1) / Lanes;
        ref T target = ref transposed;
        for (int first = 0; first < blocks; first += 4)
        {
            int width = Math.Min(4, blocks - first) * Lanes;
            int valid = Math.Min(width, shape.Depth - (first * Lanes));
            for (nint block = 0; block < shape.Blocks; block++)
            {
                ref T source = ref Unsafe.Add(ref matrix, (block * shape.BlockSize) + (first * Lanes * run));
                int squares = Square.IsSupported<T>() ? valid / Square.Size * Square.Size : 0;
                for (nint k = 0; k < squares; k += Square.Size)
                {
                    for (nint unit = 0; unit < run; unit += Square.Size)
                        Square.Transpose(
                            ref Unsafe.As<T, float>(ref Unsafe.Add(ref source, (k * run) + unit)), run,
                            ref Unsafe.As<T, float>(ref Unsafe.Add(ref target, (unit * width) + k)), width);
                }

                for (nint unit = 0; unit < run; unit++)
                {
                    for (nint k = squares; k < valid; k++)
                        Unsafe.Add(ref target, (unit * width) + k) = Unsafe.Add(ref source, (k * run) + unit);
                    for (nint k = valid; k < width; k++)
                        Unsafe.Add(ref target, (unit * width) + k) = default;
                }

                target = ref Unsafe.Add(ref target, run * width);
            }
        }
    }

    /// <summary>A small square of a matrix, transposed in registers.</summary>
    private static class Square
    {
        /// <summary>Rows and columns.</summary>
        public const int Size = 4;

        /// <summary>True if there are instructions for it.</summary>
        public static bool IsSupported<T>() => Sse.IsSupported && typeof(T) == typeof(float);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Transpose(ref float source, nint sourceStride, ref float target, nint targetStride)
        {
            Vector128<float> a = Vector128.LoadUnsafe(ref source);
            Vector128<float> b = Vector128.LoadUnsafe(ref Unsafe.Add(ref source, sourceStride));
            Vector128<float> c = Vector128.LoadUnsafe(ref Unsafe.Add(ref source, 2 * sourceStride));
            Vector128<float> d = Vector128.LoadUnsafe(ref Unsafe.Add(ref source, 3 * sourceStride));
            Vector128<float> ab = Sse.UnpackLow(a, b), cd = Sse.UnpackLow(c, d);
            Vector128<float> abHigh = Sse.UnpackHigh(a, b), cdHigh = Sse.UnpackHigh(c, d);
            Sse.MoveLowToHigh(ab, cd).StoreUnsafe(ref target);
            Sse.MoveHighToLow(cd, ab).StoreUnsafe(ref Unsafe.Add(ref target, targetStride));
            Sse.MoveLowToHigh(abHigh, cdHigh).StoreUnsafe(ref Unsafe.Add(ref target, 2 * targetStride));
            Sse.MoveHighToLow(cdHigh, abHigh).StoreUnsafe(ref Unsafe.Add(ref target, 3 * targetStride));
        }
    }

    /// <summary>
    /// Zeroes the lanes beyond the last unit. What a cell computes there is nobody's, but the products of the backward pass sum over them.
    /// </summary>
    /// <param name="shape">The slots: columns, blocks and strides; the depth does not matter.</param>
    /// <param name="rows">Rows of y.</param>
    /// <param name="units">Units of the layer, or of its projection: at most the blocks' lanes.</param>
    /// <param name="y">The first slot in row 0.</param>
    public static void ClearPadding<T>(in Shape shape, int rows, int units, ref T y) where T : unmanaged
    {
        for (nint row = 0; row < rows; row++)
        {
            for (int block = units / Lanes; block < shape.Blocks; block++)
            {
                int used = Math.Max(0, units - (block * Lanes));
                ref T first = ref Unsafe.Add(ref y, (row * shape.RowStride) + (block * shape.BlockStride));
                for (nint column = 0; column < shape.Columns; column++)
                    MemoryMarshal.CreateSpan(ref Unsafe.Add(ref first, (column * Lanes) + used), Lanes - used).Clear();
            }
        }
    }
}
