using RnnGen.Numerics;
using Xunit;

namespace RnnGen.Tests.Numerics;

public class ReductionsTests
{
    private static readonly int[] Lengths = [0, 1, 2, 7, 15, 16, 17, 31, 32, 33, 100, 256, 1003, 1024, 1025, 10_007];

    [Fact]
    public void AllWidthsGiveTheSameBits() => EachWidth.HasTheSameBits(default(AllReductions));

    [Fact]
    public void SumsFollowTheLanesTheTreeAndTheChunks()
    {
        foreach (int length in Lengths)
        {
            float[] x = [.. Numbers<float>(length, 3), 0];
            double expected = 0;
            foreach (float[] chunk in x[..length].Chunk(1024))
            {
                float[] lanes = new float[16];
                for (int i = 0; i < chunk.Length; i++)
                    lanes[i % 16] += chunk[i];
                for (int half = 8; half > 0; half /= 2)
                {
                    for (int lane = 0; lane < half; lane++)
                        lanes[lane] += lanes[lane + half];
                }

                expected += lanes[0];
            }

            SameBits.Assert(expected, Reductions.Sum<Float256, float>(ref x[0], length), $"sum of {length}");
        }
    }

    [Fact]
    public void ResultsAreThoseOfPlainLoops()
    {
        foreach (int length in Lengths)
        {
            double[] x = [.. Numbers<double>(length, 4), 99];
            double[] own = x[..length];
            Assert.Equal(own.Sum(), Reductions.Sum<Double256, double>(ref x[0], length), 1e-9);
            Assert.Equal(own.Sum(v => v * v), Reductions.SumOfSquares(ref x[0], length), 1e-8);
            Assert.Equal(own.DefaultIfEmpty(double.NegativeInfinity).Max(), Reductions.Max<Double256, double>(ref x[0], length));
        }
    }

    [Fact]
    public void MillionsOfFloatsKeepTheirDigits()
    {
        float[] x = new float[5_000_001];
        Array.Fill(x, 0.1f);
        double square = (double)0.1f * 0.1f * x.Length;
        Assert.Equal(1, Reductions.SumOfSquares(ref x[0], x.Length) / square, 1e-6);
        Assert.Equal(1, Reductions.Sum<Float256, float>(ref x[0], x.Length) / (0.1f * (double)x.Length), 1e-6);
    }

    [Fact]
    public void TheLargestPassesOverNaN()
    {
        double[] x = [double.NaN, -3, double.NaN, -7, double.NaN];
        Assert.Equal(-3, Reductions.Max<Double256, double>(ref x[0], x.Length));
        Assert.Equal(double.NegativeInfinity, Reductions.Max<Double256, double>(ref x[0], 1));
        x[3] = double.PositiveInfinity;
        Assert.Equal(double.PositiveInfinity, Reductions.Max<Double256, double>(ref x[0], x.Length));
    }

    [Fact]
    public void CompoundsKeepTheirDigitsWherePowersAreSmall()
    {
        Block<float> powers = default;
        double expected = 1;
        for (int lane = 0; lane < Block<float>.Size; lane++)
        {
            powers[lane] = 1e-12f * (lane + 1);
            expected += powers[lane];
        }

        Assert.Equal(1, Reductions.Join<Reductions.Compound, float>(ref powers) / (expected - 1), 1e-3);

        powers[0] = 1;
        powers[1] = 3;
        Assert.Equal(7, Reductions.Join<Reductions.Compound, float>(ref powers), 1e-5);
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
            List<double> results = [];
            foreach (int length in Lengths)
            {
                // What follows the last element must not count.
                T[] x = [.. Numbers<T>(length, 1), Element.FromDouble<T>(double.NaN)];
                results.Add(Reductions.Sum<V, T>(ref x[0], length));
                results.Add(new Reductions.SumKernel<Reductions.TotalOfSquares>(length).Run<V, T>(ref x[0], ref x[0], ref x[0], ref x[0]));
                results.Add(Reductions.Max<V, T>(ref x[0], length));
            }

            Assert.DoesNotContain(results, double.IsNaN);
            return [.. results.SelectMany(Halves<T>)];
        }

        // A double in two floats.
        private static IEnumerable<T> Halves<T>(double value) where T : unmanaged
        {
            T high = Element.FromDouble<T>(value);
            return [high, Element.FromDouble<T>(double.IsFinite(value) ? value - Element.ToDouble(high) : 0)];
        }
    }
}
