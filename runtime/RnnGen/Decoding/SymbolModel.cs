using RnnGen.Generated;
using RnnGen.Numerics;

namespace RnnGen;

/// <summary>
/// Functions of every <see cref="ISymbolModel{T, TState}"/>: generate a sequence, score one, and search for the likeliest ones.
/// </summary>
/// <remarks>
/// A call is an interface's, which is nothing beside the step of a network; a model that is a struct should be boxed once and not at each
/// call. Any number of threads may use a model at once, each with states of its own.
/// </remarks>
public static class SymbolModel
{
    /// <summary>
    /// A generated model that reads and predicts the same symbols, a character model for instance, as what decoding needs; also one with
    /// compressed weights.
    /// </summary>
    /// <param name="model">A stream (it has <c>Step</c>) with one softmax output, of as many numbers as there are input symbols.</param>
    /// <param name="symbolCount">
    /// If fewer symbols are in use than the model was declared for, how many; the rest is then impossible, and its probability shared among
    /// those in proportion to theirs. At least 1.
    /// </param>
    /// <exception cref="ArgumentException">The model is none of that kind: the message says how it differs.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The model has not so many symbols.</exception>
    public static ISymbolModel<T, TState> Of<T, TState>(IRnnInference<T, int, TState> model, int? symbolCount = null)
        where T : unmanaged
        where TState : struct, IRnnState<T> => new RnnSymbolModel<T, TState>(model, symbolCount);

    /// <summary>Writes a sequence symbol by symbol, each chosen by the probabilities that the model gives after those before it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="symbol">The symbol that came last: a start symbol, or the last one of a prompt.</param>
    /// <param name="state">
    /// The stream's state before that symbol. Afterwards, the state before the last symbol that was written; so one may go on
    /// with that symbol.
    /// </param>
    /// <param name="sampler">The way symbols are chosen; <see cref="Sampler.Greedy"/> always takes the likeliest.</param>
    /// <param name="symbols">Receives the symbols: at most as many as it holds.</param>
    /// <param name="end">The symbol that ends a sequence; null if none does.</param>
    /// <param name="position">The sampler's first random number. To go on with a sequence, how many symbols of it were written
    /// before.</param>
    /// <returns>The number of symbols that were written, and their probability.</returns>
    /// <remarks>The same seed writes the same on every machine. Nothing is allocated after a thread's first call.</remarks>
    /// <exception cref="ArgumentException">The model refuses the symbol, or its probabilities are none. The state is unchanged.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such end symbol.</exception>
    public static Generation Generate<T, TState>(
        this ISymbolModel<T, TState> model, int symbol, ref TState state, Sampler sampler, Span<int> symbols, int? end = null,
        ulong position = 0)
        where T : unmanaged
        where TState : struct
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(sampler);
        CheckEnd(end, model.SymbolCount);
        using Lent<T> probabilities = new(model.SymbolCount);
        TState current = state;
        double logProbability = 0;
        int count = 0;
        bool ended = false;
        while (count < symbols.Length && !ended)
        {
            Probabilities.Step(model, symbol, ref current, probabilities.Span);
            symbol = sampler.Sample<T>(probabilities.Span, position + (ulong)count);
            logProbability += Probabilities.Log(Element.ToDouble(probabilities.Span[symbol]));
            symbols[count++] = symbol;
            ended = symbol == end;
        }

        state = current;
        return new(count, ended, logProbability);
    }

    /// <summary>The log-probability of a sequence: the sum of ln of each symbol's probability after those before it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="symbol">The symbol that came before the sequence.</param>
    /// <param name="state">
    /// The stream's state before that symbol. Afterwards, the state before the last symbol of the sequence.
    /// </param>
    /// <param name="symbols">The sequence, with its end symbol if that shall count; it may be empty.</param>
    /// <returns>At most 0; −∞ if the model says that it cannot be.</returns>
    /// <remarks>
    /// Nothing is allocated after a thread's first call. It is also the way to read a prompt: <see cref="Generate"/> goes on with its last
    /// symbol.
    /// </remarks>
    /// <exception cref="ArgumentException">The model refuses the symbol, or its probabilities are none. The state is unchanged.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The sequence has a symbol that is none of the model's. The state is
    /// unchanged.</exception>
    public static double LogProbability<T, TState>(
        this ISymbolModel<T, TState> model, int symbol, ref TState state, ReadOnlySpan<int> symbols)
        where T : unmanaged
        where TState : struct
    {
        ArgumentNullException.ThrowIfNull(model);
        Guard.Symbols(symbols, model.SymbolCount, nameof(symbols));
        using Lent<T> probabilities = new(model.SymbolCount);
        TState current = state;
        double logProbability = 0;
        foreach (int next in symbols)
        {
            Probabilities.Step(model, symbol, ref current, probabilities.Span);
            logProbability += Probabilities.Log(Element.ToDouble(probabilities.Span[next]));
            symbol = next;
        }

        state = current;
        return logProbability;
    }

    /// <summary>A beam search that fits a model, and every other of as many symbols and the same state.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">The width and length of the search, and the measure of the best.</param>
    /// <exception cref="ArgumentException">The options do not fit the model or each other.</exception>
    public static BeamSearch<T, TState> CreateBeamSearch<T, TState>(this ISymbolModel<T, TState> model, BeamOptions options)
        where T : unmanaged
        where TState : struct
    {
        ArgumentNullException.ThrowIfNull(model);
        return new(model.SymbolCount, options);
    }

    /// <summary>Refuses an end symbol that no model of so many symbols can write.</summary>
    internal static void CheckEnd(int? end, int symbolCount)
    {
        if (end is { } symbol && (uint)symbol >= (uint)symbolCount)
            throw new ArgumentOutOfRangeException(nameof(end), symbol, $"The end symbol must be 0 to {symbolCount - 1}, or null for none.");
    }
}
