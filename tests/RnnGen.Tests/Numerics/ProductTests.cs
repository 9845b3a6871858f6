using RnnGen.Numerics;
using Xunit;

namespace RnnGen.Tests.Numerics;

/// <summary>
/// Products against their definition, to the bit: every sum is one chain of fused operations in the order of its terms, however it is cut.
/// </summary>
public class ProductTests
{
    /// <summary>Depth, blocks, columns, rows: within a tile and a piece, beyond both, and a matrix that is fetched ahead.</summary>
    public static TheoryData<int, int, int, int> Sizes => new()
    {
        { 1, 1, 1, 1 },
        { 5, 2, 4, 3 },
        { 17, 3, 3, 9 },
        { 20, 5, 3, 140 },
        { 48, 2, 2, 26 },
        { 130, 2, 4, 7 },
        { 300, 1, 1, 150 },
        { 300, 3, 2, 20 },
        { 333, 2, 3, 17 },
        { 300, 16, 4, 16 },
    };

    [Theory, MemberData(nameof(Sizes))]
    public void AccumulateIsAChain(int depth, int blocks, int columns, int rows) =>
        IsExact(new Case(Product.Accumulate, depth, blocks, columns, rows));

    [Theory, MemberData(nameof(Sizes))]
    public void ProjectIsAChainFromTheBias(int depth, int blocks, int columns, int rows) =>
        IsExact(new Case(Product.Project, depth, blocks, columns, rows));

    [Theory, MemberData(nameof(Sizes))]
    public void TransposedIsAChainOverAllSlots(int depth, int blocks, int columns, int rows) =>
        IsExact(new Case(Product.Transposed, depth, blocks, columns, rows));

    [Theory, MemberData(nameof(Sizes))]
    public void GradientIsAChainOverRows(int depth, int blocks, int columns, int rows) =>
        IsExact(new Case(Product.Gradient, depth, blocks, columns, rows));

    [Theory, MemberData(nameof(Sizes))]
    public void GradientCanBeginWithNothing(int depth, int blocks, int columns, int rows) =>
        IsExact(new Case(Product.Gradient, depth, blocks, columns, rows, accumulate: false));

    [Theory, MemberData(nameof(Sizes))]
    public void GradientCanLeaveRowsOut(int depth, int blocks, int columns, int rows)
    {
        foreach (bool accumulate in new[] { false, true })
        {
            IsExact(new Case(Product.Gradient, depth, blocks, columns, rows, 3.., accumulate));
            IsExact(new Case(Product.Gradient, depth, blocks, columns, rows, ..^2, accumulate));
        }
    }

    [Fact]
    public void GradientCanLeaveOutMoreRowsThanAreCopiedAtOnce() =>
        IsExact(new Case(Product.Gradient, 48, 4, 4, 300, 200.., accumulate: false));

    private static void IsExact(Case product)
    {
        float[] floats = product.Define<float>((x, y, sum) => MathF.FusedMultiplyAdd(x, y, sum));
        foreach (var (name, result) in EachWidth.Float(product))
            SameBits.Assert(floats, result, name);
        double[] doubles = product.Define<double>(Math.FusedMultiplyAdd);
        foreach (var (name, result) in EachWidth.Double(product))
            SameBits.Assert(doubles, result, name);
    }

    private enum Product
    {
        Accumulate,
        Project,
        Transposed,
        Gradient,
    }

    /// <summary>A product of numbers that are not round; rows of slots have one slot more than the matrix feeds.</summary>
    private readonly struct Case(
        Product product, int depth, int blocks, int columns, int rows, Range? counting = null, bool accumulate = true) : ILaneProgram
    {
        private const int Lanes = Panels.Lanes;

        // Inputs lie without gaps; what gets gradients has whole blocks.
        private readonly int rowA = product == Product.Transposed ? (depth + Lanes - 1) / Lanes * Lanes : depth;

        private int BlockStride => (columns + 1) * Lanes;

        private int RowStride => blocks * BlockStride;

        private int Width => columns * Lanes;

        private Range Counting => counting ?? Range.All;

        public T[] Run<V, T>()
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            var shape = new Panels.Shape(depth, blocks, columns, BlockStride, RowStride);
            T[] a = Numbers<T>(rows * rowA, 1), matrix = Numbers<T>(depth * blocks * Width, 2);
            T[] y = Numbers<T>(rows * RowStride, 3), bias = Numbers<T>(blocks * Width, 4);
            switch (product)
            {
                case Product.Accumulate:
                    for (int block = 0; block < blocks; block++)
                        Panels.Accumulate<V, T>(
                            shape, rows, ref a[0], rowA, ref matrix[block * shape.BlockSize], ref y[block * BlockStride]);
                    return y;
                case Product.Project:
                    Panels.Project<V, T>(shape, rows, ref a[0], rowA, ref matrix[0], ref bias[0], Width, ref y[0]);
                    return y;
                case Product.Transposed:
                    var transposed = new T[rowA * blocks * Width];
                    Panels.Transpose(shape, ref matrix[0], ref transposed[0]);
                    Panels.Transposed<V, T>(shape, rows, ref y[0], ref transposed[0], ref a[0], rowA, accumulate: true);
                    return a;
                default:
                    return Gradients<V, T>(shape, a, y, matrix);
            }
        }

        /// <summary>
        /// The gradient of the matrix, behind it that of biases of the slots from the second on, with a gap between blocks.
        /// </summary>
        private T[] Gradients<V, T>(Panels.Shape shape, T[] a, T[] y, T[] matrix)
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            AlignedBuffer<T> fixedA = Fix(a), fixedY = Fix(y), gradients = Fix<T>([.. matrix, .. Numbers<T>(blocks * BlockStride, 4)]);
            Panels.Gradients<V, T>(
                rows,
                ref fixedY.Start,
                accumulate,
                [
                    Panels.Factor(shape, 0, ref fixedA.Start, rowA, ref gradients.Start, Counting),
                    Panels.Bias(shape, 1, ref gradients.Span[matrix.Length], BlockStride)
                ]);
            return gradients.Span.ToArray();
        }

        private static AlignedBuffer<T> Fix<T>(T[] numbers) where T : unmanaged
        {
            var buffer = new AlignedBuffer<T>(numbers.Length);
            numbers.CopyTo(buffer.Span);
            return buffer;
        }

        /// <summary>The same, by its definition.</summary>
        public T[] Define<T>(Func<T, T, T, T> multiplyAdd) where T : unmanaged
        {
            T[] a = Numbers<T>(rows * rowA, 1), matrix = Numbers<T>(depth * blocks * Width, 2);
            T[] y = Numbers<T>(rows * RowStride, 3), bias = Numbers<T>(blocks * BlockStride, 4);
            if (product == Product.Transposed)
            {
                for (int i = 0; i < rows * rowA; i++)
                {
                    for (int j = 0; j < blocks * Width; j++)
                        a[i] = multiplyAdd(y[Slot(i / rowA, j)], i % rowA < depth ? matrix[Weight(i % rowA, j)] : default, a[i]);
                }

                return a;
            }

            int first = Counting.Start.GetOffset(rows), end = Counting.End.GetOffset(rows);
            if (!accumulate)
            {
                // Biases have a gap between blocks, which stays as it was.
                Array.Clear(matrix);
                for (int j = 0; j < blocks * Width; j++)
                    bias[Slot(0, j)] = default;
            }

            for (int row = 0; row < rows; row++)
            {
                for (int j = 0; j < blocks * Width; j++)
                {
                    if (product == Product.Gradient)
                        bias[Slot(0, j)] = multiplyAdd(Element.FromDouble<T>(1), y[Slot(row, j) + Lanes], bias[Slot(0, j)]);
                    T sum = product == Product.Project ? bias[j] : y[Slot(row, j)];
                    for (int k = 0; k < depth; k++)
                    {
                        if (product == Product.Gradient && row >= first && row < end)
                            matrix[Weight(k, j)] = multiplyAdd(a[(row * rowA) + k], y[Slot(row, j)], matrix[Weight(k, j)]);
                        if (product != Product.Gradient)
                            sum = multiplyAdd(a[(row * rowA) + k], matrix[Weight(k, j)], sum);
                    }

                    y[Slot(row, j)] = sum;
                }
            }

            return product == Product.Gradient ? [.. matrix, .. bias] : y;
        }

        /// <summary>The place of an output's slot.</summary>
        private int Slot(int row, int output) => (row * RowStride) + (output / Width * BlockStride) + (output % Width);

        /// <summary>The place of a weight in the panels.</summary>
        private int Weight(int k, int output) => (output / Width * depth * Width) + (k * Width) + (output % Width);

        private static T[] Numbers<T>(int count, int seed) where T : unmanaged
        {
            var random = new Random(seed);
            return [.. Enumerable.Range(0, count).Select(_ => Element.FromDouble<T>(random.NextDouble() - 0.5))];
        }
    }
}
