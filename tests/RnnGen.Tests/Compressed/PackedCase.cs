using RnnGen.Generated;
using RnnGen.Numerics;

namespace RnnGen.Tests.CompressedWeights;

/// <summary>
/// A matrix of some columns, its vectors and its biases: in full, rounded, and packed; and rows of slots to put products into.
/// </summary>
internal sealed class PackedCase<TFormat> where TFormat : struct, IWeightFormat
{
    private readonly AlignedBuffer<float> words;

    public PackedCase(int depth, int units, int columns, int rows)
    {
        (Depth, Units, Columns, Rows) = (depth, units, columns, rows);
        Blocks = (units + 15) / 16;
        var random = new Random((depth * 7919) + (units * 131) + (columns * 17) + rows);
        Weights = [.. Enumerable.Range(0, columns).Select(_ => Numbers(random, units * depth))];
        Vectors = Numbers(random, rows * RowX);
        Biases = Numbers(random, Blocks * columns * 16);
        var shape = Shape;
        words = new((int)shape.BlockSize * Blocks);
        int rowsOfWords = (int)shape.BlockSize / columns / 16;
        for (int column = 0; column < columns; column++)
        {
            var info = new ParameterInfo(
                "m", units, depth, [ParameterSlice.Column(ParameterRole.Input, 0, units, 0, rowsOfWords, columns, column)], []);
            var matrix = new CompressedMatrix<TFormat>(info, words);
            for (int unit = 0; unit < units; unit++)
                matrix.Compress(unit, RowOf(column, unit));
        }
    }

    public int Depth { get; }

    public int Units { get; }

    public int Columns { get; }

    public int Rows { get; }

    public int Blocks { get; }

    /// <summary>[column][unit][k].</summary>
    public float[][] Weights { get; }

    /// <summary>[row][k], and something behind each.</summary>
    public float[] Vectors { get; }

    /// <summary>[block][column][16].</summary>
    public float[] Biases { get; }

    public int RowX => Depth + 3;

    /// <summary>One slot more than the matrix feeds.</summary>
    public int BlockStride => (Columns + 1) * 16;

    public int RowStride => Blocks * BlockStride;

    public PackedPanels<TFormat>.Shape Shape => new(Depth, Blocks, Columns, BlockStride, RowStride);

    public ref float Words => ref words.Start;

    public float[] NewSlots() => [.. Enumerable.Range(0, Rows * RowStride).Select(i => i * 0.01f)];

    public ReadOnlySpan<float> RowOf(int column, int unit) => Weights[column].AsSpan(unit * Depth, Depth);

    public int SlotOf(int row, int column, int unit) => (row * RowStride) + (unit / 16 * BlockStride) + (column * 16) + (unit % 16);

    public int BiasOf(int column, int unit) => (unit / 16 * Columns * 16) + (column * 16) + (unit % 16);

    /// <summary>Checks every slot of every unit, and that no other slot has changed.</summary>
    public void Check(float[] slots, string what, Func<int, int, int, float> expected)
    {
        float[] all = NewSlots();
        for (int row = 0; row < Rows; row++)
        {
            for (int column = 0; column < Columns; column++)
            {
                for (int unit = 0; unit < Blocks * 16; unit++)
                    all[SlotOf(row, column, unit)] = unit < Units ? expected(row, column, unit) : slots[SlotOf(row, column, unit)];
            }
        }

        for (int i = 0; i < all.Length; i++)
        {
            if (BitConverter.SingleToInt32Bits(all[i]) != BitConverter.SingleToInt32Bits(slots[i]))
                Assert.Fail($"{what}, {Depth} × {Units} × {Columns}, {Rows} rows: slot {i} is {slots[i]:R}, not {all[i]:R}");
        }
    }

    /// <summary>Every kind of shape; the last one is large enough for products to begin at either end in turn.</summary>
    public static IEnumerable<PackedCase<TFormat>> All =>
        Small.Append(new PackedCase<TFormat>(512, 1030, 1, 1));

    private static IEnumerable<PackedCase<TFormat>> Small =>
        from columns in new[] { 1, 2, 3, 4 }
        from units in new[] { 5, 16, 40, 145 }
        from depth in new[] { 1, 3, 4, 6, 17, 64, 67 }
        from rows in new[] { 1, 3, 34 }
        where rows < 34 || depth == 17
        select new PackedCase<TFormat>(depth, units, columns, rows);

    private static float[] Numbers(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 2) - 1))];
}
