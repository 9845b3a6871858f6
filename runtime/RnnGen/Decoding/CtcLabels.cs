namespace RnnGen;

/// <summary>Labels that a <see cref="CtcDecoder"/> has found.</summary>
/// <param name="Labels">The labels in their order.</param>
/// <param name="LogProbability">The logarithm of the probability of all ways to place them that the search has followed.</param>
public sealed record CtcLabels(IReadOnlyList<int> Labels, double LogProbability);
