using NAudio.Wave;
using RnnGen.Audio;

namespace Voice.Sound;

/// <summary>Sound in memory.</summary>
/// <param name="Samples">[sample][channel], mostly −1 to 1.</param>
/// <param name="Rate">Samples a second.</param>
/// <param name="Channels">How many channels.</param>
internal sealed record Recording(float[] Samples, int Rate, int Channels)
{
    /// <summary>Samples of a channel.</summary>
    public int Length => Samples.Length / Channels;

    /// <summary>How long it is.</summary>
    public double Seconds => (double)Length / Rate;

    /// <summary>Reads a WAV file of whole or floating-point numbers.</summary>
    /// <exception cref="InvalidDataException">It is no such file, has no samples, or one that is not finite.</exception>
    public static Recording Read(string path)
    {
        Recording recording = Decode(path);
        float[] samples = recording.Samples;
        if (samples.Length == 0)
            throw new InvalidDataException($"{path} has no samples.");
        if (Array.FindIndex(samples, sample => !float.IsFinite(sample)) is >= 0 and int place)
            throw new InvalidDataException(
                $"Sample {place / recording.Channels:N0} of {path} is {samples[place]}; all must be finite.");
        return recording;
    }

    /// <summary>Writes a WAV file of 16-bit numbers. Samples beyond −1…1 are cut off there.</summary>
    public void Write(string path)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            Directory.CreateDirectory(folder);
        using WaveFileWriter writer = new(path, new WaveFormat(Rate, 16, Channels));
        foreach (float sample in Samples)
            writer.WriteSample(Math.Clamp(sample, -1, 1));
    }

    /// <summary>The mean of all channels, at another rate.</summary>
    public float[] ToMono(int rate)
    {
        float[] mono = new float[Length];
        for (int i = 0; i < mono.Length; i++)
        {
            foreach (float sample in Samples.AsSpan(i * Channels, Channels))
                mono[i] += sample / Channels;
        }

        Resampler resampler = new(Rate, rate);
        float[] resampled = new float[resampler.GetCount(mono.Length, flush: true)];
        resampler.Process(mono, resampled, flush: true);
        return resampled;
    }

    private static Recording Decode(string path)
    {
        try
        {
            using WaveFileReader reader = new(path);
            ISampleProvider provider = reader.ToSampleProvider();
            var (rate, channels) = (provider.WaveFormat.SampleRate, provider.WaveFormat.Channels);
            if (channels is < 1 or > 1024 || rate is < 1 or > 10_000_000)
                throw new FormatException($"It says that it has {channels} channels at {rate} Hz.");
            List<float> samples = [];
            float[] block = new float[channels * 4096];
            for (int count; (count = provider.Read(block)) > 0;)
                samples.AddRange(block.AsSpan(0, count));
            return new([.. samples[..(samples.Count / channels * channels)]], rate, channels);
        }
        catch (Exception error) when (error is FormatException or ArgumentException or EndOfStreamException or NotSupportedException
            or InvalidOperationException or ArithmeticException or InvalidDataException)
        {
            throw new InvalidDataException(
                $"{path} cannot be read: WAV files of whole or floating-point numbers can. {error.Message}", error);
        }
    }
}
