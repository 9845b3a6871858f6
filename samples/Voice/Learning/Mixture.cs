using Voice.Networks;

namespace Voice.Learning;

/// <summary>Speech and noise together, and the speech alone.</summary>
/// <param name="Clean">The speech.</param>
/// <param name="Noisy">Both.</param>
/// <param name="Speaks">Whether somebody speaks, for each hop of <see cref="Spectrum.Hop"/> samples.</param>
internal sealed record Mixture(float[] Clean, float[] Noisy, bool[] Speaks)
{
    private const int ShortGap = 6;

    /// <summary>The noise alone.</summary>
    public static Mixture OfNoise(float[] noise) => new(new float[noise.Length], noise, new bool[noise.Length / Spectrum.Hop]);

    /// <summary>Adds noise to speech.</summary>
    /// <param name="clean">The speech; is brought to a level.</param>
    /// <param name="noise">Noise whose mean square is 1; nothing for none.</param>
    /// <param name="level">The speech's level while somebody speaks, in dB of a mean square of 1.</param>
    /// <param name="ratio">By how many dB the noise is lower than that.</param>
    public static Mixture Of(float[] clean, ReadOnlySpan<float> noise, double level, double ratio)
    {
        bool[] speaks = Activity(clean);
        double square = 0;
        int hops = 0;
        for (int hop = 0; hop < speaks.Length; hop++)
        {
            if (!speaks[hop])
                continue;
            square += Square(clean.AsSpan(hop * Spectrum.Hop, Spectrum.Hop));
            hops++;
        }

        float scale = hops == 0 ? 0 : (float)(Math.Pow(10, level / 20) / Math.Sqrt(square / hops));
        float noiseScale = (float)Math.Pow(10, (level - ratio) / 20);
        float[] scaled = new float[clean.Length], noisy = new float[clean.Length];
        for (int i = 0; i < clean.Length; i++)
        {
            scaled[i] = clean[i] * scale;
            noisy[i] = scaled[i] + (noise.IsEmpty ? 0 : noiseScale * noise[i]);
        }

        return new(scaled, noisy, speaks);
    }

    /// <summary>
    /// Where somebody speaks in clean speech: hops that are less than 40 dB below the loudest, and gaps of up to 96 ms between them.
    /// </summary>
    public static bool[] Activity(ReadOnlySpan<float> clean)
    {
        double[] squares = new double[clean.Length / Spectrum.Hop];
        for (int hop = 0; hop < squares.Length; hop++)
            squares[hop] = Square(clean.Slice(hop * Spectrum.Hop, Spectrum.Hop));
        double least = squares.DefaultIfEmpty().Max() * 1e-4;
        bool[] speaks = [.. squares.Select(square => square > least)];
        int last = -1;
        for (int hop = 0; hop < speaks.Length; hop++)
        {
            if (!speaks[hop])
                continue;
            if (last >= 0 && hop - last - 1 <= ShortGap)
                speaks.AsSpan(last, hop - last).Fill(true);
            last = hop;
        }

        return speaks;
    }

    private static double Square(ReadOnlySpan<float> samples)
    {
        double sum = 0;
        foreach (float sample in samples)
            sum += (double)sample * sample;
        return sum / samples.Length;
    }
}
