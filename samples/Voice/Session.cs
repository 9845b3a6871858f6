using System.Diagnostics;
using Voice.Learning;
using Voice.Networks;
using Voice.Sound;

namespace Voice;

/// <summary>One run of the program.</summary>
/// <param name="options">What to do.</param>
/// <param name="output">Gets what is found.</param>
internal sealed class Session(Options options, TextWriter output)
{
    private const string SpeechFile = "speech.safetensors", MaskFile = "mask.safetensors";
    private const int LearnedUtterances = 800, HeldOutUtterances = 200, MixturesOfAKind = 8;

    /// <summary>Does it.</summary>
    public void Run()
    {
        switch (options.Job)
        {
            case Job.Train:
                Train();
                break;
            case Job.Measure:
                Measure(Detector(), Denoiser());
                break;
            case Job.Demo:
                Demo.Make(Book()).Write(options.Output);
                output.WriteLine($"wrote {options.Output}");
                break;
            default:
                Clean();
                break;
        }
    }

    private void Clean()
    {
        Recording noisy = Recording.Read(options.Input);
        IDetector detector = Detector();
        IDenoiser denoiser = Denoiser();
        Cleaning? cleaning = null;
        ShareDisplay.Run("cleaning", 10, report => cleaning = Cleaning.Of(noisy, detector, denoiser, share => report(share, "")));
        Report(noisy, cleaning!);
        cleaning!.Recording.Write(options.Output);
        string picture = Path.ChangeExtension(options.Output, ".png");
        Picture.Draw(noisy, cleaning, picture);
        output.WriteLine($"wrote {options.Output} and {picture}");
    }

    private void Report(Recording noisy, Cleaning cleaning)
    {
        double work = cleaning.Work.TotalSeconds;
        output.WriteLine($"{noisy.Seconds:F2} s of sound ({noisy.Rate:N0} Hz, {noisy.Channels} channel{(noisy.Channels == 1 ? "" : "s")}) "
            + $"in {work:F3} s: {noisy.Seconds / work:F0} × real time, {cleaning.Allocated:N0} bytes allocated");
        if (cleaning.Speech is [])
            output.WriteLine("no speech");
        foreach (Span span in cleaning.Speech)
            output.WriteLine($"speech from {span.Start,6:F2} to {span.End,6:F2} s");
    }

    private void Train()
    {
        float[][] utterances = [];
        ShareDisplay.Run("speaking", 10, report => utterances =
            Utterances.ToLearnFrom(Book(), LearnedUtterances, said => report((double)said / LearnedUtterances, $"{said:N0} utterances")));
        output.WriteLine($"{utterances.Length:N0} utterances, {utterances.Sum(said => (long)said.Length) / Spectrum.Rate / 60:N0} minutes; "
            + $"{SpeechModel.ParameterCount:N0} and {MaskModel.ParameterCount:N0} parameters");
        Teacher teacher = new(utterances, options.Updates, options.Threads);
        if (options.From is { } folder)
        {
            teacher.Speech.Load(Path.Combine(folder, SpeechFile));
            teacher.Mask.Load(Path.Combine(folder, MaskFile));
        }

        Stopwatch clock = Stopwatch.StartNew();
        int done = 0;
        double speech = 0, mask = 0;
        ShareDisplay.Run("training", 10, report => teacher.Run(options.From is not null, (update, speechLoss, maskLoss) =>
        {
            done++;
            speech += (speechLoss - speech) / Math.Min(done, 100);
            mask += (maskLoss - mask) / Math.Min(done, 100);
            report((double)update / teacher.Updates, $"{update:N0} updates, losses {speech:F4} and {mask:F5}");
        }));
        Directory.CreateDirectory(options.Models);
        teacher.Speech.Save(Path.Combine(options.Models, SpeechFile));
        teacher.Mask.Save(Path.Combine(options.Models, MaskFile));
        output.WriteLine($"{done:N0} updates in {clock.Elapsed.TotalMinutes:F1} minutes, losses {speech:F4} and {mask:F5}; "
            + $"saved in {options.Models}");
        Measure(new OwnDetector(teacher.Speech), new OwnDenoiser(teacher.Mask));
    }

    private void Measure(IDetector detector, IDenoiser denoiser)
    {
        Mixer mixer = new(Utterances.HeldOut(Book(), HeldOutUtterances, _ => { }));
        output.WriteLine("speech to noise   speech: AUC, accuracy   SI-SDR before → after, gain");
        var byKind = Enum.GetValues<NoiseKind>().ToDictionary(kind => kind, _ => (Areas: new List<double>(), Gains: new List<double>()));
        foreach (double ratio in Measurement.Ratios)
        {
            var mixtures = Measurement.Mixtures(mixer, ratio, MixturesOfAKind);
            Detection detection = Measurement.Detect(detector, mixtures.Select(pair => pair.Mixture));
            double before = 0, after = 0;
            foreach (var kind in mixtures.GroupBy(pair => pair.Kind, pair => pair.Mixture))
            {
                var (noisy, cleaned) = Measurement.Denoise(denoiser, [.. kind]);
                (before, after) = (before + (noisy / byKind.Count), after + (cleaned / byKind.Count));
                byKind[kind.Key].Areas.Add(Measurement.Detect(detector, kind).Area);
                byKind[kind.Key].Gains.Add(cleaned - noisy);
            }

            output.WriteLine($"{ratio,9:F0} dB {detection.Area,15:F4} {detection.Accuracy,10:P1} {before,14:F1} → {after,4:F1} dB, "
                + $"{after - before,5:F1} dB");
        }

        output.WriteLine($"by noise, at {string.Join(", ", Measurement.Ratios)} dB: AUC, and gain in dB");
        foreach (var (kind, (areas, gains)) in byKind)
            output.WriteLine($"{kind,9} {string.Join(" ", areas.Select(area => $"{area:F3}"))}   "
                + string.Join(" ", gains.Select(gain => $"{gain,5:F1}")));
    }

    private IDetector Detector() =>
        options.Silero is { } path ? new SileroDetector(path) : OwnDetector.Load(Path.Combine(options.Models, SpeechFile));

    private IDenoiser Denoiser() => options.Dtln is var (first, second)
        ? new DtlnDenoiser(first, second)
        : OwnDenoiser.Load(Path.Combine(options.Models, MaskFile));

    private static string Book() => File.ReadAllText(Options.Data("moby_dick.txt"));
}
