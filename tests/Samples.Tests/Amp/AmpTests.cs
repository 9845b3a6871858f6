using Amp;
using RnnGen;
using RnnGen.Compiler;

namespace Samples.Tests.AmpTests;

public sealed class AmpTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("amp-").FullName;
    private readonly StringWriter said = new();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void TheModelThatComesWithTheProgramPlaysItsAmplifier()
    {
        string wet = Path.Combine(folder, "wet.wav");
        // .NET itself allocates now and then.
        for (int time = 0; time < 3 && !said.ToString().Contains(" 0 bytes allocated", StringComparison.Ordinal); time++)
            new Session(new() { Output = wet }, said).Run();
        Sound dry = Sound.Read(Path.Combine(folder, "dry.wav")), played = Sound.Read(wet);
        Assert.Equal((dry.Rate, dry.Length), (played.Rate, played.Length));
        // The WAV files have 16 bits.
        double error = Teacher.ErrorToSignal(played.Channels[0], MadeAmp.Play(dry.Channels[0], dry.Rate));
        Assert.True(error < 0.002, $"{error}");
        Assert.True(Teacher.ErrorToSignal(dry.Channels[0], played.Channels[0]) > 0.1);
        Assert.Contains(" 0 bytes allocated", said.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void EveryChannelIsPlayedByItself()
    {
        using CompiledModel<float> model = RnnCompiler.Open(Options.Data);
        Sound dry = new([Guitar.Play(0.5, 44_100, seed: 3), Guitar.Play(0.5, 44_100, seed: 4)], 44_100);
        Sound wet = Through(new() { Block = 37 }, model, dry);
        float[] expected = new float[dry.Length];
        for (int channel = 0; channel < 2; channel++)
        {
            model.Forward(dry.Channels[channel], expected);
            Assert.Equal(expected, wet.Channels[channel]);
        }
    }

    [Theory]
    [InlineData(22_050, 0.02)]
    [InlineData(48_000, 0.02)]
    [InlineData(88_200, 0.02)]
    [InlineData(96_000, 0.02)]
    public void OtherRatesSoundTheSame(int rate, double most)
    {
        using CompiledModel<float> model = RnnCompiler.Open(Options.Data);
        float[] Sine(int at) => [.. Enumerable.Range(0, at / 2).Select(i => 0.3f * (float)Math.Sin(2 * Math.PI * 220 * i / at))];
        float[] expected = new float[22_050];
        model.Forward(Sine(44_100), expected);
        float[] y = Through(new(), model, new([Sine(rate)], rate)).Channels[0];
        Assert.Equal(rate / 2, y.Length);
        // Samples at the same times, from 0.1 s on.
        float[] played = [.. Enumerable.Range(4_410, 15_000).Select(i =>
        {
            double place = (double)i * rate / 44_100;
            return y[(int)place] + ((float)(place - (int)place) * (y[(int)place + 1] - y[(int)place]));
        })];
        double error = Teacher.ErrorToSignal(played, expected.AsSpan(4_410, 15_000));
        Assert.True(error < most, $"{error}");
    }

    /// <summary>A sound through a model, which allocates nothing.</summary>
    private Sound Through(Options options, CompiledModel<float> model, Sound dry)
    {
        Session session = new(options, said);
        Sound wet = dry;
        Allocations.AssertNoneOf(() =>
        {
            (wet, _, long allocated) = session.Through(model, dry, 44_100);
            return allocated;
        });
        return wet;
    }

    [Fact]
    public void ATrainedModelIsTheOneThatIsOpened()
    {
        List<double> shares = [];
        AmpModel model = Teacher.Train(60, (share, _) => shares.Add(share));
        Assert.Equal(1, shares[^1]);
        string path = Path.Combine(folder, "amp.json");
        Teacher.Write(model, path);
        using CompiledModel<float> opened = RnnCompiler.Open(path);
        float[] dry = Guitar.Play(1, Teacher.Rate, seed: 5), expected = new float[dry.Length], played = new float[dry.Length];
        model.Forward(dry, expected);
        opened.Forward(dry, played);
        // The sums of two biases are rounded anew.
        Assert.All(expected.Zip(played), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        float[] wet = MadeAmp.Play(dry, Teacher.Rate);
        Assert.True(Teacher.ErrorToSignal(played, wet) < Teacher.ErrorToSignal(dry, wet));
    }

    [Fact]
    public void SoundIsWrittenAndRead()
    {
        string path = Path.Combine(folder, "new", "stereo.wav"), text = Path.Combine(folder, "text.wav");
        Sound sound = new([[0.5f, 0.25f, 2], [-0.5f, 1, -3]], 48_000);
        sound.Write(path);
        Sound read = Sound.Read(path);
        Assert.Equal((48_000, 2, 3), (read.Rate, read.Channels.Length, read.Length));
        for (int channel = 0; channel < 2; channel++)
        {
            Assert.All(
                sound.Channels[channel].Zip(read.Channels[channel]),
                pair => Assert.Equal(Math.Clamp(pair.First, -1, 1), pair.Second, 1 / 32_000.0));
        }

        File.WriteAllText(text, "This is no sound, though it is long enough to be one, or so one might think.");
        Assert.Contains("cannot be read", Assert.Throws<InvalidDataException>(() => Sound.Read(text)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--block 0")]
    [InlineData("--rate -1")]
    [InlineData("train --updates x")]
    public void WrongOptionsAreRefused(string line) =>
        Assert.NotEmpty(Options.Command(_ => 0).Parse(line.Split(' ')).Errors);
}
