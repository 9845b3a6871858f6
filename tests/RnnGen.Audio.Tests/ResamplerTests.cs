namespace RnnGen.Audio.Tests;

public class ResamplerTests
{
    public static TheoryData<int, int> Rates => new()
    {
        { 48_000, 16_000 },
        { 16_000, 48_000 },
        { 44_100, 16_000 },
        { 16_000, 44_100 },
        { 44_100, 48_000 },
        { 22_050, 16_000 },
        { 16_000, 8_000 },
        { 11_025, 96_000 },
    };

    /// <summary>Sines up to 0.9 of half the lower rate come out as the same sines, at the same time.</summary>
    [Theory]
    [MemberData(nameof(Rates))]
    public void WhatPassesStaysAsItIs(int source, int target)
    {
        double most = 0.9 * Math.Min(source, target) / 2;
        foreach (double frequency in (double[])[0, 50, 0.5 * most, 0.9 * most, most])
        {
            int count = source / 4;
            float[] sine = frequency == 0 ? [.. Enumerable.Repeat(1f, count)] : Sound.Sine(count, frequency, source);
            float[] actual = Resample(source, target, sine);
            float[] expected = frequency == 0 ? [.. Enumerable.Repeat(1f, actual.Length)] : Sound.Sine(actual.Length, frequency, target);
            Range inner = (actual.Length / 4)..(actual.Length * 3 / 4);
            double distance = Sound.Distance(expected.AsSpan()[inner], actual.AsSpan()[inner]);
            // 0.001 dB is a factor of 1.000115.
            Assert.True(distance <= 1.15e-4, $"{frequency} Hz: {distance:E1}");
        }
    }

    /// <summary>Above half the lower rate 100 dB are taken off: what would alias, and the images that a higher rate could show.</summary>
    [Theory]
    [MemberData(nameof(Rates))]
    public void AliasesAndImagesAreRejected(int source, int target)
    {
        if (target < source)
        {
            foreach (double place in (double[])[1, 1.01, 1.1, 1.5, 1.9])
            {
                double frequency = Math.Min(place * target / 2, source / 2.0 * 0.999);
                AssertSilent(Resample(source, target, Sound.Sine(source / 4, frequency, source)), $"{frequency} Hz");
            }

            return;
        }

        foreach (double place in (double[])[0.1, 0.5, 0.9])
        {
            double frequency = place * source / 2;
            float[] actual = Resample(source, target, Sound.Sine(source / 4, frequency, source));
            float[] expected = Sound.Sine(actual.Length, frequency, target);
            // All that is not the sine: a sine of the same frequency taken out by least squares.
            Range inner = (actual.Length / 4)..(actual.Length * 3 / 4);
            float[] rest = [.. actual[inner].Zip(expected[inner], (a, e) => a - e)];
            Assert.True(Level(rest) <= -78, $"{frequency} Hz: {Level(rest):F1} dB");
            double image = source - frequency;
            if (image < target / 2.0)
                Assert.True(Level(rest, image, target) <= -100, $"{frequency} Hz: image {Level(rest, image, target):F1} dB");
        }

        static void AssertSilent(float[] actual, string what)
        {
            double level = Level(actual[(actual.Length / 4)..(actual.Length * 3 / 4)]);
            Assert.True(level <= -100, $"{what}: {level:F1} dB");
        }
    }

    [Theory]
    [MemberData(nameof(Rates))]
    public void BlocksMakeNoDifference(int source, int target)
    {
        const int Samples = 5000;
        float[] samples = Sound.Noise(2 * Samples);
        float[] whole = Resample(source, target, samples, 2);
        Assert.Equal((int)Math.Ceiling((double)Samples * target / source), whole.Length / 2);
        foreach (int longest in (int[])[1, 7, 300, 3000])
        {
            Resampler resampler = new(source, target, 2);
            List<float> blocks = [];
            int start = 0;
            foreach (int count in Sound.Blocks(Samples, longest, seed: longest))
            {
                float[] block = new float[2 * resampler.GetCount(count)];
                Assert.Equal(block.Length, 2 * resampler.Process(samples.AsSpan(2 * start, 2 * count), block));
                blocks.AddRange(block);
                start += count;
            }

            float[] last = new float[2 * resampler.GetCount(0, flush: true)];
            Assert.Equal(last.Length, 2 * resampler.Process([], last, flush: true));
            Assert.Equal(whole, blocks.Concat(last).ToArray());
        }
    }

    [Fact]
    public void ChannelsStayApart()
    {
        float[] left = Sound.Noise(2000, 1), right = Sound.Noise(2000, 2), silence = new float[2000];
        float[] together = Resample(44_100, 16_000, Sound.Interleave(left, silence, right), 3);
        Assert.Equal(Resample(44_100, 16_000, left), Sound.Channel(together, 0, 3));
        Assert.All(Sound.Channel(together, 1, 3), number => Assert.Equal(0, number));
        Assert.Equal(Resample(44_100, 16_000, right), Sound.Channel(together, 2, 3));
    }

    [Fact]
    public void TheSameRateIsTheSameSound()
    {
        float[] samples = Sound.Noise(3000);
        Assert.Equal(0, new Resampler(16_000, 16_000).Latency);
        Assert.Equal(samples, Resample(16_000, 16_000, samples));
    }

    [Fact]
    public void ThereAndBackIsTheSameSound()
    {
        float[] sine = Sound.Sine(8_000, 1_000, 16_000);
        float[] back = Resample(44_100, 16_000, Resample(16_000, 44_100, sine));
        Assert.True(Sound.Distance(sine.AsSpan(1000, 6000), back.AsSpan(1000, 6000)) <= 2e-4);
    }

    [Fact]
    public void AnOutputWaitsForTheLatencyAndNoLonger()
    {
        Resampler resampler = new(48_000, 16_000);
        float[] target = new float[10];
        Assert.Equal(0, resampler.Process(new float[resampler.Latency], target));
        Assert.Equal(1, resampler.GetCount(1));
        Assert.Equal(1, resampler.Process([1], target));
        Assert.Equal(194, resampler.Latency);
    }

    [Fact]
    public void AFlushBeginsAgain()
    {
        Resampler resampler = new(22_050, 16_000);
        float[] samples = Sound.Noise(1000), first = new float[726], second = new float[726];
        Assert.Equal(726, resampler.Process(samples, first, flush: true));
        Assert.Equal(726, resampler.Process(samples, second, flush: true));
        Assert.Equal(first, second);
        resampler.Process(samples, second);
        resampler.Reset();
        Assert.Equal(0, resampler.Process([], second, flush: true));
        Assert.Equal(726, resampler.Process(samples, second, flush: true));
        Assert.Equal(first, second);
    }

    [Fact]
    public void NothingIsAllocated()
    {
        Resampler resampler = new(44_100, 16_000, 2);
        float[] samples = Sound.Noise(2 * 3000), target = new float[2 * 1200];
        Allocations.AssertNone(() =>
        {
            resampler.Process(samples, target);
            resampler.Process(samples, target, flush: true);
        });
    }

    [Theory]
    [InlineData(0, 16_000, 1, "A rate is 1 to 10,000,000 samples a second, not 0. (Parameter 'sourceRate')")]
    [InlineData(16_000, -1, 1, "A rate is 1 to 10,000,000 samples a second, not -1. (Parameter 'targetRate')")]
    [InlineData(16_000, 8_000, 0, "There are 1 to 1,024 channels, not 0. (Parameter 'channels')")]
    [InlineData(
        999_983, 1_000_000, 1,
        "A resampler of 999,983 samples to 1,000,000 needs a table of 132,000,000 numbers, and may have 16,777,216. "
            + "Rates with a larger common divisor need less.")]
    public void WhatMakesNoSenseIsRefused(int source, int target, int channels, string message) =>
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => new Resampler(source, target, channels)).Message);

    [Fact]
    public void SpansOfTheWrongLengthAreRefusedAndNothingIsTaken()
    {
        Resampler resampler = new(16_000, 8_000, 2);
        float[] samples = Sound.Noise(2000), expected = Resample(16_000, 8_000, samples, 2);
        int count = resampler.GetCount(1000, flush: true);
        Assert.Equal(500, count);
        Assert.Equal(
            "500 samples of 2 channels do not fit into 999 numbers. (Parameter 'target')",
            Assert.Throws<ArgumentException>(() => resampler.Process(samples, new float[999], flush: true)).Message);
        Assert.Equal(
            "1,999 numbers are no whole samples of 2 channels. (Parameter 'source')",
            Assert.Throws<ArgumentException>(() => resampler.Process(samples.AsSpan(1), new float[1000])).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => resampler.GetCount(-1));
        float[] actual = new float[1000];
        Assert.Equal(500, resampler.Process(samples, actual, flush: true));
        Assert.Equal(expected, actual);
    }

    private static float[] Resample(int source, int target, float[] samples, int channels = 1)
    {
        Resampler resampler = new(source, target, channels);
        float[] resampled = new float[channels * resampler.GetCount(samples.Length / channels, flush: true)];
        Assert.Equal(resampled.Length, channels * resampler.Process(samples, resampled, flush: true));
        return resampled;
    }

    /// <summary>The root of the mean square, in dB of that of a sine of amplitude 1.</summary>
    private static double Level(float[] samples) => 10 * Math.Log10(2 * samples.Average(sample => (double)sample * sample));

    /// <summary>The same of the part at a frequency.</summary>
    private static double Level(float[] samples, double frequency, int rate)
    {
        double re = 0, im = 0;
        for (int n = 0; n < samples.Length; n++)
        {
            // A Hann window keeps other frequencies out.
            double weight = samples[n] * (1 - Math.Cos(2 * Math.PI * n / samples.Length));
            re += weight * Math.Cos(2 * Math.PI * frequency * n / rate);
            im += weight * Math.Sin(2 * Math.PI * frequency * n / rate);
        }

        return 20 * Math.Log10(2 * Math.Sqrt((re * re) + (im * im)) / samples.Length);
    }
}
