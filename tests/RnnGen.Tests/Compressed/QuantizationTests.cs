using RnnGen.Numerics;

namespace RnnGen.Tests.CompressedWeights;

public class QuantizationTests
{
    public static TheoryData<int> Lengths => [1, 2, 3, 4, 5, 15, 16, 17, 31, 32, 33, 100, 1000];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void VectorsBecomeBytes(int length)
    {
        var random = new Random(length);
        foreach (float size in new[] { 1f, 1e-20f, 3e38f, 1e-27f })
        {
            float[] x = [.. Enumerable.Range(0, length).Select(_ => (float)((random.NextDouble() * 2) - 1) * size)];
            var (scale, q) = Quantize(x);
            float largest = x.Max(MathF.Abs);
            Assert.Equal(largest / 127, scale);
            Assert.Equal(127, q.Max(Math.Abs));
            for (int i = 0; i < length; i++)
            {
                Assert.Equal((int)MathF.Round(x[i] * (127 / largest), MidpointRounding.ToEven), q[i]);
                Assert.InRange(Math.Abs(((double)q[i] * scale) - x[i]), 0, 0.50001 * scale);
            }
        }
    }

    [Fact]
    public void HalvesGoToTheEvenNeighbour()
    {
        var (scale, q) = Quantize([127, 0.5f, 1.5f, 2.5f, -0.5f, -1.5f, -2.5f, 126.5f, -126.5f, 125.5f]);
        Assert.Equal(1, scale);
        Assert.Equal([127, 0, 2, 2, 0, -2, -2, 126, -126, 126], q);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void NothingIsNothing(int length)
    {
        foreach (float value in new[] { 0f, -0f, 7e-31f, -1e-45f })
        {
            float[] x = new float[length];
            x[length / 2] = value;
            var (scale, q) = Quantize(x);
            Assert.Equal(0, scale);
            Assert.All(q, number => Assert.Equal(0, number));
        }
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void WhatIsNotFiniteStaysSo(int length)
    {
        foreach (float value in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity, BitConverter.Int32BitsToSingle(-1) })
        {
            for (int place = 0; place < length; place += Math.Max(1, length / 7))
            {
                float[] x = [.. Enumerable.Range(0, length).Select(i => (float)i)];
                x[place] = value;
                var (scale, q) = Quantize(x);
                Assert.True(float.IsNaN(scale));
                Assert.All(q, number => Assert.Equal(0, number));
            }
        }
    }

    [Fact]
    public void ARowOfWeightsHasItsScale()
    {
        Assert.Equal(2f / 127, Quantization.Scale([1, -2, 0.5f]));
        Assert.Equal(0, Quantization.Scale([0, 1e-31f]));
        Assert.Equal(-127, Quantization.Quantize(-2, 2f / 127));
        Assert.Equal(2, Quantization.Quantize(2.5f, 1));
        Assert.Equal(0, Quantization.Quantize(1, 0));
    }

    private static (float Scale, int[] Numbers) Quantize(float[] x)
    {
        byte[] bytes = [.. Enumerable.Repeat((byte)77, x.Length + 1)];
        float scale = Quantization.Quantize(ref x[0], x.Length, ref bytes[0]);
        Assert.Equal(77, bytes[^1]);
        return (scale, [.. bytes.SkipLast(1).Select(b => b - 128)]);
    }
}
