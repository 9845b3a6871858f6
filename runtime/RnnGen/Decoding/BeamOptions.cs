namespace RnnGen;

/// <summary>How a <see cref="BeamSearch{T, TState}"/> searches.</summary>
public sealed record BeamOptions
{
    private readonly int width = 1, longest, results = 1;
    private readonly LengthNormalization normalization = LengthNormalization.None;

    /// <summary>How many hypotheses are followed at once: at least 1, the default, with which the search is a greedy one.</summary>
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

    /// <summary>Which symbol ends a hypothesis; null, the default, if none does, and all are <see cref="Longest"/> symbols long.</summary>
    public int? End { get; init; }

    /// <summary>What scores are: log-probabilities, divided by what.</summary>
    public LengthNormalization Normalization
    {
        get => normalization;
        init => normalization = value ?? throw new ArgumentNullException(nameof(Normalization));
    }

    /// <summary>How many hypotheses are wanted, at most: 1, the default, to <see cref="Width"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int Results
    {
        get => results;
        init => results = AtLeastOne(value, nameof(Results));
    }

    private static int AtLeastOne(int value, string name) =>
        value >= 1 ? value : throw new ArgumentOutOfRangeException(name, value, "Must be at least 1.");
}
