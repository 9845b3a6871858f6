namespace RnnGen;

/// <summary>The options of a <see cref="BeamSearch{T, TState}"/>.</summary>
public sealed record BeamOptions
{
    private readonly int width = 1, longest, results = 1;
    private readonly LengthNormalization normalization = LengthNormalization.None;

    /// <summary>The number of hypotheses that are followed at once, at least 1. The default is 1: a greedy search.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int Width
    {
        get => width;
        init => width = AtLeastOne(value, nameof(Width));
    }

    /// <summary>The most symbols of a hypothesis, the end symbol included: at least 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public required int Longest
    {
        get => longest;
        init => longest = AtLeastOne(value, nameof(Longest));
    }

    /// <summary>
    /// The symbol that ends a hypothesis; null, the default, if none does, and all are <see cref="Longest"/> symbols long.
    /// </summary>
    public int? End { get; init; }

    /// <summary>The divisor that makes a score of a log-probability.</summary>
    public LengthNormalization Normalization
    {
        get => normalization;
        init => normalization = value ?? throw new ArgumentNullException(nameof(Normalization));
    }

    /// <summary>The number of hypotheses to return at most: 1, the default, to <see cref="Width"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int Results
    {
        get => results;
        init => results = AtLeastOne(value, nameof(Results));
    }

    private static int AtLeastOne(int value, string name) =>
        value >= 1 ? value : throw new ArgumentOutOfRangeException(name, value, "Must be at least 1.");
}
