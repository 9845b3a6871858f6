using Voice;
using Voice.Networks;

namespace Samples.Tests.VoiceTests;

public class ChainTests
{
    /// <summary>A denoiser that only is late, and a detector that tells its hop's number.</summary>
    private sealed class Late(int hop, int latency) : IDenoiser, IDetector
    {
        private float[] queue = new float[latency];
        private int steps;

        public int Hop => hop;

        public int Latency => latency;

        public void Step(ReadOnlySpan<float> samples, Span<float> cleaned)
        {
            queue = [.. queue, .. samples];
            queue.AsSpan(0, hop).CopyTo(cleaned);
            queue = queue[hop..];
        }

        public float Step(ReadOnlySpan<float> samples) => steps++;

        public void Reset() => (queue, steps) = (new float[latency], 0);
    }

    [Theory]
    [InlineData(128, 384, 16_000)]
    [InlineData(256, 256, 16_001)]
    [InlineData(512, 0, 511)]
    [InlineData(512, 1000, 1)]
    [InlineData(128, 384, 320)]
    public void At16KHzEverySampleComesBackAtItsTime(int hop, int latency, int length)
    {
        float[] samples = Noise(length);
        Assert.All((int[])[1, 100, 320, 5000], block =>
        {
            Chain chain = Run(new Late(hop, latency), samples, 16_000, 1, block);
            Assert.Equal(samples, chain.Cleaned.AsSpan(0, chain.CleanedCount).ToArray());
            Assert.Equal((length + hop - 1) / hop, chain.ProbabilityCount);
            Assert.Equal(Enumerable.Range(0, chain.ProbabilityCount).Select(n => (float)n), chain.Probabilities);
        });
    }

    [Theory]
    [InlineData(48_000)]
    [InlineData(44_100)]
    [InlineData(22_050)]
    [InlineData(8_000)]
    public void AtOtherRatesTheSoundComesBackAtItsTime(int rate)
    {
        // Two channels, whose mean is a sine that both rates have.
        int length = rate / 2;
        float[] sine = [.. Enumerable.Range(0, length).Select(n => (float)Math.Sin(2 * Math.PI * 700 * n / rate))];
        float[] stereo = [.. sine.SelectMany(sample => (float[])[1.5f * sample, 0.5f * sample])];
        Chain first = Run(new Late(128, 384), stereo, rate, 2, rate / 50);
        Assert.True(first.CleanedCount >= length);
        double largest = Enumerable.Range(length / 10, length * 8 / 10).Max(n => Math.Abs((double)sine[n] - first.Cleaned[n]));
        Assert.True(largest <= 3e-4, $"{largest:E1}");

        Chain second = Run(new Late(128, 384), stereo, rate, 2, 77);
        Assert.Equal(first.Cleaned, second.Cleaned);
        Assert.Equal(first.Probabilities, second.Probabilities);
    }

    private static Chain Run(Late networks, float[] samples, int rate, int channels, int block)
    {
        int length = samples.Length / channels;
        networks.Reset();
        Chain chain = new(networks, networks, rate, channels, block, length);
        for (int start = 0; start < length; start += block)
        {
            int count = Math.Min(block, length - start);
            chain.Process(samples.AsSpan(start * channels, count * channels), isLast: start + count == length);
        }

        return chain;
    }

    private static float[] Noise(int count)
    {
        Random random = new(1);
        return [.. Enumerable.Range(0, count).Select(_ => (2 * random.NextSingle()) - 1)];
    }
}
