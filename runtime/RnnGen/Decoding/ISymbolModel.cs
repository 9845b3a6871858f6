namespace RnnGen;

/// <summary>
/// A model that reads a symbol and says how probable each symbol is to come next: a character model, or the decoder of a
/// sequence-to-sequence model together with the source that it has encoded. What decoding needs to know.
/// </summary>
/// <typeparam name="T">The model's numbers: <see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TState">The state of a stream: a value, so that a copy is a snapshot.</typeparam>
public interface ISymbolModel<T, TState>
    where T : unmanaged
    where TState : struct
{
    /// <summary>
    /// The number of symbols that may come next: 0 to <see cref="SymbolCount"/> − 1. A start symbol may lie above them, if nothing predicts
    /// it.
    /// </summary>
    int SymbolCount { get; }

    /// <summary>One step of a stream. Nothing is allocated.</summary>
    /// <param name="symbol">The symbol that came last.</param>
    /// <param name="state">The stream's state: read, and replaced.</param>
    /// <param name="probabilities">Receives the probability of each symbol to come next: <see cref="SymbolCount"/> numbers that sum to
    /// 1.</param>
    /// <exception cref="ArgumentException">The span has the wrong length, or there is no such symbol. The state is unchanged.</exception>
    void Step(int symbol, ref TState state, Span<T> probabilities);
}
