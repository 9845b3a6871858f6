using RnnGen.Numerics;

namespace RnnGen.Tests.Numerics;

public class MagnitudesTests
{
    private const int Vectors = 3;

    [Theory]
    [InlineData(1, false)]
    [InlineData(17, false)]
    [InlineData(32, false)]
    [InlineData(5, true)]
    [InlineData(33, true)]
    public void TheyAreLengths(int size, bool isPairs)
    {
        int xStride = (2 * size) + 3, yStride = (size + 15) / 16 * 16;
        double[] x = Numbers(Vectors * xStride, 1), y = [.. Enumerable.Repeat(9.0, Vectors * yStride)];
        var (step, imaginary) = isPairs ? (2, 1) : (1, size);
        Magnitudes.Of<Double256, double>(Vectors, size, step, imaginary, ref x[0], xStride, ref y[0], yStride);
        for (int i = 0; i < y.Length; i++)
        {
            int re = (i / yStride * xStride) + (i % yStride * step);
            double expected = i % yStride < size ? Math.Sqrt((x[re] * x[re]) + (x[re + imaginary] * x[re + imaginary])) : 0;
            Assert.Equal(expected, y[i], 1e-15);
        }
    }

    [Theory]
    [InlineData(17, false, false)]
    [InlineData(17, true, true)]
    [InlineData(16, true, false)]
    public void GradientsPointOutwards(int size, bool isPairs, bool accumulate)
    {
        int xStride = 2 * size, yStride = (size + 15) / 16 * 16, dxStride = ((2 * size) + 15) / 16 * 16;
        double[] x = Numbers(Vectors * xStride, 1), y = new double[Vectors * yStride], dy = Numbers(y.Length, 2);
        double[] dx = Numbers(Vectors * dxStride, 3), before = [.. dx];
        var (step, imaginary) = isPairs ? (2, 1) : (1, size);
        // Silence.
        x[0] = x[imaginary] = 0;
        Magnitudes.Of<Double256, double>(Vectors, size, step, imaginary, ref x[0], xStride, ref y[0], yStride);
        Magnitudes.Gradient<Double256, double>(
            Vectors, size, step, imaginary, ref x[0], xStride, ref y[0], ref dy[0], yStride, ref dx[0], dxStride, accumulate);
        double[] expected = accumulate ? before : new double[dx.Length];
        for (int vector = 0; vector < Vectors; vector++)
        {
            for (int i = 0; i < size; i++)
            {
                double length = y[(vector * yStride) + i], share = length > 0 ? dy[(vector * yStride) + i] / length : 0;
                foreach (int place in new[] { i * step, (i * step) + imaginary })
                    expected[(vector * dxStride) + place] += share * x[(vector * xStride) + place];
            }
        }

        for (int i = 0; i < dx.Length; i++)
            Assert.Equal(expected[i], dx[i], 1e-15);
    }

    [Fact]
    public void AllWidthsGiveTheSameBits() => EachWidth.HasTheSameBits(default(All));

    private struct All : ILaneProgram
    {
        public readonly T[] Run<V, T>()
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            T[] x = [.. Numbers(2 * 38, 1).Select(Element.FromDouble<T>)], y = new T[2 * 32], dx = new T[2 * 48];
            Magnitudes.Of<V, T>(2, 19, 1, 19, ref x[0], 38, ref y[0], 32);
            Magnitudes.Gradient<V, T>(2, 19, 1, 19, ref x[0], 38, ref y[0], ref y[0], 32, ref dx[0], 48, accumulate: true);
            return [.. y, .. dx];
        }
    }

    private static double[] Numbers(int count, int seed) =>
        [.. Enumerable.Range(0, count).Select(i => Math.Sin((i * 0.7) + seed))];
}
