using RnnGen.Numerics;

namespace RnnGen;

/// <summary>Functions of probabilities for decoding. They are our own, so that results have the same bits on every machine.</summary>
internal static class Probabilities
{
    // A softmax in float, over 100,000 symbols even, comes much closer; what is no distribution at all is mostly far away.
    private const double Tolerance = 1e-3;

    /// <summary>One step of a model, whose probabilities must be such.</summary>
    /// <exception cref="ArgumentException">They are not; or the model refuses the symbol.</exception>
    public static void Step<TModel, T, TState>(TModel model, int symbol, ref TState state, Span<T> probabilities)
        where TModel : ISymbolModel<T, TState>
        where T : unmanaged
        where TState : struct
    {
        model.Step(symbol, ref state, probabilities);
        double sum = 0;
        for (int next = 0; next < probabilities.Length; next++)
        {
            double probability = Element.ToDouble(probabilities[next]);
            if (!(probability >= 0 && double.IsFinite(probability)))
                throw new ArgumentException(
                    $"The model gives symbol {next} the probability {probability} after symbol {symbol}; it must be 0 to 1.",
                    nameof(model));
            sum += probability;
        }

        if (!(Math.Abs(sum - 1) <= Tolerance))
            throw new ArgumentException(
                $"The model's probabilities of what comes after symbol {symbol} sum to {sum}; they must sum to 1.", nameof(model));
    }

    /// <summary>
    /// ln p; at most 0 even if rounding made p a little more than 1, so that a longer sequence is never the more probable one.
    /// </summary>
    public static double Log(double probability) => Math.Min(0, Functions.Log(probability));

    /// <summary>e^x.</summary>
    public static double Exp(double x)
    {
        double result = 0;
        Functions.Exp<Double1, double>(Double1.Broadcast(x)).Store(ref result, 0);
        return result;
    }
}
