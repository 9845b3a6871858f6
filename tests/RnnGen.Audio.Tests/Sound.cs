namespace RnnGen.Audio.Tests;

/// <summary>Sound to test with.</summary>
internal static class Sound
{
    /// <summary>White noise in −1…1, the same for the same seed.</summary>
    public static float[] Noise(int count, int seed = 1)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (2 * random.NextSingle()) - 1)];
    }

    /// <summary>A sine of amplitude 1.</summary>
    public static float[] Sine(int count, double frequency, int rate) =>
        [.. Enumerable.Range(0, count).Select(n => (float)Math.Sin(2 * Math.PI * frequency * n / rate))];

    /// <summary>Channels side by side, [sample][channel].</summary>
    public static float[] Interleave(params float[][] channels) =>
        [.. Enumerable.Range(0, channels[0].Length).SelectMany(n => channels.Select(channel => channel[n]))];

    /// <summary>One of several channels.</summary>
    public static float[] Channel(float[] samples, int channel, int channels) =>
        [.. samples.Where((_, i) => i % channels == channel)];

    /// <summary>Cuts a stream into blocks of random lengths, some of them empty: numbers of samples.</summary>
    public static IEnumerable<int> Blocks(int samples, int longest, int seed)
    {
        Random random = new(seed);
        for (int left = samples; left > 0;)
        {
            int block = Math.Min(left, random.Next(longest + 1));
            yield return block;
            left -= block;
        }
    }

    /// <summary>The largest difference.</summary>
    public static double Distance(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = 0;
        for (int i = 0; i < expected.Length; i++)
            largest = Math.Max(largest, Math.Abs((double)expected[i] - actual[i]));
        return largest;
    }
}
