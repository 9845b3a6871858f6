using RnnGen.Numerics;

namespace Amp;

/// <summary>A made guitar: plucked strings (Karplus and Strong 1983), notes and chords, soft and loud.</summary>
internal static class Guitar
{
    private static readonly int[] Steps = [0, 3, 5, 7, 10, 12, 15, 17];

    /// <summary>Plays some seconds.</summary>
    /// <param name="seconds">How long.</param>
    /// <param name="rate">Samples a second.</param>
    /// <param name="seed">The same seed plays the same.</param>
    public static float[] Play(double seconds, int rate, ulong seed)
    {
        CounterRandom random = new(seed);
        ulong draws = 0;
        double Next() => random.Uniform(draws++);
        float[] sound = new float[(int)(seconds * rate)];
        for (double time = 0.02; time < seconds; time += 0.12 + (0.4 * Next()))
        {
            int root = Steps[(int)(Next() * Steps.Length)];
            int[] notes = Next() < 0.3 ? [root, root + 7, root + 12] : [root];
            double loudness = 0.05 + (0.55 * Next() * Next()), decay = 0.985 + (0.013 * Next()), bright = 0.2 + (0.6 * Next());
            foreach (int note in notes)
            {
                double frequency = 82.41 * Math.Pow(2, note / 12.0);
                Pluck(sound.AsSpan((int)(time * rate)), frequency, loudness / notes.Length, decay, bright, Next, rate);
            }
        }

        return sound;
    }

    /// <summary>A string: noise in a loop that is as long as a period, and loses its highs at each turn.</summary>
    private static void Pluck(
        Span<float> sound, double frequency, double loudness, double decay, double bright, Func<double> next, int rate)
    {
        float[] loop = new float[(int)(rate / frequency)];
        double past = 0;
        for (int i = 0; i < loop.Length; i++)
        {
            past += bright * ((2 * next()) - 1 - past);
            loop[i] = (float)past;
        }

        int length = Math.Min(sound.Length, 2 * rate);
        for (int i = 0, place = 0; i < length; i++)
        {
            int following = place + 1 == loop.Length ? 0 : place + 1;
            sound[i] += (float)loudness * loop[place];
            loop[place] = (float)(decay * 0.5 * (loop[place] + loop[following]));
            place = following;
        }
    }
}
