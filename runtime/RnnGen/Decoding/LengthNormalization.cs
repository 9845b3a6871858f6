namespace RnnGen;

/// <summary>
/// The divisor that makes a score of a sequence's log-probability, so that long sequences, being products of more probabilities, can
/// compete with short ones. The length n counts every symbol, the end symbol too.
/// </summary>
public sealed record LengthNormalization
{
    private readonly double offset, power;

    private LengthNormalization(double offset, double power)
    {
        if (!(power is >= 0 and <= 10))
            throw new ArgumentOutOfRangeException(nameof(power), power, "Must be 0 to 10.");
        this.offset = offset;
        this.power = power;
    }

    /// <summary>1: the score is the log-probability.</summary>
    public static LengthNormalization None { get; } = new(0, 0);

    /// <summary>
    /// n^power. With 1, the default, the score is the mean log-probability of a symbol (Graves 2012, Sequence transduction with recurrent
    /// neural networks); powers below 1 are the first form of Wu et al. 2016, section 7.
    /// </summary>
    /// <param name="power">0 to 10; 0 is as good as <see cref="None"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="power"/> is outside that range.</exception>
    public static LengthNormalization Length(double power = 1) => new(0, power);

    /// <summary>
    /// ((5 + n) / 6)^power: the form that Wu et al. 2016, Google's neural machine translation system, settled on (section 7).
    /// </summary>
    /// <param name="power">0 to 10; 0 is as good as <see cref="None"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="power"/> is outside that range.</exception>
    public static LengthNormalization Wu(double power) => new(5, power);

    /// <summary>The divisors of lengths 0 to <paramref name="longest"/>, which never decrease. That of length 0 is not used.</summary>
    internal double[] Divisors(int longest)
    {
        double[] divisors = new double[longest + 1];
        divisors[0] = 1;
        for (int n = 1; n <= longest; n++)
            // The functions are monotone but for their rounding, which must not make a longer sequence's divisor the smaller one.
            divisors[n] = Math.Max(divisors[n - 1], Probabilities.Exp(power * Numerics.Functions.Log((offset + n) / (offset + 1))));
        return divisors;
    }
}
