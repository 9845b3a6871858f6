using Voice.Networks;

namespace Voice.Learning;

/// <summary>Kinds of noise that the program makes.</summary>
internal enum NoiseKind
{
    /// <summary>Every frequency as loud.</summary>
    White,

    /// <summary>3 dB less for each octave up.</summary>
    Pink,

    /// <summary>6 dB less for each octave up.</summary>
    Brown,

    /// <summary>The mains: 50 or 60 Hz and its multiples.</summary>
    Hum,

    /// <summary>Many voices at once.</summary>
    Babble,

    /// <summary>Short strokes at random times.</summary>
    Clicks,

    /// <summary>Moving air, and the tone of the blades.</summary>
    Fan,
}

/// <summary>Makes noise.</summary>
/// <param name="speech">What babble is made of.</param>
internal sealed class Noise(float[][] speech)
{
    /// <summary>Fills samples with a noise whose mean square is 1.</summary>
    public void Fill(NoiseKind kind, Span<float> samples, Random random)
    {
        switch (kind)
        {
            case NoiseKind.White:
                foreach (ref float sample in samples)
                    sample = Normal(random);
                break;
            case NoiseKind.Pink:
                Pink(samples, random);
                break;
            case NoiseKind.Brown:
                Low(samples, random, 0.995f);
                break;
            case NoiseKind.Hum:
                Tones(samples, random, random.Next(2) == 0 ? 50 : 60, 24, 0.02f);
                break;
            case NoiseKind.Babble:
                Babble(samples, random);
                break;
            case NoiseKind.Clicks:
                Clicks(samples, random);
                break;
            case NoiseKind.Fan:
                Fan(samples, random);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, null);
        }

        Normalize(samples);
    }

    private static void Normalize(Span<float> samples)
    {
        double square = 0;
        foreach (float sample in samples)
            square += (double)sample * sample;
        float scale = square > 0 ? (float)(1 / Math.Sqrt(square / samples.Length)) : 0;
        foreach (ref float sample in samples)
            sample *= scale;
    }

    // Box and Muller.
    private static float Normal(Random random) =>
        MathF.Sqrt(-2 * MathF.Log(1 - random.NextSingle())) * MathF.Cos(2 * MathF.PI * random.NextSingle());

    // White noise through a sum of low-pass filters an octave or two apart.
    private static void Pink(Span<float> samples, Random random)
    {
        Span<float> poles = [0.9975f, 0.985f, 0.93f, 0.75f, 0.3f], states = stackalloc float[5];
        foreach (ref float sample in samples)
        {
            float white = Normal(random);
            for (int i = 0; i < poles.Length; i++)
            {
                states[i] = (poles[i] * states[i]) + (MathF.Sqrt(1 - poles[i]) * white);
                sample = i == 0 ? states[i] : sample + states[i];
            }
        }
    }

    private static void Low(Span<float> samples, Random random, float pole)
    {
        float state = 0;
        foreach (ref float sample in samples)
            sample = state = (pole * state) + Normal(random);
    }

    // A tone and its multiples, each as loud as chance has it, and a little noise.
    private static void Tones(Span<float> samples, Random random, double frequency, int count, float noise)
    {
        samples.Clear();
        for (int multiple = 1; multiple <= count; multiple++)
        {
            double step = 2 * Math.PI * frequency * multiple / Spectrum.Rate, phase = 2 * Math.PI * random.NextDouble();
            float level = random.NextSingle() / MathF.Sqrt(multiple);
            for (int i = 0; i < samples.Length; i++)
                samples[i] += level * (float)Math.Sin((step * i) + phase);
        }

        foreach (ref float sample in samples)
            sample += noise * Normal(random);
    }

    private void Babble(Span<float> samples, Random random)
    {
        samples.Clear();
        int voices = random.Next(5, 10);
        for (int voice = 0; voice < voices; voice++)
        {
            float level = 0.5f + random.NextSingle();
            for (int start = -random.Next(2 * Spectrum.Rate); start < samples.Length;)
            {
                float[] said = speech[random.Next(speech.Length)];
                for (int i = Math.Max(0, -start); i < said.Length && start + i < samples.Length; i++)
                    samples[start + i] += level * said[i];
                start += said.Length;
            }
        }
    }

    // Each stroke rings at a frequency of its own.
    private static void Clicks(Span<float> samples, Random random)
    {
        foreach (ref float sample in samples)
            sample = 0.003f * Normal(random);
        double rate = 2 + (10 * random.NextDouble());
        for (double time = 0; (time -= Math.Log(1 - random.NextDouble()) / rate) < (double)samples.Length / Spectrum.Rate;)
        {
            int start = (int)(time * Spectrum.Rate);
            double step = 2 * Math.PI * (300 + (5000 * random.NextDouble())) / Spectrum.Rate, decay = 20 + (300 * random.NextDouble());
            float level = 0.3f + random.NextSingle();
            for (int i = 0; start + i < samples.Length && i < 8 * decay; i++)
                samples[start + i] += level * (float)Math.Exp(-i / decay) * ((float)Math.Sin(step * i) + (0.5f * Normal(random)));
        }
    }

    private static void Fan(Span<float> samples, Random random)
    {
        float[] blades = new float[samples.Length];
        Low(samples, random, 0.8f + (0.18f * random.NextSingle()));
        Normalize(samples);
        Tones(blades, random, 60 + (120 * random.NextDouble()), 6, 0);
        Normalize(blades);
        float share = 0.2f + (0.4f * random.NextSingle());
        double swing = 2 * Math.PI * (0.2 + (2 * random.NextDouble())) / Spectrum.Rate;
        for (int i = 0; i < samples.Length; i++)
            samples[i] = (samples[i] + (share * blades[i])) * (1 + (0.25f * (float)Math.Sin(swing * i)));
    }
}
