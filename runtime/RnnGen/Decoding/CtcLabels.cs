using RnnGen.Generated;

namespace RnnGen;

/// <summary>Labels that a <see cref="CtcDecoder"/> has found.</summary>
/// <param name="Labels">The labels in their order.</param>
/// <param name="LogProbability">The logarithm of the probability of all ways to place them that the search has followed.</param>
public sealed record CtcLabels(IReadOnlyList<int> Labels, double LogProbability)
{
    private readonly IReadOnlyList<int> labels = Guard.NotNull(Labels);

    /// <summary>The labels in their order.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public IReadOnlyList<int> Labels
    {
        get => labels;
        init => labels = Guard.NotNull(value, nameof(Labels));
    }
}
