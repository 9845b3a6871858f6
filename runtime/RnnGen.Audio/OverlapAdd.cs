namespace RnnGen.Audio;

/// <summary>Adds up frames that overlap, as they are, to a stream of samples.</summary>
/// <remarks>
/// <see cref="InverseStft"/> does this for spectra; this is for networks whose outputs are samples. Nothing is allocated after
/// construction. One thread at a time.
/// </remarks>
public sealed class OverlapAdd
{
    private readonly int frame;
    private readonly int hop;
    private readonly int channels;

    // [channel][frame]: sums of the frames so far; the first hop of them is complete after the next frame.
    private readonly float[] sums;

    /// <param name="format">The frames' length, their hop and the channels; nothing else of it matters.</param>
    /// <exception cref="ArgumentException">A number of the format is out of its range; the message names it.</exception>
    public OverlapAdd(StftFormat format)
    {
        ArgumentNullException.ThrowIfNull(format);
        format.Check();
        (frame, hop, channels) = (format.FrameLength, format.Hop, format.Channels);
        sums = new float[channels * frame];
    }

    /// <summary>Adds a frame of each channel, and gives the samples that no later frame reaches.</summary>
    /// <param name="frames">[channel][sample]: a frame of each channel.</param>
    /// <param name="samples">Gets a hop of samples, [sample][channel].</param>
    /// <exception cref="ArgumentException">A span has the wrong length; nothing was added.</exception>
    public void Add(ReadOnlySpan<float> frames, Span<float> samples)
    {
        Guard.Length(frames, channels * frame, nameof(frames));
        Guard.Length(samples, channels * hop, nameof(samples));
        for (int channel = 0; channel < channels; channel++)
            Add(channel, frames.Slice(channel * frame, frame), samples);
    }

    /// <summary>Forgets all frames: a new stream begins.</summary>
    public void Reset() => sums.AsSpan().Clear();

    internal void Add(int channel, ReadOnlySpan<float> added, Span<float> samples)
    {
        Span<float> sum = sums.AsSpan(channel * frame, frame);
        for (int n = 0; n < sum.Length; n++)
            sum[n] += added[n];
        for (int i = 0; i < hop; i++)
            samples[(i * channels) + channel] = sum[i];
        sum[hop..].CopyTo(sum);
        sum[(frame - hop)..].Clear();
    }
}
