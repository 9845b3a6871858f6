using RnnGen.Numerics;
using Xunit;

namespace RnnGen.Tests.Numerics;

public class NormalizationTests
{
    [Fact]
    public void AllWidthsGiveTheSameBits()
    {
        EachWidth.HasTheSameBits(new Rows(37));
        EachWidth.HasTheSameBits(new Rows(48));
    }

    [Fact]
    public void RowsHaveMean0AndVariance1AndPadding0()
    {
        double[] y = new Rows(37).Run<Double256, double>()[..48];
        Assert.Equal(0, y[..37].Average(), 1e-15);
        Assert.Equal(1, y[..37].Average(v => v * v), 1e-4);
        Assert.All(y[37..], v => Assert.Equal(0, v));
    }

    [Fact]
    public void ARowOfEqualNumbersBecomes0()
    {
        double[] x = [.. Enumerable.Repeat(3.0, 16)], scale = new double[16];
        Normalization.Forward<Double128, double>(1, 16, 16, ref x[0], ref scale[0]);
        Assert.All(x, v => Assert.Equal(0, v));
        Assert.Equal(1 / Math.Sqrt(1e-5), scale[0], 1e-9);
    }

    [Theory]
    [InlineData(5, 1e18f, 1e38f)]
    [InlineData(16, 1e30f, 3e38f)]
    [InlineData(37, 1e20f, 1e37f)]
    [InlineData(200, 1e19f, 1.7e38f)]
    public void RowsWhoseSumsOrSquaresOverflowAreRight(int units, float least, float largest)
    {
        foreach (float size in new[] { least, largest })
        {
            // Both signs, so that only squares overflow, and one, so that the sum does.
            foreach (double offset in new[] { 0, 0.5 })
            {
                int padded = (units + 15) / 16 * 16;
                double[] x =
                    [.. Enumerable.Range(0, padded)
                        .Select(i => i < units ? (0.5 * Math.Sin(i * i)) + offset : 0)], scale = new double[padded];
                float[] y = [.. x.Select(v => (float)(v * size))], floatScale = new float[padded];
                Normalization.Forward<Double1, double>(1, units, padded, ref x[0], ref scale[0]);
                Normalization.Forward<Float256, float>(1, units, padded, ref y[0], ref floatScale[0]);
                for (int i = 0; i < padded; i++)
                    Assert.Equal(x[i] * (1 + (0.5e-5 * scale[0] * scale[0])), y[i], 1e-4);
                Assert.Equal(1, floatScale[0] * (double)size / scale[0], 1e-3);
            }
        }
    }

    /// <summary>Two rows forward, and a gradient back.</summary>
    private readonly struct Rows(int units) : ILaneProgram
    {
        public T[] Run<V, T>() where V : struct, ILanes<V, T> where T : unmanaged
        {
            int padded = (units + 15) / 16 * 16;
            T[] y = [.. Enumerable.Range(0, 2 * padded).Select(i => Element.FromDouble<T>(Math.Sin(i * i) + (i % 5)))];
            T[] dy = [.. Enumerable.Range(0, 2 * padded).Select(i => Element.FromDouble<T>(Math.Cos(i)))];
            var scale = new T[2 * padded];
            Normalization.Forward<V, T>(2, units, padded, ref y[0], ref scale[0]);
            Normalization.Backward<V, T>(2, units, padded, ref y[0], ref scale[0], ref dy[0]);
            return [.. y, .. scale, .. dy];
        }
    }
}
