using RnnGen.Numerics;
using Xunit;

namespace RnnGen.Tests.Numerics;

public class NormalizationTests
{
    [Fact]
    public void All_widths_give_the_same_bits()
    {
        EachWidth.HasTheSameBits(new Rows(37));
        EachWidth.HasTheSameBits(new Rows(48));
    }

    [Fact]
    public void Rows_have_mean_0_and_variance_1_and_padding_0()
    {
        double[] y = new Rows(37).Run<Double256, double>()[..48];
        Assert.Equal(0, y[..37].Average(), 1e-15);
        Assert.Equal(1, y[..37].Average(v => v * v), 1e-4);
        Assert.All(y[37..], v => Assert.Equal(0, v));
    }

    [Fact]
    public void A_row_of_equal_numbers_becomes_0()
    {
        double[] x = [.. Enumerable.Repeat(3.0, 16)], scale = new double[16];
        Normalization.Forward<Double128, double>(1, 16, 16, ref x[0], ref scale[0]);
        Assert.All(x, v => Assert.Equal(0, v));
        Assert.Equal(1 / Math.Sqrt(1e-5), scale[0], 1e-9);
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
