using RnnGen.Numerics;
using Xunit;

namespace RnnGen.Tests.Numerics;

public class ReductionsTests
{
    private static readonly int[] Lengths = [0, 1, 2, 7, 15, 16, 17, 31, 32, 33, 100, 256, 1003];

    [Fact]
    public void All_widths_give_the_same_bits() => EachWidth.HasTheSameBits(default(AllReductions));

    [Fact]
    public void All_widths_sum_columns_to_the_same_bits() => EachWidth.HasTheSameBits(default(AllColumns));

    [Fact]
    public void Sums_follow_the_lanes_and_the_tree()
    {
        foreach (int length in Lengths)
        {
            float[] x = [.. Numbers<float>(length, 3), 0];
            float[] lanes = new float[16];
            for (int i = 0; i < length; i++)
                lanes[i % 16] += x[i];
            for (int half = 8; half > 0; half /= 2)
            {
                for (int lane = 0; lane < half; lane++)
                    lanes[lane] += lanes[lane + half];
            }

            SameBits.Assert(lanes[0], Reductions.Sum(ref x[0], length), $"sum of {length}");
        }
    }

    [Fact]
    public void Results_are_those_of_plain_loops()
    {
        foreach (int length in Lengths)
        {
            double[] x = [.. Numbers<double>(length, 4), 99];
            double[] own = x[..length];
            Assert.Equal(own.Sum(), Reductions.Sum(ref x[0], length), 1e-9);
            Assert.Equal(own.Sum(v => v * v), Reductions.SumOfSquares(ref x[0], length), 1e-9);
            Assert.Equal(own.DefaultIfEmpty(double.NegativeInfinity).Max(), Reductions.Max(ref x[0], length));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(37)]
    public void Any_infinity_or_NaN_is_found(int length)
    {
        float[] x = [.. Enumerable.Repeat(float.MaxValue, length), float.NaN];
        Assert.True(Reductions.AllFinite(ref x[0], length));
        foreach (float bad in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            for (int i = 0; i < length; i++)
            {
                x[i] = bad;
                Assert.False(Reductions.AllFinite(ref x[0], length));
                Assert.False(float.IsFinite(Reductions.Sum(ref x[0], length)));
                x[i] = -1;
            }
        }
    }

    [Fact]
    public void The_largest_passes_over_NaN()
    {
        double[] x = [double.NaN, -3, double.NaN, -7, double.NaN];
        Assert.Equal(-3, Reductions.Max(ref x[0], x.Length));
        Assert.Equal(double.NegativeInfinity, Reductions.Max(ref x[0], 1));
        x[3] = double.PositiveInfinity;
        Assert.Equal(double.PositiveInfinity, Reductions.Max(ref x[0], x.Length));
    }

    [Theory]
    [InlineData(0, 5, 5)]
    [InlineData(1, 1, 1)]
    [InlineData(9, 83, 96)]
    [InlineData(33, 144, 150)]
    public void Columns_are_summed_row_after_row(int rows, int columns, int stride)
    {
        float[] x = [.. Numbers<float>(rows * stride, 5), 0], y = [.. Numbers<float>(columns, 6), 7];
        foreach (bool accumulate in new[] { true, false })
        {
            float[] expected = accumulate ? [.. y] : [.. new float[columns], 7];
            for (int row = 0; row < rows; row++)
            {
                for (int column = 0; column < columns; column++)
                    expected[column] += x[(row * stride) + column];
            }

            Reductions.ColumnSums(ref x[0], rows, columns, stride, ref y[0], accumulate);
            SameBits.Assert(expected, y, $"accumulate {accumulate}");
        }
    }

    private static T[] Numbers<T>(int length, int seed) where T : unmanaged
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, length).Select(_ => Element.FromDouble<T>((random.NextDouble() - 0.5) * 10))];
    }

    private readonly struct AllReductions : ILaneProgram
    {
        public T[] Run<V, T>() where V : struct, ILanes<V, T> where T : unmanaged
        {
            List<T> results = [];
            foreach (int length in Lengths)
            {
                // What follows the last element must not count.
                T[] x = [.. Numbers<T>(length, 1), Element.FromDouble<T>(double.NaN)];
                results.Add(Reductions.Reduce<Reductions.Total, V, T>(ref x[0], length));
                results.Add(Reductions.Reduce<Reductions.TotalOfSquares, V, T>(ref x[0], length));
                results.Add(Reductions.Reduce<Reductions.TotalOfZeros, V, T>(ref x[0], length));
                results.Add(Reductions.Reduce<Reductions.Largest, V, T>(ref x[0], length));
            }

            Assert.DoesNotContain(results, r => double.IsNaN(Element.ToDouble(r)));
            return [.. results];
        }
    }

    private readonly struct AllColumns : ILaneProgram
    {
        public T[] Run<V, T>() where V : struct, ILanes<V, T> where T : unmanaged
        {
            T[] x = Numbers<T>(40 * 100, 2), y = new T[99];
            new Reductions.ColumnKernel(40, 99, 100, false).Run<V, T>(ref x[0], ref y[0], ref y[0], ref y[0]);
            new Reductions.ColumnKernel(20, 99, 100, true).Run<V, T>(ref x[0], ref y[0], ref y[0], ref y[0]);
            return y;
        }
    }
}
