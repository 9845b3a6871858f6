using System.Numerics;

namespace RnnGen.Audio;

/// <summary>Changes the sampling rate of a stream: takes samples at one rate, and gives them at another.</summary>
/// <remarks>
/// <para>Output k is the sound at the time of the source's sample k · source rate / target rate: nothing is shifted. It is a sum over the
/// neighbouring samples of the source (a polyphase filter: a windowed sinc, Kaiser 1974), so it comes <see cref="Latency"/> samples of
/// the source later.</para>
/// <para>Up to 0.9 of half the lower rate, sound passes within 0.001 dB; what is above half the lower rate is attenuated by 100 dB or
/// more, aliases and images alike. Outputs are the same to the bit, however the source is cut into blocks. Nothing is allocated after
/// construction. One thread at a time.</para>
/// </remarks>
public sealed class Resampler
{
    private const int Room = 1024;
    private readonly int up;
    private readonly int down;
    private readonly int channels;
    private readonly ResamplerFilter filter;

    // [channel][capacity]: the samples that later outputs need, and room for new ones.
    private readonly float[] history;
    private readonly int capacity;
    private int filled;

    // The next output: its first sample in the history, and its place between two samples in 1 / up.
    private int first;
    private int phase;

    /// <param name="sourceRate">The rate of what comes, 1 to 10,000,000 samples a second.</param>
    /// <param name="targetRate">The rate of what is given, in the same range.</param>
    /// <param name="channels">Channels, 1 to 1,024; each is resampled by itself.</param>
    /// <exception cref="ArgumentException">
    /// A number is out of its range, or the rates have so small a common divisor that the filter's table would be larger than 64 MiB:
    /// 44,100 and 48,000 need 83 KiB, but 44,101 and 48,000 24 MiB.
    /// </exception>
    public Resampler(int sourceRate, int targetRate, int channels = 1)
    {
        const int Highest = 10_000_000;
        foreach (var (rate, name) in ((int, string)[])[(sourceRate, nameof(sourceRate)), (targetRate, nameof(targetRate))])
        {
            if (rate is < 1 or > Highest)
                throw new ArgumentException($"A rate is 1 to {Highest:N0} samples a second, not {rate:N0}.", name);
        }

        if (channels is < 1 or > 1024)
            throw new ArgumentException($"There are 1 to 1,024 channels, not {channels:N0}.", nameof(channels));
        int divisor = (int)BigInteger.GreatestCommonDivisor(sourceRate, targetRate);
        (up, down, this.channels) = (targetRate / divisor, sourceRate / divisor, channels);
        (SourceRate, TargetRate) = (sourceRate, targetRate);
        filter = new(up, down);
        capacity = filter.Taps + Room;
        history = new float[channels * capacity];
        Reset();
    }

    /// <summary>The rate of what comes, in samples a second.</summary>
    public int SourceRate { get; }

    /// <summary>The rate of what is given, in samples a second.</summary>
    public int TargetRate { get; }

    /// <summary>How many samples of the source an output waits for, behind the one at its place.</summary>
    public int Latency => filter.Taps - 1 - filter.Lead;

    /// <summary>Exactly how many samples of each channel the next <see cref="Process"/> gives.</summary>
    /// <param name="sourceSamples">Samples of each channel that it takes, at least 0.</param>
    /// <param name="flush">Whether the stream ends with them.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="sourceSamples"/> is negative.</exception>
    /// <exception cref="OverflowException">There would be more than an <see cref="int"/> holds.</exception>
    public int GetCount(int sourceSamples, bool flush = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sourceSamples);
        // The last first sample that an output may have.
        long last = (long)filled + sourceSamples + (flush ? Latency : 0) - filter.Taps - first;
        return last < 0 ? 0 : checked((int)((((last + 1) * up) - phase + down - 1) / down));
    }

    /// <summary>Takes samples, and gives those that are complete.</summary>
    /// <param name="source">Samples at the source's rate, [sample][channel], any number of them.</param>
    /// <param name="target">
    /// Gets the samples at the target's rate, [sample][channel]; it must hold <see cref="GetCount"/> of them, and may be longer.
    /// </param>
    /// <param name="flush">
    /// Whether the stream ends here: then all that is left is given, with zeros behind the source, and a new stream begins. n samples
    /// give ⌈n · target rate / source rate⌉ in all.
    /// </param>
    /// <returns>How many samples of each channel were given.</returns>
    /// <exception cref="ArgumentException">A span has the wrong length; nothing was taken.</exception>
    public int Process(ReadOnlySpan<float> source, Span<float> target, bool flush = false)
    {
        Guard.Interleaved(source, channels, nameof(source));
        int count = GetCount(source.Length / channels, flush);
        if (target.Length < (long)count * channels)
            throw new ArgumentException(
                $"{count:N0} samples of {channels:N0} channels do not fit into {target.Length:N0} numbers.", nameof(target));
        target = target[..(count * channels)];
        while (!source.IsEmpty)
        {
            int taken = Math.Min(source.Length / channels, capacity - filled);
            Take(source[..(taken * channels)], taken);
            source = source[(taken * channels)..];
            Give(ref target);
        }

        if (!flush)
            return count;
        for (int zeros = Latency; zeros > 0;)
        {
            int taken = Math.Min(zeros, capacity - filled);
            Take([], taken);
            zeros -= taken;
            Give(ref target);
        }

        Reset();
        return count;
    }

    /// <summary>Forgets all samples: a new stream begins.</summary>
    public void Reset()
    {
        // Before its first sample the source has zeros.
        history.AsSpan().Clear();
        (filled, first, phase) = (filter.Lead, 0, 0);
    }

    /// <param name="samples">What comes, or nothing for zeros.</param>
    /// <param name="count">How many of each channel.</param>
    private void Take(ReadOnlySpan<float> samples, int count)
    {
        for (int channel = 0; channel < channels; channel++)
        {
            Span<float> place = history.AsSpan((channel * capacity) + filled, count);
            if (samples.IsEmpty)
                place.Clear();
            else
            {
                for (int i = 0; i < place.Length; i++)
                    place[i] = samples[(i * channels) + channel];
            }
        }

        filled += count;
    }

    private void Give(ref Span<float> target)
    {
        int taps = filter.Taps;
        while (first + taps <= filled && !target.IsEmpty)
        {
            ReadOnlySpan<float> coefficients = filter.Coefficients.AsSpan(phase * taps, taps);
            for (int channel = 0; channel < channels; channel++)
                target[channel] = Dot(coefficients, history.AsSpan((channel * capacity) + first, taps));
            target = target[channels..];
            phase += down;
            first += phase / up;
            phase %= up;
        }

        // A step is shorter than the filter, so first is at most what is filled.
        for (int channel = 0; channel < channels; channel++)
            history.AsSpan((channel * capacity) + first, filled - first).CopyTo(history.AsSpan(channel * capacity));
        filled -= first;
        first = 0;
    }

    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        Vector<float> even = default, odd = default;
        int width = Vector<float>.Count, i = 0;
        for (; i <= a.Length - (2 * width); i += 2 * width)
        {
            even += new Vector<float>(a[i..]) * new Vector<float>(b[i..]);
            odd += new Vector<float>(a[(i + width)..]) * new Vector<float>(b[(i + width)..]);
        }

        float sum = Vector.Sum(even + odd);
        for (; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }
}
