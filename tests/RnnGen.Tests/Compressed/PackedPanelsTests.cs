using System.Runtime.InteropServices;
using RnnGen.Generated;
using RnnGen.Numerics;

namespace RnnGen.Tests.CompressedWeights;

/// <summary>The products with compressed matrices, at every width, against plain loops: to the bit.</summary>
public class PackedPanelsTests
{
    [Fact]
    public void BytesAreMultipliedAsSaid()
    {
        foreach (var test in PackedCase<Int8Format>.All)
        {
            var weights = test.Weights.Select(w => Rows(w, test.Depth)).ToArray();
            var vectors =
                Enumerable.Range(0, test.Rows).Select(r => QuantizeVector(test.Vectors.AsSpan(r * test.RowX, test.Depth))).ToArray();
            float Product(int row, int column, int unit, float start)
            {
                int sum = 0;
                for (int k = 0; k < test.Depth; k++)
                    sum += weights[column][unit].Numbers[k] * vectors[row].Numbers[k];
                return MathF.FusedMultiplyAdd(sum, weights[column][unit].Scale * vectors[row].Scale, start);
            }

            Each(
                test,
                (row, column, unit, start) => Product(row, column, unit, start),
                (symbol, column, unit, start) => MathF.FusedMultiplyAdd(
                    weights[column][unit].Numbers[symbol], weights[column][unit].Scale, start));
        }
    }

    [Fact]
    public void HalvesAreMultipliedAsFloatsAre()
    {
        foreach (var test in PackedCase<BFloat16Format>.All)
        {
            Each(
                test,
                (row, column, unit, start) =>
                {
                    float sum = start;
                    for (int k = 0; k < test.Depth; k++)
                        sum = MathF.FusedMultiplyAdd(test.Vectors[(row * test.RowX) + k], BFloat16.Round(test.RowOf(column, unit)[k]), sum);
                    return sum;
                },
                (symbol, column, unit, start) => start + BFloat16.Round(test.RowOf(column, unit)[symbol]));
        }
    }

    [Fact]
    public void EveryMachinesDotProductsAreTheSame()
    {
        var random = new Random(3);
        byte[] weights = new byte[64], inputs = new byte[64];
        int[] sums = new int[16];
        for (int round = 0; round < 1000; round++)
        {
            random.NextBytes(weights);
            random.NextBytes(inputs);
            if (round == 0)
            {
                Array.Fill(weights, (byte)0x80);
                Array.Fill(inputs, (byte)0xFF);
            }

            random.NextBytes(MemoryMarshal.AsBytes<int>(sums));
            int[] expected = [.. sums.Select((sum, lane) =>
            {
                for (int i = 4 * lane; i < (4 * lane) + 4; i++)
                    sum += (sbyte)weights[i] * inputs[i];
                return sum;
            })];
            Assert.Equal(expected, Dot<Float512>(sums, weights, inputs));
            Assert.Equal(expected, Dot<Float256>(sums, weights, inputs));
            Assert.Equal(expected, Dot<Float128>(sums, weights, inputs));
            Assert.Equal(expected, Dot<Float1>(sums, weights, inputs));
        }
    }

    [Fact]
    public void AMatrixIsReadFromEitherEndInTurn()
    {
        var matrix = new AlignedBuffer<float>(16);
        nint first = Scratch<float>.NextTurn(ref matrix.Start);
        Assert.Equal(1 - first, Scratch<float>.NextTurn(ref matrix.Start));
        Assert.Equal(first, Scratch<float>.NextTurn(ref matrix.Start));
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(17, 16)]
    [InlineData(50, 75)]
    [InlineData(5, 128)]
    public void SymbolsHaveTheirVectors(int symbols, int width)
    {
        var random = new Random(symbols + width);
        float[] table = [.. Enumerable.Range(0, symbols * width).Select(_ => (float)(random.NextDouble() - 0.5))];
        table[0] = -0f;
        var rows = Rows(table, width);
        Embed<Int8Format>((symbol, i) => rows[symbol].Numbers[i] * rows[symbol].Scale);
        Embed<BFloat16Format>((symbol, i) => BFloat16.Round(table[(symbol * width) + i]));

        void Embed<TFormat>(Func<int, int, float> expected) where TFormat : struct, IWeightFormat
        {
            int padded = (width + 15) & -16, rowSize = PackedLayout.EmbeddingRow<TFormat>(padded);
            int head = PackedLayout.EmbeddingHead<TFormat>(symbols);
            var words = new AlignedBuffer<float>(head + (symbols * rowSize));
            var matrix = new CompressedMatrix<TFormat>(
                new("e", symbols, width, [new(0, symbols, 0, 1, rowSize, 1, ParameterRole.Embedding, symbols)], []), words);
            for (int symbol = 0; symbol < symbols; symbol++)
                matrix.Compress(symbol, table.AsSpan(symbol * width, width));
            int[] picked = [.. Enumerable.Range(0, symbols).Reverse()];
            foreach (var embed in new Embedder[]
            {
                PackedPanels<TFormat>.Embed<Float512, float>, PackedPanels<TFormat>.Embed<Float256, float>,
                PackedPanels<TFormat>.Embed<Float128, float>, PackedPanels<TFormat>.Embed<Float1, float>
            })
            {
                float[] x = new float[symbols * padded];
                embed(picked, symbols, padded, ref words.Start, ref x[0]);
                for (int row = 0; row < symbols; row++)
                {
                    for (int i = 0; i < width; i++)
                        Assert.Equal(
                            BitConverter.SingleToInt32Bits(expected(picked[row], i)),
                            BitConverter.SingleToInt32Bits(x[(row * padded) + i]));
                }
            }
        }
    }

    private delegate void Embedder(ReadOnlySpan<int> symbols, int count, nint width, ref float table, ref float x);

    private delegate float Term(int rowOrSymbol, int column, int unit, float start);

    private static void Each<TFormat>(PackedCase<TFormat> test, Term product, Term pick) where TFormat : struct, IWeightFormat
    {
        At<TFormat, Float512>(test, product, pick);
        At<TFormat, Float256>(test, product, pick);
        At<TFormat, Float128>(test, product, pick);
        At<TFormat, Float1>(test, product, pick);
    }

    private static void At<TFormat, V>(PackedCase<TFormat> test, Term product, Term pick)
        where TFormat : struct, IWeightFormat
        where V : struct, ILanes<V, float>
    {
        var before = test.NewSlots();
        int[] symbols = [.. Enumerable.Range(0, test.Rows).Select(r => ((r * 5) + 2) % test.Depth)];
        Run(
            "Project",
            slots => PackedPanels<TFormat>.Project<V, float>(
                test.Shape, test.Rows, ref test.Vectors[0], test.RowX, ref test.Words, ref test.Biases[0], test.Columns * 16, ref slots[0]),
            (r, c, u) => product(r, c, u, test.Biases[test.BiasOf(c, u)]));
        Run(
            "ProjectMore",
            slots => PackedPanels<TFormat>.ProjectMore<V, float>(
                test.Shape, test.Rows, ref test.Vectors[0], test.RowX, ref test.Words, ref slots[0]),
            (r, c, u) => product(r, c, u, before[test.SlotOf(r, c, u)]));
        Run(
            "without bias",
            slots => PackedPanels<TFormat>.Project<V, float>(
                test.Shape, test.Rows, ref test.Vectors[0], test.RowX, ref test.Words, ref PackedPanels<TFormat>.Zero<float>(), 0,
                ref slots[0]),
            (r, c, u) => product(r, c, u, 0));
        Run(
            "Gather",
            slots => PackedPanels<TFormat>.Gather<V, float>(
                test.Shape, symbols, ref test.Words, ref test.Biases[0], test.Columns * 16, ref slots[0]),
            (r, c, u) => pick(symbols[r], c, u, test.Biases[test.BiasOf(c, u)]));
        Run(
            "GatherMore", slots => PackedPanels<TFormat>.GatherMore<V, float>(test.Shape, symbols, ref test.Words, ref slots[0]),
            (r, c, u) => pick(symbols[r], c, u, before[test.SlotOf(r, c, u)]));
        Run(
            "Fill",
            slots => PackedPanels<TFormat>.Fill<V, float>(test.Shape, test.Rows, ref test.Biases[0], test.Columns * 16, ref slots[0]),
            (r, c, u) => test.Biases[test.BiasOf(c, u)]);
        Run(
            "AddBias",
            slots => PackedPanels<TFormat>.AddBias<V, float>(test.Shape, test.Rows, ref test.Biases[0], test.Columns * 16, ref slots[0]),
            (r, c, u) => before[test.SlotOf(r, c, u)] + test.Biases[test.BiasOf(c, u)]);

        void Run(string what, Action<float[]> action, Func<int, int, int, float> expected)
        {
            var slots = test.NewSlots();
            action(slots);
            test.Check(slots, $"{what} of {typeof(TFormat).Name} with {typeof(V).Name}", expected);
        }
    }

    private static int[] Dot<V>(int[] sums, byte[] weights, byte[] inputs)
        where V : struct, ILanes<V, float>, IPackedLanes<V>
    {
        float[] result = MemoryMarshal.Cast<int, float>(sums).ToArray();
        float[] w = MemoryMarshal.Cast<byte, float>(weights).ToArray(), x = MemoryMarshal.Cast<byte, float>(inputs).ToArray();
        for (int lane = 0; lane < 16; lane += V.Count)
            V.Dot(V.Load(ref result[0], lane), ref w[0], lane, V.Load(ref x[0], lane)).Store(ref result[0], lane);
        return MemoryMarshal.Cast<float, int>(result).ToArray();
    }

    /// <summary>Each row of a matrix in bytes, by the words of the documentation.</summary>
    private static (float Scale, int[] Numbers)[] Rows(float[] matrix, int depth) => [.. matrix.Chunk(depth).Select(row =>
    {
        float scale = row.Max(MathF.Abs) / 127;
        return (scale, row.Select(w => scale == 0 ? 0 : (int)Math.Round((double)w / scale, MidpointRounding.ToEven)).ToArray());
    })];

    private static (float Scale, int[] Numbers) QuantizeVector(ReadOnlySpan<float> vector)
    {
        float largest = vector.ToArray().Max(MathF.Abs);
        float inverse = 127 / largest;
        return (largest / 127, [.. vector.ToArray().Select(x => (int)MathF.Round(x * inverse, MidpointRounding.ToEven))]);
    }
}

/// <summary>bfloat16 by the double that lies nearest, and not by bits.</summary>
internal static class BFloat16
{
    public static float Round(float value)
    {
        if (value == 0)
            return value;
        double unit = Math.ScaleB(1, Math.Max(Math.ILogB(value), -126) - 7);
        return (float)(Math.Round(value / unit, MidpointRounding.ToEven) * unit);
    }
}
