using Voice.Networks;

namespace Voice.Learning;

/// <summary>How well networks do on mixtures of held-out speech and noise.</summary>
internal static class Measurement
{
    /// <summary>Ratios of speech to noise that are measured, in dB.</summary>
    public static double[] Ratios { get; } = [-5, 0, 5, 10, 20];

    private const int Samples = 6 * Spectrum.Rate;

    /// <summary>Mixtures with each kind of noise.</summary>
    /// <param name="mixer">Of held-out speech.</param>
    /// <param name="ratio">Speech to noise, in dB.</param>
    /// <param name="count">How many with each kind.</param>
    public static List<(NoiseKind Kind, Mixture Mixture)> Mixtures(Mixer mixer, double ratio, int count) =>
    [
        .. Enum.GetValues<NoiseKind>().SelectMany(kind => Enumerable.Range(0, count)
            .Select(i => (kind, mixer.Draw(Samples, kind, ratio, new(1_000_000 + (1000 * (int)kind) + i))))),
    ];

    /// <summary>Whether a detector says where somebody speaks.</summary>
    public static Detection Detect(IDetector detector, IEnumerable<Mixture> mixtures)
    {
        List<(float Probability, bool Speaks)> hops = [];
        foreach (Mixture mixture in mixtures)
        {
            detector.Reset();
            int inside = detector.Hop / Spectrum.Hop;
            for (int hop = 0; hop < mixture.Speaks.Length / inside; hop++)
            {
                float probability = detector.Step(mixture.Noisy.AsSpan(hop * detector.Hop, detector.Hop));
                hops.Add((probability, mixture.Speaks.AsSpan(hop * inside, inside).Contains(true)));
            }
        }

        return Detection.Of(hops);
    }

    /// <summary>By how many dB a denoiser improves speech, mean over mixtures.</summary>
    public static (double Before, double After) Denoise(IDenoiser denoiser, IReadOnlyCollection<Mixture> mixtures)
    {
        double before = 0, after = 0;
        float[] cleaned = new float[Samples + denoiser.Latency + denoiser.Hop], noisy = new float[cleaned.Length];
        foreach (Mixture mixture in mixtures)
        {
            denoiser.Reset();
            mixture.Noisy.CopyTo(noisy, 0);
            for (int start = 0; start + denoiser.Hop <= noisy.Length; start += denoiser.Hop)
                denoiser.Step(noisy.AsSpan(start, denoiser.Hop), cleaned.AsSpan(start, denoiser.Hop));
            before += Ratio(mixture.Clean, mixture.Noisy) / mixtures.Count;
            after += Ratio(mixture.Clean, cleaned.AsSpan(denoiser.Latency, Samples)) / mixtures.Count;
        }

        return (before, after);
    }

    /// <summary>The scale-invariant ratio of speech to all else, SI-SDR in dB (Le Roux et al. 2019).</summary>
    public static double Ratio(ReadOnlySpan<float> clean, ReadOnlySpan<float> actual)
    {
        double product = 0, square = 0, other = 0;
        for (int i = 0; i < clean.Length; i++)
        {
            product += (double)clean[i] * actual[i];
            square += (double)clean[i] * clean[i];
        }

        double scale = product / square;
        for (int i = 0; i < clean.Length; i++)
        {
            double difference = actual[i] - (scale * clean[i]);
            other += difference * difference;
        }

        return 10 * Math.Log10(scale * scale * square / other);
    }
}
