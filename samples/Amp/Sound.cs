using NAudio.Wave;

namespace Amp;

/// <summary>Sound in memory.</summary>
/// <param name="Channels">[channel][sample], mostly −1 to 1.</param>
/// <param name="Rate">Samples a second.</param>
internal sealed record Sound(float[][] Channels, int Rate)
{
    /// <summary>Samples of a channel.</summary>
    public int Length => Channels[0].Length;

    /// <summary>Its length in seconds.</summary>
    public double Seconds => (double)Length / Rate;

    /// <summary>Reads a WAV file of whole or floating-point numbers.</summary>
    /// <exception cref="InvalidDataException">It is no such file, has no samples, or one that is not finite.</exception>
    public static Sound Read(string path)
    {
        try
        {
            using WaveFileReader reader = new(path);
            ISampleProvider provider = reader.ToSampleProvider();
            var (rate, channels) = (provider.WaveFormat.SampleRate, provider.WaveFormat.Channels);
            if (channels is < 1 or > 64 || rate is < 1 or > 10_000_000)
                throw new FormatException($"It says that it has {channels} channels at {rate} Hz.");
            List<float> samples = [];
            float[] block = new float[channels * 4096];
            for (int count; (count = provider.Read(block)) > 0;)
                samples.AddRange(block.AsSpan(0, count));
            int length = samples.Count / channels;
            if (length == 0 || !samples.TrueForAll(float.IsFinite))
                throw new FormatException(length == 0 ? "It has no samples." : "A sample is not finite.");
            float[] Channel(int channel) => [.. Enumerable.Range(0, length).Select(i => samples[(i * channels) + channel])];
            return new([.. Enumerable.Range(0, channels).Select(Channel)], rate);
        }
        catch (Exception error) when (error is FormatException or ArgumentException or EndOfStreamException or NotSupportedException
            or InvalidOperationException or ArithmeticException or InvalidDataException)
        {
            throw new InvalidDataException(
                $"{path} cannot be read: WAV files of whole or floating-point numbers can. {error.Message}", error);
        }
    }

    /// <summary>Writes a WAV file of 16-bit numbers. Samples beyond −1…1 are cut off there.</summary>
    public void Write(string path)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            Directory.CreateDirectory(folder);
        using WaveFileWriter writer = new(path, new WaveFormat(Rate, 16, Channels.Length));
        for (int i = 0; i < Length; i++)
        {
            foreach (float[] channel in Channels)
                writer.WriteSample(Math.Clamp(channel[i], -1, 1));
        }
    }
}
