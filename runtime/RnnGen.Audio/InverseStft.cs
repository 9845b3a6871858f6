namespace RnnGen.Audio;

/// <summary>The way back from <see cref="Stft"/>: takes a spectrum at every hop, and gives a hop of samples.</summary>
/// <remarks>
/// A spectrum is transformed back, multiplied by the synthesis window and added to those before it, all divided by what both windows add
/// up to. Spectra that nobody changed give the samples that <see cref="Stft"/> took, <see cref="StftFormat.Latency"/> samples later,
/// behind as many zeros. Nothing is allocated after construction. One thread at a time.
/// </remarks>
public sealed class InverseStft
{
    private readonly StftFormat format;
    private readonly FourierTransform transform;
    private readonly OverlapAdd overlap;
    private readonly float[] window;
    private readonly float[] frame;

    /// <param name="format">How sound is cut into frames, the same as for <see cref="Stft"/>.</param>
    /// <exception cref="ArgumentException">
    /// A number of the format is out of its range, or its windows do not add up to a constant, so that nothing would be as it was
    /// (<see cref="StftFormat.Reconstructs"/>).
    /// </exception>
    public InverseStft(StftFormat format)
    {
        ArgumentNullException.ThrowIfNull(format);
        var (least, most) = format.OverlapGains();
        if (!format.Reconstructs)
            throw new ArgumentException(
                $"The windows {format.Window} and {format.Synthesis} of {format.FrameLength:N0} samples, with a hop of {format.Hop:N0}, "
                + $"add up to {least:0.###} to {most:0.###}, and would have to add up to a constant. {Advice(format)}", nameof(format));
        this.format = format;
        transform = new(format.Length);
        overlap = new(format);
        double gain = (least + most) / 2;
        window = [.. Window.Of(format.Synthesis, format.FrameLength).Select(number => (float)(number / gain))];
        frame = new float[format.Length];
    }

    /// <summary>How sound is cut into frames.</summary>
    public StftFormat Format => format;

    /// <summary>Takes a spectrum of each channel, and gives the samples that no later one reaches.</summary>
    /// <param name="real">The real parts, [channel][bin].</param>
    /// <param name="imaginary">The imaginary parts, [channel][bin]; those of the first and the last bin are taken to be 0.</param>
    /// <param name="samples">Gets a hop of samples, [sample][channel].</param>
    /// <exception cref="ArgumentException">A span has the wrong length; nothing was taken.</exception>
    public void Add(ReadOnlySpan<float> real, ReadOnlySpan<float> imaginary, Span<float> samples)
    {
        int channels = format.Channels, bins = format.Bins;
        Guard.Length(real, channels * bins, nameof(real));
        Guard.Length(imaginary, channels * bins, nameof(imaginary));
        Guard.Length(samples, channels * format.Hop, nameof(samples));
        for (int channel = 0; channel < channels; channel++)
        {
            transform.Inverse(real.Slice(channel * bins, bins), imaginary.Slice(channel * bins, bins), frame);
            for (int n = 0; n < window.Length; n++)
                frame[n] *= window[n];
            overlap.Add(channel, frame.AsSpan(0, window.Length), samples);
        }
    }

    /// <summary>Forgets all spectra: a new stream begins.</summary>
    public void Reset() => overlap.Reset();

    // The longest shorter hop of which a few make a frame, and that would do.
    private static string Advice(StftFormat format)
    {
        const int MostHops = 16;
        for (int hops = 2; hops <= MostHops; hops++)
        {
            int hop = format.FrameLength / hops;
            if (hop * hops == format.FrameLength && hop < format.Hop && (format with { Hop = hop }).Reconstructs)
                return $"A hop of {hop:N0} does.";
        }

        return "A shorter hop that divides the frame may.";
    }
}
