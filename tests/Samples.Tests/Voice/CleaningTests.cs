using RnnGen;
using RnnGen.Tests;
using Voice;
using Voice.Networks;
using Voice.Sound;

namespace Samples.Tests.VoiceTests;

/// <summary>The networks that come with the sample, and the public ones where their files are beside the repository.</summary>
public class CleaningTests
{
    private const string SileroFile = "../files/silero-16k-safetensors/silero_vad_16k.safetensors";
    private const string SileroGolden = "../files/silero-16k-safetensors/golden.safetensors";
    private const string DtlnFile = "../files/dtln-1-onnx/model.onnx";
    private static readonly Recording Demo = Recording.Read(Options.Data("noisy.wav"));

    [Fact]
    public void TheOwnNetworksMarkAndCleanTheDemo()
    {
        List<double> shares = [];
        Cleaning cleaning = Cleaning.Of(Demo, OwnDetector(), OwnDenoiser(), shares.Add);
        AssertDemo(cleaning);
        Assert.Equal(1, shares[^1]);
        AssertNothingAllocated(Demo, OwnDetector(), OwnDenoiser());
        Assert.Equal((16_000, 1, Demo.Length), (cleaning.Recording.Rate, cleaning.Recording.Channels, cleaning.Recording.Length));
    }

    [Fact]
    public void AnotherRateAndTwoChannelsAreAsGood()
    {
        float[] mono = Demo.ToMono(44_100);
        Recording stereo = new([.. mono.SelectMany(sample => (float[])[sample, sample])], 44_100, 2);
        Cleaning cleaning = Cleaning.Of(stereo, OwnDetector(), OwnDenoiser(), _ => { });
        AssertDemo(cleaning);
        AssertNothingAllocated(stereo, OwnDetector(), OwnDenoiser());
        Assert.Equal((44_100, 1, mono.Length), (cleaning.Recording.Rate, cleaning.Recording.Channels, cleaning.Recording.Length));
    }

    [Fact]
    public void SilenceHasNoSpeechAndStaysSilence()
    {
        Cleaning cleaning = Cleaning.Of(new(new float[32_000], 16_000, 1), OwnDetector(), OwnDenoiser(), _ => { });
        Assert.Empty(cleaning.Speech);
        Assert.All(cleaning.Recording.Samples, sample => Assert.Equal(0, sample));
    }

    [SharedFact(SileroGolden)]
    public void SileroSaysWhatItsGoldenDoes()
    {
        SileroDetector detector = new(SharedCases.Find(SileroFile)!);
        SafetensorsFile golden = SafetensorsFile.Read(SharedCases.Find(SileroGolden)!);
        for (int stream = 0; stream < 3; stream++)
        {
            float[] frames = Values(golden[$"input.frames.{stream}"]), speech = Values(golden[$"output.speech.{stream}"]);
            detector.Reset();
            for (int frame = 0; frame < speech.Length; frame++)
                Assert.Equal(speech[frame], detector.Step(frames.AsSpan((frame * 576) + 64, 512)), 1e-5);
        }

        static float[] Values(SafetensorsTensor tensor)
        {
            float[] values = new float[tensor.Count];
            tensor.CopyTo<float>(values);
            return values;
        }
    }

    [SharedFact(DtlnFile)]
    public void ThePublicNetworksDoTheSame()
    {
        SileroDetector detector = new(SharedCases.Find(SileroFile)!);
        DtlnDenoiser denoiser = new(SharedCases.Find(DtlnFile)!, SharedCases.Find("../files/dtln-2-onnx/model.onnx")!);
        Cleaning cleaning = Cleaning.Of(Demo, detector, denoiser, _ => { });
        AssertNothingAllocated(Demo, detector, denoiser);
        // Of the voices behind, it takes some for speech too.
        Assert.Contains(cleaning.Speech, span => Math.Abs(span.Start - 1) < 0.3 && Math.Abs(span.End - 4) < 0.4);
        Assert.True(Level(Demo, 0.2, 0.9) - Level(cleaning.Recording, 0.2, 0.9) > 15);
    }

    // The demo has voices at about 1.0 to 3.8 and 5.5 to 7.5 seconds, and noise all the time.
    private static void AssertDemo(Cleaning cleaning)
    {
        Assert.Equal(2, cleaning.Speech.Count);
        Assert.All(
            cleaning.Speech.Zip([new Span(1.04, 3.85), new Span(5.53, 7.5)]),
            pair => Assert.True(
                Math.Abs(pair.First.Start - pair.Second.Start) < 0.3 && Math.Abs(pair.First.End - pair.Second.End) < 0.3, $"{pair}"));
        foreach (var (start, end) in ((double, double)[])[(0.2, 0.9), (4.2, 5.3)])
        {
            double reduction = Level(Demo, start, end) - Level(cleaning.Recording, start, end);
            Assert.True(reduction > 12, $"{start} to {end}: {reduction:F1} dB less");
        }

        double kept = Level(cleaning.Recording, 1.1, 2.5) - Level(Demo, 1.1, 2.5);
        Assert.InRange(kept, -4, 0.5);
    }

    private static void AssertNothingAllocated(Recording recording, IDetector detector, IDenoiser denoiser) =>
        Allocations.AssertNoneOf(() => Cleaning.Of(recording, detector, denoiser, _ => { }).Allocated);

    private static double Level(Recording recording, double start, double end) => 10 * Math.Log10(
        recording.Samples[(int)(start * recording.Rate)..(int)(end * recording.Rate)].Average(sample => (double)sample * sample) + 1e-20);

    private static OwnDetector OwnDetector() => Voice.Networks.OwnDetector.Load(Options.Data("speech.safetensors"));

    private static OwnDenoiser OwnDenoiser() => Voice.Networks.OwnDenoiser.Load(Options.Data("mask.safetensors"));
}
