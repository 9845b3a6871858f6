using Voice.Learning;
using Voice.Networks;

namespace Samples.Tests.VoiceTests;

public class LearningTests
{
    public static TheoryData<string> Kinds => [.. Enum.GetNames<NoiseKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ANoiseIsAsLoudAsAsked(string name)
    {
        NoiseKind kind = Enum.Parse<NoiseKind>(name);
        float[] first = new float[20_000], second = new float[20_000];
        new Noise(Voices()).Fill(kind, first, new(3));
        new Noise(Voices()).Fill(kind, second, new(3));
        Assert.Equal(first, second);
        Assert.Equal(1, first.Average(sample => (double)sample * sample), 1e-4);
    }

    [Fact]
    public void AMixtureHasTheRatioAndTheSpeech()
    {
        // Half a second of voice at a quarter of a second.
        float[] clean = new float[Spectrum.Rate], noise = new float[Spectrum.Rate];
        Voices()[0].AsSpan(0, Spectrum.Rate / 2).CopyTo(clean.AsSpan(Spectrum.Rate / 4));
        new Noise([]).Fill(NoiseKind.White, noise, new(1));
        Mixture mixture = Mixture.Of(clean, noise, level: -20, ratio: 5);
        float[] rest = [.. mixture.Noisy.Zip(mixture.Clean, (noisy, speech) => noisy - speech)];
        Assert.Equal(-25, Level(rest), 0.01);
        // Over the hops in which somebody speaks; the first and the last of them are not full.
        Assert.Equal(-20, Level(mixture.Clean[(Spectrum.Rate / 4)..(Spectrum.Rate * 3 / 4)]), 0.3);
        int start = Array.IndexOf(mixture.Speaks, true), end = Array.LastIndexOf(mixture.Speaks, true);
        Assert.Equal((Spectrum.Rate / 4 / Spectrum.Hop, ((Spectrum.Rate * 3 / 4) - 1) / Spectrum.Hop), (start, end));
        Assert.All(mixture.Speaks[start..end], Assert.True);
    }

    [Fact]
    public void AShortPauseIsSpeechAndALongOneIsNot()
    {
        float[] clean = [.. Enumerable.Repeat(1f, 20 * Spectrum.Hop)];
        clean.AsSpan(2 * Spectrum.Hop, 6 * Spectrum.Hop).Clear();
        clean.AsSpan(10 * Spectrum.Hop, 7 * Spectrum.Hop).Clear();
        Assert.Equal(
            Enumerable.Range(0, 20).Select(hop => hop is < 10 or >= 17), Mixture.Activity(clean));
        Assert.DoesNotContain(true, Mixture.Activity(new float[5 * Spectrum.Hop]));
    }

    [Fact]
    public void DetectionIsMeasuredByRanks()
    {
        Detection perfect = Detection.Of([(0.1f, false), (0.2f, false), (0.6f, true), (0.9f, true)]);
        Assert.Equal((1, 1), (perfect.Area, perfect.Accuracy));
        Assert.Equal(0.5, Detection.Of([(0.3f, false), (0.3f, true), (0.3f, true)]).Area);
        // Of 2 × 2 pairs three are right; of four hops two.
        Detection half = Detection.Of([(0.1f, false), (0.7f, false), (0.4f, true), (0.9f, true)]);
        Assert.Equal((0.75, 0.5), (half.Area, half.Accuracy));
    }

    [Fact]
    public void TheRatioDoesNotDependOnTheLevel()
    {
        float[] clean = Voices()[0], noise = new float[clean.Length];
        new Noise([]).Fill(NoiseKind.White, noise, new(1));
        double level = Level(clean);
        float scale = (float)Math.Pow(10, (level - 10) / 20);
        float[] noisy = [.. clean.Zip(noise, (speech, other) => speech + (scale * other))];
        Assert.Equal(10, Measurement.Ratio(clean, noisy), 0.2);
        Assert.Equal(Measurement.Ratio(clean, noisy), Measurement.Ratio(clean, [.. noisy.Select(sample => 3 * sample)]), 1e-3);
    }

    [Fact]
    public void SentencesAreNeitherShortNorLong()
    {
        string[] sentences =
            Utterances.Sentences("Call me.  It was the whale\nthat went by in the night. No! " + new string('a', 200) + ".");
        Assert.Equal(["It was the whale that went by in the night."], sentences);
    }

    /// <summary>Few batches, of voices that are easy: both losses fall, and the result is the same with any number of threads.</summary>
    [Fact]
    public void BothNetworksLearn()
    {
        const int Updates = 8;
        var first = Losses(threads: 1);
        Assert.Equal(first, Losses(threads: 2));
        // Mixtures differ, and so do their losses.
        Assert.True(first[^4..].Min(losses => losses.Speech) < 0.95 * first[0].Speech, string.Join(" ", first));
        Assert.True(first[^4..].Min(losses => losses.Mask) < 0.8 * first[0].Mask, string.Join(" ", first));

        static (double Speech, double Mask)[] Losses(int threads)
        {
            List<(double, double)> losses = [];
            Teacher teacher = new(Voices(), Updates, threads);
            teacher.Run(isSecondOnly: false, (_, speech, mask) => losses.Add((speech, mask)));
            Assert.Equal(teacher.Updates, losses.Count);
            return [.. losses];
        }
    }

    [EspeakFact]
    public void EspeakSpeaks()
    {
        float[] said = Espeak.Say("The whale went by in the night.", new("en-gb+f3", 50, 170));
        Assert.InRange(said.Length, Spectrum.Rate, 4 * Spectrum.Rate);
        Assert.InRange(Level(said), -40, -5);
        string message = Assert.Throws<InvalidOperationException>(() => Espeak.Say("No.", new("xyz", 50, 170))).Message;
        Assert.StartsWith("espeak-ng failed for the voice xyz", message, StringComparison.Ordinal);
    }

    private sealed class EspeakFactAttribute : FactAttribute
    {
        public EspeakFactAttribute() => Skip =
            (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
                .Any(folder => File.Exists(Path.Combine(folder, "espeak-ng")))
                ? null
                : "The program espeak-ng is not there.";
    }

    // Tones that come and go, of a second and a half.
    private static float[][] Voices() =>
    [
        .. Enumerable.Range(0, 6).Select(voice => (float[])
        [
            .. Enumerable.Range(0, Spectrum.Rate * 3 / 2).Select(n => (float)(0.2 * Enumerable.Range(1, 8)
                .Sum(k => Math.Sin(2 * Math.PI * k * (100 + (25 * voice)) * n / Spectrum.Rate) / k))),
        ]),
    ];

    private static double Level(float[] samples) => 10 * Math.Log10(samples.Average(sample => (double)sample * sample));
}
