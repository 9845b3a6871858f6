namespace RnnGen;

/// <summary>
/// A sequence that a <see cref="BeamSearch{T, TState}"/> has found. It stands in the search's memory: the next search overwrites it.
/// </summary>
public readonly ref struct Hypothesis
{
    internal Hypothesis(ReadOnlySpan<int> symbols, double logProbability, double score, bool ended)
    {
        Symbols = symbols;
        LogProbability = logProbability;
        Score = score;
        Ended = ended;
    }

    /// <summary>Its symbols, the end symbol included.</summary>
    public ReadOnlySpan<int> Symbols { get; }

    /// <summary>Its symbols without the end symbol.</summary>
    public ReadOnlySpan<int> SymbolsBeforeEnd => Ended ? Symbols[..^1] : Symbols;

    /// <summary>
    /// ln of its probability: the sum over its symbols, as <see cref="SymbolModel.LogProbability"/> gives it, to the bit.
    /// </summary>
    public double LogProbability { get; }

    /// <summary>
    /// The figure that hypotheses are ranked by: <see cref="LogProbability"/>, divided as <see cref="BeamOptions.Normalization"/> says.
    /// </summary>
    public double Score { get; }

    /// <summary>True if its last symbol is the end symbol; otherwise it was cut off at <see cref="BeamOptions.Longest"/>.</summary>
    public bool Ended { get; }
}
