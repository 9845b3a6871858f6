namespace RnnGen.Audio;

/// <summary>
/// The low-pass filter of a resampler, h(t) = c sinc(c t) w(t / W) in samples of the source, cut into phases: one for each place that an
/// output may have between two samples of the source. w is Kaiser's window.
/// </summary>
internal sealed class ResamplerFilter
{
    /// <summary>What passes, as a share of half the lower rate.</summary>
    public const double PassBand = 0.9;

    private const double Attenuation = 100;
    private const int MostNumbers = 1 << 24;

    /// <param name="up">Outputs for every <paramref name="down"/> samples of the source.</param>
    /// <param name="down">Without a common divisor with <paramref name="up"/>.</param>
    /// <exception cref="ArgumentException">The table would be too large.</exception>
    public ResamplerFilter(int up, int down)
    {
        if (up == down)
        {
            // The same rate: samples as they are.
            (Taps, Coefficients) = (1, [1]);
            return;
        }

        // Kaiser and Schafer 1980: β, and the length for a transition from PassBand to 1.
        double beta = 0.1102 * (Attenuation - 8.7), ratio = Math.Min(1, (double)up / down), width = (1 - PassBand) * ratio * Math.PI;
        long half = (long)Math.Ceiling((Attenuation - 7.95) / (2.285 * width) / 2) + 1;
        long numbers = 2 * half * up;
        if (numbers > MostNumbers)
            throw new ArgumentException(
                $"A resampler of {down:N0} samples to {up:N0} needs a table of {numbers:N0} numbers, and may have {MostNumbers:N0}. "
                + "Rates with a larger common divisor need less.");
        Taps = (int)(2 * half);
        Lead = (int)half - 1;
        Coefficients = new float[numbers];
        double cutoff = (1 + PassBand) / 2 * ratio;
        double[] phase = new double[Taps];
        for (int p = 0; p < up; p++)
        {
            for (int tap = 0; tap < Taps; tap++)
            {
                double time = tap - Lead - ((double)p / up), place = time / half;
                phase[tap] = cutoff * Sinc(cutoff * time) * Bessel(beta * Math.Sqrt(Math.Max(0, 1 - (place * place)))) / Bessel(beta);
            }

            // A constant stays the same constant at every phase.
            double sum = phase.Sum();
            for (int tap = 0; tap < Taps; tap++)
                Coefficients[(p * Taps) + tap] = (float)(phase[tap] / sum);
        }
    }

    /// <summary>Samples of the source that an output is made of.</summary>
    public int Taps { get; }

    /// <summary>How many of them stand before the one at the output's place, or just before that place.</summary>
    public int Lead { get; }

    /// <summary>[phase][tap].</summary>
    public float[] Coefficients { get; }

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);

    // I₀, the modified Bessel function: Σ ((x / 2)ⁿ / n!)².
    private static double Bessel(double x)
    {
        double sum = 1, term = 1;
        for (int n = 1; term > 1e-17 * sum; n++)
        {
            term *= x / 2 / n * (x / 2 / n);
            sum += term;
        }

        return sum;
    }
}
