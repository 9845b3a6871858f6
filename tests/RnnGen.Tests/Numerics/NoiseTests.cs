using RnnGen.Numerics;
using Xunit;

namespace RnnGen.Tests.Numerics;

public class NoiseTests
{
    private static readonly NoisePlace Place = new(Seed: 11, Stream: 3, Step: 7, FirstRow: 0);

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.87)]
    public void AsManyUnitsAreDroppedAsTheProbabilitySays(double probability)
    {
        const int Rows = 500, Width = 201;
        double[] mask = Keep(Place, Rows, Width, Width, probability);
        double deviation = Math.Sqrt(probability * (1 - probability) / mask.Length);
        Assert.Equal(probability, mask.Count(m => m == 0) / (double)mask.Length, 4 * deviation);
        Assert.All(mask, m => Assert.True(m == 0 || m == 1 / (1 - probability)));
        // No unit and no row is dropped more often than others.
        for (int unit = 0; unit < Width; unit++)
            Assert.Equal(probability, Enumerable.Range(0, Rows).Count(row => mask[(row * Width) + unit] == 0) / (double)Rows, 0.12);
        for (int row = 0; row < Rows; row++)
            Assert.Equal(probability, mask.AsSpan(row * Width, Width).Count(0.0) / (double)Width, 0.18);
    }

    [Fact]
    public void ZoneoutHoldsExactlyWhatDropoutWouldDrop()
    {
        double[] dropped = Keep(Place, 9, 33, 48, 0.3), held = new double[9 * 48];
        Noise.Hold(ref held[0], Place, 9, 33, 48, 0.3);
        for (int i = 0; i < held.Length; i++)
            Assert.Equal(i % 48 < 33 && dropped[i] == 0 ? 1 : 0, held[i]);
        Assert.InRange(held.Sum(), 50, 130);
    }

    [Fact]
    public void CertaintiesAreCertain()
    {
        double[] mask = Keep(Place, 20, 100, 100, 0);
        Assert.All(mask, m => Assert.Equal(1, m));
        Noise.Hold(ref mask[0], Place, 20, 100, 100, 0);
        Assert.All(mask, m => Assert.Equal(0, m));
        Noise.Hold(ref mask[0], Place, 20, 100, 100, 1);
        Assert.All(mask, m => Assert.Equal(1, m));
    }

    [Fact]
    public void OtherSeedsStreamsStepsAndRowsHaveOtherMasks()
    {
        const int Rows = 40, Width = 250;
        NoisePlace[] places =
        [
            Place, Place with { Seed = 12 }, Place with { Stream = 4 }, Place with { Stream = 7, Step = 3 }, Place with { Step = 8 },
            Place with { Step = 6 }, Place with { FirstRow = Rows }, Place with { Seed = 3, Stream = 11 },
        ];
        double[][] masks = [.. places.Select(place => Keep(place, Rows, Width, Width, 0.5))];
        for (int left = 0; left < masks.Length; left++)
        {
            for (int right = 0; right < left; right++)
                Assert.Equal(0.5, masks[left].Zip(masks[right]).Count(pair => pair.First == pair.Second) / (double)(Rows * Width), 0.025);
        }

        for (int row = 1; row < Rows; row++)
            Assert.Equal(
                0.5, Enumerable.Range(0, Width).Count(unit => masks[0][unit] == masks[0][(row * Width) + unit]) / (double)Width, 0.16);
        for (int distance = 1; distance < 20; distance++)
            Assert.Equal(
                0.5,
                Enumerable.Range(0, (Rows * Width) - distance).Count(i => masks[0][i] == masks[0][i + distance]) / (double)(Rows * Width),
                0.025);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void ARowHasTheSameMaskInWhateverPartItIs(int part)
    {
        const int Rows = 14, Width = 21;
        double[] whole = Keep(Place with { FirstRow = 100 }, Rows, Width, Width, 0.4);
        for (int first = 0; first < Rows; first += part)
        {
            double[] some = Keep(Place with { FirstRow = 100 + first }, part, Width, Width, 0.4);
            SameBits.Assert(whole[(first * Width)..((first + part) * Width)], some, "part");
        }
    }

    [Fact]
    public void PaddingIs0AndNeitherWidthNorStrideNorPrecisionChangeAUnit()
    {
        double[] wide = Keep(Place, 5, 30, 30, 0.5);
        float[] narrow = [.. Enumerable.Repeat(9f, 5 * 32)];
        Noise.Keep(ref narrow[0], Place, 5, 19, 32, 0.5);
        for (int i = 0; i < narrow.Length; i++)
            Assert.Equal(i % 32 < 19 ? (float)wide[(i / 32 * 30) + (i % 32)] : 0, narrow[i]);
    }

    [Fact]
    public void MasksHaveTheSameBitsOnEveryMachine()
    {
        double[] mask = new double[64];
        Noise.Hold(ref mask[0], new(1, 2, 3, 4), 2, 32, 32, 0.5);
        Assert.Equal(1728629542263231447UL, mask.Aggregate(0UL, (bits, m) => (bits << 1) | (m == 1 ? 1UL : 0)));
    }

    [Fact]
    public void AMaskMultipliesOrIsMultipliedAndAdded() => EachWidth.HasTheSameBits(default(Applied));

    [Fact]
    public void NothingIsAllocated()
    {
        float[] mask = new float[320], x = new float[320];
        Allocations.AssertNone(() =>
        {
            Noise.Keep(ref mask[0], Place, 10, 30, 32, 0.5);
            Noise.Hold(ref mask[0], Place, 10, 30, 32, 0.5);
            Noise.Fill(ref mask[0], 320, 0.5);
            Noise.Apply<Float256, float>(ref mask[0], ref x[0], ref x[0], 320, accumulate: false);
        });
    }

    private static double[] Keep(NoisePlace place, int rows, int width, int stride, double probability)
    {
        double[] mask = new double[rows * stride];
        Noise.Keep(ref mask[0], place, rows, width, stride, probability);
        return mask;
    }

    private readonly struct Applied : ILaneProgram
    {
        public T[] Run<V, T>() where V : struct, ILanes<V, T> where T : unmanaged
        {
            const int Count = 48;
            Random random = new(1);
            T[] x = Numbers(), mask = new T[Count], y = new T[Count], before = Numbers();
            Noise.Fill(ref mask[0], Count, 0.75);
            Noise.Keep(ref mask[0], Place, 1, 32, 32, 0.5);
            Noise.Apply<V, T>(ref mask[0], ref x[0], ref y[0], Count, accumulate: false);
            T[] sum = [.. before];
            Noise.Apply<V, T>(ref mask[0], ref x[0], ref sum[0], Count, accumulate: true);
            for (int i = 0; i < Count; i++)
            {
                double m = Element.ToDouble(mask[i]), product = m * Element.ToDouble(x[i]);
                Assert.True(i < 32 ? m is 0 or 2 : m == 0.75);
                Assert.Equal(product, Element.ToDouble(y[i]), 1e-7);
                Assert.Equal(product + Element.ToDouble(before[i]), Element.ToDouble(sum[i]), 3e-7);
            }

            return [.. y, .. sum];

            T[] Numbers() => [.. Enumerable.Range(0, Count).Select(_ => Element.FromDouble<T>(random.NextDouble() - 0.5))];
        }
    }
}
