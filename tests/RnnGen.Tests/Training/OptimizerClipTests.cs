using RnnGen.Numerics;
using Xunit;

namespace RnnGen.Tests;

public class OptimizerClipTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(4096)]
    [InlineData(4099)]
    [InlineData(100_003)]
    public void TheNormIsTheRootOfTheSumOfSquares(int length)
    {
        AlignedBuffer<double> doubles = new(length);
        AlignedBuffer<float> floats = new(length);
        Random random = new(length);
        decimal sum = 0;
        for (int i = 0; i < length; i++)
        {
            floats.Span[i] = random.NextSingle() - 0.5f;
            doubles.Span[i] = floats.Span[i];
            sum += (decimal)doubles.Span[i] * (decimal)doubles.Span[i];
        }

        double expected = Math.Sqrt((double)sum);
        Assert.InRange(Clip.Norm(doubles), expected * (1 - 1e-14), expected * (1 + 1e-14));
        Assert.InRange(Clip.Norm(floats), expected * (1 - 1e-6), expected * (1 + 1e-6));
    }

    [Fact]
    public void TheNormOfEnormousGradientsIsFinite()
    {
        AlignedBuffer<float> floats = new(100);
        floats.Span.Fill(3e38f);
        Assert.Equal(3e39, Clip.Norm(floats), 1e33);
        AlignedBuffer<double> doubles = new(100);
        doubles.Span.Fill(-1e300);
        Assert.Equal(1e301, Clip.Norm(doubles), 1e288);
        doubles.Span.Clear();
        (doubles.Span[3], doubles.Span[98]) = (3e300, -4e300);
        Assert.Equal(5e300, Clip.Norm(doubles), 1e287);
    }

    [Fact]
    public void TheNormTellsOfGradientsThatAreNotFinite()
    {
        foreach (int place in new[] { 0, 17, 98 })
        {
            AlignedBuffer<float> buffer = new(99);
            buffer.Span[place] = float.NegativeInfinity;
            Assert.Equal(double.PositiveInfinity, Clip.Norm(buffer));
            buffer.Span[(place + 50) % 99] = float.NaN;
            Assert.Equal(double.NaN, Clip.Norm(buffer));
        }
    }

    [Fact]
    public void TheScaleIsThatOfPyTorch()
    {
        Assert.Equal(1, Clip.Scale(0, 5));
        Assert.Equal(1, Clip.Scale(4.9, 5));
        Assert.Equal(5 / (10 + 1e-6), Clip.Scale(10, 5));
        Assert.Equal(5 / (5 + 1e-6), Clip.Scale(5, 5));
        Assert.Equal(0, Clip.Scale(double.PositiveInfinity, 5));
        Assert.Equal(double.NaN, Clip.Scale(double.NaN, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => Clip.Scale(1, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Clip.Scale(1, double.NaN));
    }

    [Fact]
    public void ValuesAreLimitedOnBothSides()
    {
        AlignedBuffer<float> buffer = new(35);
        for (int i = 0; i < 35; i++)
            buffer.Span[i] = i - 17;
        buffer.Span[3] = float.NaN;
        buffer.Span[4] = float.NegativeInfinity;
        Clip.ByValue(buffer, 2.5);
        for (int i = 0; i < 35; i++)
            Assert.Equal(i == 3 ? float.NaN : Math.Clamp(i - 17, -2.5f, 2.5f), buffer.Span[i]);
        Assert.Throws<ArgumentOutOfRangeException>(() => Clip.ByValue(buffer, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Clip.ByValue(buffer, double.NaN));
    }

    [Fact]
    public void ALimitOf0LeavesNothing()
    {
        AlignedBuffer<double> buffer = new(19);
        buffer.Span.Fill(-3);
        Clip.ByValue(buffer, 0);
        Assert.All(buffer.Span.ToArray(), value => Assert.Equal(0, value));
        Assert.Equal(0, Clip.Scale(3, 0));
    }
}
