using Voice;
using Voice.Sound;

namespace Samples.Tests.VoiceTests;

public sealed class SoundTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("voice-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void ARecordingIsReadAsItWasWritten()
    {
        string file = Path.Combine(folder, "in", "stereo.wav");
        Recording recording = new([0.5f, -0.5f, 0.25f, 1, 2, -3], 44_100, 2);
        recording.Write(file);
        Recording read = Recording.Read(file);
        Assert.Equal((44_100, 2, 3), (read.Rate, read.Channels, read.Length));
        // 16-bit numbers; what is beyond the ends is cut off.
        Assert.All(recording.Samples.Zip(read.Samples), pair => Assert.Equal(Math.Clamp(pair.First, -1, 1), pair.Second, 1 / 32_000.0));
    }

    [Fact]
    public void ChannelsAreMixedAndTheRateChanges()
    {
        float[] stereo = [.. Enumerable.Range(0, 4800).SelectMany(_ => (float[])[0.75f, 0.25f])];
        float[] mono = new Recording(stereo, 48_000, 2).ToMono(16_000);
        Assert.Equal(1600, mono.Length);
        Assert.All(mono[200..1400], sample => Assert.Equal(0.5, sample, 1e-5));
    }

    [Fact]
    public void OtherFilesAreRefusedByName()
    {
        string text = Path.Combine(folder, "text.wav"), empty = Path.Combine(folder, "empty.wav"), cut = Path.Combine(folder, "cut.wav");
        File.WriteAllText(text, "This is no sound, though it is long enough to be one, or so one might think.");
        new Recording([], 16_000, 1).Write(empty);
        new Recording(new float[100], 16_000, 1).Write(cut);
        File.WriteAllBytes(cut, File.ReadAllBytes(cut)[..30]);
        Assert.All((string[])[text, empty, cut], file =>
            Assert.Contains(file, Assert.Throws<InvalidDataException>(() => Recording.Read(file)).Message, StringComparison.Ordinal));
        Assert.Contains(
            "has no samples", Assert.Throws<InvalidDataException>(() => Recording.Read(empty)).Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => Recording.Read(Path.Combine(folder, "absent.wav")));
    }

    [Fact]
    public void DamagedFilesAreReadOrRefused()
    {
        string file = Path.Combine(folder, "damaged.wav");
        new Recording([.. Enumerable.Range(0, 200).Select(n => n / 200f)], 16_000, 2).Write(file);
        byte[] whole = File.ReadAllBytes(file);
        Random random = new(1);
        int read = 0;
        for (int i = 0; i < 2000; i++)
        {
            byte[] damaged = [.. whole];
            for (int change = random.Next(1, 4); change > 0; change--)
                damaged[random.Next(48)] = (byte)random.Next(256);
            File.WriteAllBytes(file, damaged);
            try
            {
                Assert.NotEmpty(Recording.Read(file).Samples);
                read++;
            }
            catch (InvalidDataException error)
            {
                Assert.Contains(file, error.Message, StringComparison.Ordinal);
            }
        }

        Assert.InRange(read, 100, 1900);
    }

    [Fact]
    public void NotANumberIsRefused()
    {
        string file = Path.Combine(folder, "float.wav");
        using (NAudio.Wave.WaveFileWriter writer = new(file, NAudio.Wave.WaveFormat.CreateIeeeFloatWaveFormat(16_000, 2)))
            writer.WriteSamples([0, 0, 0, float.NaN], 0, 4);
        Assert.Equal(
            $"Sample 1 of {file} is NaN; all must be finite.", Assert.Throws<InvalidDataException>(() => Recording.Read(file)).Message);
    }

    [Fact]
    public void SpansBeginAndEndWithSpeech()
    {
        const double Hop = 0.1;
        float[] probabilities = [0, 0.6f, 0.8f, 0.4f, 0.3f, 0.9f, 0.1f, 0.1f, 0.1f, 0.9f, 0.6f, 0.4f];
        // 0.6 and 0.4 go on but do not begin; one hop's pause is part of the speech, three are not.
        Assert.Equal(
            [(0.2, 0.6), (0.9, 1.2)],
            Span.Speech(probabilities, Hop).Select(span => (Math.Round(span.Start, 6), Math.Round(span.End, 6))));
        Assert.Empty(Span.Speech([0, 0.9f, 0.9f, 0.9f, 0.9f, 0, 0, 0, 0], 0.05));
        Assert.Empty(Span.Speech([], Hop));
    }

    [Theory]
    [InlineData(16_000, 40_000)]
    [InlineData(44_100, 100)]
    public void ThePictureIsDrawn(int rate, int length)
    {
        Recording noisy = new([.. Enumerable.Range(0, length).Select(n => (float)Math.Sin(0.1 * n))], rate, 1);
        string file = Path.Combine(folder, "picture.png");
        Picture.Draw(noisy, new(noisy, [0.2f, 0.9f, 0.9f, 0.9f], 0.05, TimeSpan.Zero, 0), file);
        byte[] png = File.ReadAllBytes(file);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], png[..4]);
        Assert.Equal((1200, 900), (png[18] << 8 | png[19], png[22] << 8 | png[23]));
    }

    [Theory]
    [InlineData("--dtln one.onnx")]
    [InlineData("train --updates 0")]
    [InlineData("train --threads many")]
    [InlineData("in.wav out.wav more.wav")]
    public void AWrongCommandLineIsRefused(string arguments) =>
        Assert.NotEmpty(Options.Command(_ => 0).Parse(arguments.Split(' ')).Errors);

    [Fact]
    public void TheCommandLineSaysWhatToDo()
    {
        Assert.Equal(
            (Job.Clean, Options.Data("noisy.wav"), Path.Combine("artifacts", "voice.wav")), Of("", o => (o.Job, o.Input, o.Output)));
        Assert.Equal(("a.wav", "b.wav"), Of("a.wav b.wav", o => (o.Input, o.Output)));
        Assert.Equal(
            (Job.Measure, "s", ("1", "2")), Of("measure --silero s --dtln 1 2", o => (o.Job, o.Silero, o.Dtln!.Value)));
        Assert.Equal(("a.wav", ("1", "2")), Of("a.wav b.wav --dtln 1 2", o => (o.Input, o.Dtln!.Value)));
        Assert.Equal((Job.Train, 7, "artifacts"), Of("train --updates 7", o => (o.Job, o.Updates, o.Models)));
        Assert.Equal((Job.Demo, "c.wav"), Of("demo c.wav", o => (o.Job, o.Output)));

        static T Of<T>(string arguments, Func<Options, T> get)
        {
            T? got = default;
            string[] words = arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(0, Options.Command(options =>
            {
                got = get(options);
                return 0;
            }).Parse(words).Invoke());
            return got!;
        }
    }
}
