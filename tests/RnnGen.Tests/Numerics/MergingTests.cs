using RnnGen.Numerics;
using Xunit;

namespace RnnGen.Tests.Numerics;

public class MergingTests
{
    private const int Count = 48;

    [Fact]
    public void AllWidthsGiveTheSameBits() => EachWidth.HasTheSameBits(default(AllMerges));

    [Fact]
    public void MergedValuesAreSumsMeansAndProducts()
    {
        double[] a =
            Numbers<double>(1), b = Numbers<double>(2), sum = new double[Count], mean = new double[Count], product = new double[Count];
        Merging.Sum<Double256, double>(ref a[0], ref b[0], ref sum[0], Count);
        Merging.Mean<Double256, double>(ref a[0], ref b[0], ref mean[0], Count);
        Merging.Multiply<Double256, double>(ref a[0], ref b[0], ref product[0], Count, accumulate: false);
        for (int i = 0; i < Count; i++)
        {
            Assert.Equal(a[i] + b[i], sum[i]);
            Assert.Equal((a[i] + b[i]) / 2, mean[i]);
            Assert.Equal(a[i] * b[i], product[i]);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void GradientsReplaceOrAdd(bool accumulate)
    {
        double[] dy = Numbers<double>(1), other = Numbers<double>(2), dx = Numbers<double>(3), dz = [.. dx], before = [.. dx];
        Merging.Scale<Double256, double>(ref dy[0], ref dx[0], Count, 0.5, accumulate);
        Merging.Multiply<Double256, double>(ref dy[0], ref other[0], ref dz[0], Count, accumulate);
        for (int i = 0; i < Count; i++)
        {
            double start = accumulate ? before[i] : 0;
            Assert.Equal(start + (dy[i] / 2), dx[i], 1e-16);
            Assert.Equal(start + (dy[i] * other[i]), dz[i], 1e-16);
        }
    }

    [Theory]
    [InlineData(5, 0)]
    [InlineData(16, 5)]
    [InlineData(19, 21)]
    public void RowsLieSideBySideAndGetTheirGradientsBack(int width, int offset)
    {
        const int Rows = 3, FromStride = 32, ToStride = 48;
        double[] from =
            [.. Enumerable.Range(1, Rows * FromStride).Select(i => (double)i)], to = [.. Enumerable.Repeat(-1.0, Rows * ToStride)];
        Merging.Concat(Rows, width, ref from[0], FromStride, ref to[0], ToStride, offset);
        for (int i = 0; i < to.Length; i++)
        {
            int column = (i % ToStride) - offset;
            Assert.Equal(column >= 0 && column < width ? from[(i / ToStride * FromStride) + column] : -1, to[i]);
        }

        double[] alone = [.. Enumerable.Repeat(9.0, from.Length)], sum = [.. alone];
        Merging.ConcatGradient<Double256, double>(Rows, width, ref to[0], ToStride, offset, ref alone[0], FromStride, accumulate: false);
        Merging.ConcatGradient<Double256, double>(Rows, width, ref to[0], ToStride, offset, ref sum[0], FromStride, accumulate: true);
        for (int i = 0; i < alone.Length; i++)
        {
            double expected = i % FromStride < width ? from[i] : 0;
            Assert.Equal(expected, alone[i]);
            Assert.Equal(9 + expected, sum[i]);
        }
    }

    [Fact]
    public void NothingIsAllocated()
    {
        float[] a = Numbers<float>(1), b = Numbers<float>(2);
        Allocations.AssertNone(() =>
        {
            Merging.Sum<Float256, float>(ref a[0], ref b[0], ref b[0], Count);
            Merging.Concat(1, 20, ref a[0], 32, ref b[0], 48, 7);
            Merging.ConcatGradient<Float256, float>(1, 20, ref b[0], 48, 7, ref a[0], 32, accumulate: true);
        });
    }

    private static T[] Numbers<T>(int seed) where T : unmanaged
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, Count).Select(_ => Element.FromDouble<T>(random.NextDouble() - 0.5))];
    }

    private readonly struct AllMerges : ILaneProgram
    {
        public T[] Run<V, T>() where V : struct, ILanes<V, T> where T : unmanaged
        {
            T[] a = Numbers<T>(1), b = Numbers<T>(2), y = Numbers<T>(3), z = new T[Count];
            Merging.Sum<V, T>(ref a[0], ref b[0], ref z[0], Count);
            Merging.Multiply<V, T>(ref a[0], ref z[0], ref y[0], Count, accumulate: true);
            Merging.Mean<V, T>(ref a[0], ref y[0], ref z[0], Count);
            Merging.Scale<V, T>(ref z[0], ref y[0], Count, 0.3, accumulate: true);
            Merging.Scale<V, T>(ref y[0], ref b[0], Count, 0.7, accumulate: false);
            Merging.ConcatGradient<V, T>(1, 21, ref y[0], 48, 3, ref a[0], 32, accumulate: true);
            return [.. a, .. b, .. y, .. z];
        }
    }
}
