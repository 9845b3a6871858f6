using RnnGen.Generated;
using RnnGen.Numerics;

namespace RnnGen.Tests;

/// <summary>Where a toy is: a mark of everything it has read.</summary>
public record struct History(ulong Mark, int Length);

/// <summary>
/// A model whose probabilities after every history are random and have nothing to do with those after another: nothing a search could be
/// lucky with.
/// </summary>
/// <param name="symbolCount">How many symbols.</param>
/// <param name="seed">Another toy.</param>
/// <param name="levels">Probabilities are multiples of each other up to so many levels, level 0 being impossible; 0 for any
/// numbers.</param>
internal sealed class Toy<T>(int symbolCount, ulong seed, int levels = 0) : ISymbolModel<T, History>
    where T : unmanaged
{
    public int SymbolCount => symbolCount;

    public void Step(int symbol, ref History state, Span<T> probabilities)
    {
        Guard.Length(probabilities.Length, symbolCount, nameof(probabilities));
        if ((uint)symbol > (uint)symbolCount)
            throw new ArgumentOutOfRangeException(nameof(symbol), symbol, "No such symbol.");
        state = new(new CounterRandom(seed + (state.Mark * 31)).Bits((ulong)symbol), state.Length + 1);
        CounterRandom random = new(state.Mark);
        Span<double> weights = stackalloc double[symbolCount];
        double sum = 0;
        for (int i = 0; i < symbolCount; i++)
        {
            double uniform = random.Uniform((ulong)i);
            weights[i] = levels == 0 ? uniform * uniform * uniform : i == 0 ? levels : Math.Floor(uniform * (levels + 1));
            sum += weights[i];
        }

        for (int i = 0; i < symbolCount; i++)
            probabilities[i] = Element.FromDouble<T>(weights[i] / sum);
    }
}

/// <summary>A model that remembers nothing but the symbol before: a table of probabilities, [symbol][next].</summary>
internal readonly struct Table(params double[][] rows) : ISymbolModel<double, History>
{
    public int SymbolCount => rows[0].Length;

    public double[] Row(int symbol) => rows[symbol];

    public void Step(int symbol, ref History state, Span<double> probabilities)
    {
        state.Length++;
        rows[symbol].CopyTo(probabilities);
    }
}

/// <summary>A sequence with its values.</summary>
internal sealed record Found(string Symbols, double LogProbability, double Score, bool Ended)
{
    public static Found Of(Hypothesis hypothesis) =>
        new(string.Concat(hypothesis.Symbols.ToArray()), hypothesis.LogProbability, hypothesis.Score, hypothesis.Ended);

    /// <summary>All results of a search.</summary>
    public static Found[] All<T, TState>(BeamSearch<T, TState> search)
        where T : unmanaged
        where TState : struct
    {
        var all = new Found[search.Count];
        for (int i = 0; i < all.Length; i++)
            all[i] = Of(search[i]);
        return all;
    }

    /// <summary>Every sequence that there is, the best first: what a search must find if it is wide enough.</summary>
    public static List<Found> Exhaustively<T, TState>(
        ISymbolModel<T, TState> model, int symbol, TState state, int longest, int? end, Func<int, double> divisor)
        where T : unmanaged
        where TState : struct
    {
        List<Found> all = [];
        void Follow(int last, TState current, string before, double logProbability)
        {
            var probabilities = new T[model.SymbolCount];
            model.Step(last, ref current, probabilities);
            for (int next = 0; next < model.SymbolCount; next++)
            {
                double probability = Element.ToDouble(probabilities[next]), sum = logProbability + Math.Log(probability);
                string sequence = before + next;
                if (probability == 0)
                    continue;
                if (next == end || sequence.Length == longest)
                    all.Add(new(sequence, sum, sum / divisor(sequence.Length), next == end));
                else
                    Follow(next, current, sequence, sum);
            }
        }

        Follow(symbol, state, "", 0);
        return [.. all.OrderByDescending(found => found.Score)];
    }
}
