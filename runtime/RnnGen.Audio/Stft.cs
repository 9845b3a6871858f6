namespace RnnGen.Audio;

/// <summary>The short-time Fourier transform of a stream: takes samples, and gives a spectrum at every hop.</summary>
/// <remarks>
/// Before its first sample the stream has zeros, so the first spectrum comes after one hop. The spectra are the same to the bit, however
/// the samples are cut into blocks. Nothing is allocated after construction. One thread at a time.
/// </remarks>
public sealed class Stft
{
    private readonly StftFormat format;
    private readonly FourierTransform transform;
    private readonly float[] window;

    // [channel][frame]: the last samples that came.
    private readonly float[] history;
    private readonly float[] windowed;
    private int pending;

    /// <param name="format">How sound is cut into frames.</param>
    /// <exception cref="ArgumentException">A number of the format is out of its range; the message names it.</exception>
    public Stft(StftFormat format)
    {
        ArgumentNullException.ThrowIfNull(format);
        format.Check();
        this.format = format;
        transform = new(format.Length);
        window = [.. Window.Of(format.Window, format.FrameLength).Select(number => (float)number)];
        history = new float[format.Channels * format.FrameLength];
        windowed = new float[format.Length];
    }

    /// <summary>How sound is cut into frames.</summary>
    public StftFormat Format => format;

    /// <summary>Takes samples until the next spectrum is complete.</summary>
    /// <example><code>while (stft.TryRead(ref samples, real, imaginary)) { … }</code></example>
    /// <param name="samples">New samples, [sample][channel], any number of them. Those that were taken are cut off its front.</param>
    /// <param name="real">Gets the real parts, [channel][bin], if there is a spectrum.</param>
    /// <param name="imaginary">Gets the imaginary parts, [channel][bin].</param>
    /// <returns>Whether there is a spectrum; if not, all samples were taken, and more are needed.</returns>
    /// <exception cref="ArgumentException">A span has the wrong length; nothing was taken.</exception>
    public bool TryRead(ref ReadOnlySpan<float> samples, Span<float> real, Span<float> imaginary)
    {
        int channels = format.Channels, frame = format.FrameLength, hop = format.Hop, bins = format.Bins;
        Guard.Interleaved(samples, channels, nameof(samples));
        Guard.Length(real, channels * bins, nameof(real));
        Guard.Length(imaginary, channels * bins, nameof(imaginary));

        int taken = Math.Min(hop - pending, samples.Length / channels);
        for (int channel = 0; channel < channels; channel++)
        {
            Span<float> place = history.AsSpan((channel * frame) + frame - hop + pending, taken);
            for (int i = 0; i < place.Length; i++)
                place[i] = samples[(i * channels) + channel];
        }

        samples = samples[(taken * channels)..];
        pending += taken;
        if (pending < hop)
            return false;

        pending = 0;
        for (int channel = 0; channel < channels; channel++)
        {
            Span<float> last = history.AsSpan(channel * frame, frame);
            for (int n = 0; n < last.Length; n++)
                windowed[n] = last[n] * window[n];
            transform.Forward(windowed, real.Slice(channel * bins, bins), imaginary.Slice(channel * bins, bins));
            last[hop..].CopyTo(last);
        }

        return true;
    }

    /// <summary>Forgets all samples: a new stream begins.</summary>
    public void Reset()
    {
        history.AsSpan().Clear();
        pending = 0;
    }
}
