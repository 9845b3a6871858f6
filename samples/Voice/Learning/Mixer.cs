using Voice.Networks;
using Voice.Sound;

namespace Voice.Learning;

/// <summary>Makes mixtures of speech and noise, as chance has it.</summary>
/// <param name="speech">Utterances at 16 kHz.</param>
internal sealed class Mixer(float[][] speech)
{
    private static readonly int[] LowerRates = [15_000, 12_000, 8_000];
    private readonly Noise noise = new(speech);

    /// <summary>A mixture to learn from.</summary>
    /// <param name="samples">Its length.</param>
    /// <param name="random">Chance.</param>
    /// <param name="isNarrow">Whether one in three lacks high frequencies.</param>
    public Mixture Draw(int samples, Random random, bool isNarrow)
    {
        double level = -40 + (30 * random.NextDouble()), ratio = -7 + (30 * random.NextDouble());
        float[] noises = new float[samples];
        noise.Fill(Kind(random), noises, random);
        if (random.Next(3) == 0)
            AddAnother(noises, random);
        int rate = isNarrow && random.Next(3) == 0 ? LowerRates[random.Next(LowerRates.Length)] : Spectrum.Rate;
        Narrow(noises, rate);
        double chance = random.NextDouble();
        if (chance < 0.1)
        {
            float scale = (float)Math.Pow(10, (level - ratio) / 20);
            return Mixture.OfNoise([.. noises.Select(sample => sample * scale)]);
        }

        float[] clean = Talk(samples, random);
        Colour(clean, random);
        Narrow(clean, rate);
        return Mixture.Of(clean, chance < 0.2 ? [] : noises, level, ratio);
    }

    /// <summary>A mixture to measure with.</summary>
    /// <param name="samples">Its length.</param>
    /// <param name="kind">What noise.</param>
    /// <param name="ratio">Speech to noise, in dB.</param>
    /// <param name="random">Chance.</param>
    public Mixture Draw(int samples, NoiseKind kind, double ratio, Random random)
    {
        float[] noises = new float[samples], clean = Talk(samples, random);
        noise.Fill(kind, noises, random);
        return Mixture.Of(clean, noises, -26, ratio);
    }

    private static NoiseKind Kind(Random random) => (NoiseKind)random.Next(Enum.GetValues<NoiseKind>().Length);

    // A second noise: its share of the power goes from one number to another.
    private void AddAnother(float[] noises, Random random)
    {
        float[] other = new float[noises.Length];
        noise.Fill(Kind(random), other, random);
        float first = random.NextSingle(), last = random.NextSingle();
        for (int i = 0; i < noises.Length; i++)
        {
            float share = first + ((last - first) * i / noises.Length);
            noises[i] = (MathF.Sqrt(1 - share) * noises[i]) + (MathF.Sqrt(share) * other[i]);
        }
    }

    // Utterances and pauses, from anywhere in one of them on.
    private float[] Talk(int samples, Random random)
    {
        float[] talk = new float[samples];
        float[] first = speech[random.Next(speech.Length)];
        for (int start = random.Next(-first.Length / 2, samples / 2); start < samples;)
        {
            for (int i = Math.Max(0, -start); i < first.Length && start + i < samples; i++)
                talk[start + i] = first[i];
            start += first.Length + random.Next(Spectrum.Rate / 4, Spectrum.Rate * 2);
            first = speech[random.Next(speech.Length)];
        }

        return talk;
    }

    // What was recorded at a lower rate, or resampled, has no high frequencies. Otherwise noise would be known by having some, which
    // this speech, made at 22,050 Hz, lacks.
    private static void Narrow(float[] samples, int rate)
    {
        if (rate == Spectrum.Rate)
            return;
        float[] narrow = new Recording(new Recording(samples, Spectrum.Rate, 1).ToMono(rate), rate, 1).ToMono(Spectrum.Rate);
        narrow.AsSpan(0, samples.Length).CopyTo(samples);
    }

    // Microphones and rooms make high frequencies louder or softer.
    private static void Colour(float[] samples, Random random)
    {
        float tilt = (1.2f * random.NextSingle()) - 0.6f, last = 0;
        foreach (ref float sample in samples.AsSpan())
            (sample, last) = (sample + (tilt * last), sample);
    }
}
