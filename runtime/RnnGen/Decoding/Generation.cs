namespace RnnGen;

/// <summary>The result of <see cref="SymbolModel.Generate"/>.</summary>
/// <param name="Count">The number of symbols, the end symbol included.</param>
/// <param name="Ended">True if the last of them is the end symbol.</param>
/// <param name="LogProbability">
/// ln of the probability that the model gives to these symbols in this order, the end symbol included: at most 0. It is the model's,
/// whatever the sampler made of it.
/// </param>
public readonly record struct Generation(int Count, bool Ended, double LogProbability)
{
    /// <summary>The number of symbols before the end symbol: all of them if there is none.</summary>
    public int CountBeforeEnd => Ended ? Count - 1 : Count;
}
