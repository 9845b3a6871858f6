using RnnGen.Numerics;

namespace RnnGen;

/// <summary>
/// Chooses a symbol by its probability: the likeliest, or at random with a temperature, among the <see cref="TopK"/> likeliest, among those
/// that together have the probability <see cref="TopP"/>, or all of it.
/// </summary>
/// <remarks>
/// A value without a memory: the same seed, position and probabilities choose the same symbol on every machine and in any order of calls.
/// Any number of threads may use it. Nothing is allocated after a thread's first call.
/// </remarks>
public sealed record Sampler
{
    private readonly double temperature = 1;
    private readonly int topK = int.MaxValue;
    private readonly double topP = 1;

    /// <summary>Always the likeliest symbol; of equally likely ones the first.</summary>
    public static Sampler Greedy { get; } = new() { Temperature = 0 };

    /// <summary>The seed of the random numbers. The default is 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// A probability p counts as p^(1/temperature): below 1 the likely become likelier still, 0 leaves only the likeliest, above 1 all
    /// become more alike. Finite and at least 0; the default is 1.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public double Temperature
    {
        get => temperature;
        init => temperature = value >= 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Temperature), value, "Must be finite and at least 0.");
    }

    /// <summary>The number of likeliest symbols to choose from, at least 1. The default is all.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int TopK
    {
        get => topK;
        init => topK = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(TopK), value, "Must be at least 1.");
    }

    /// <summary>
    /// Only the likeliest symbols are chosen from that together reach this probability, at the temperature and within <see cref="TopK"/>
    /// (Holtzman et al. 2020): more than 0, at most 1. The default is 1.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public double TopP
    {
        get => topP;
        init =>
            topP = value is > 0 and <= 1
                ? value
                : throw new ArgumentOutOfRangeException(nameof(TopP), value, "Must be more than 0 and at most 1.");
    }

    /// <summary>Chooses a symbol.</summary>
    /// <param name="probabilities">A finite number of at least 0 per symbol, not all 0. They need not sum to 1.</param>
    /// <param name="position">The index of the random number to use: a different one for every choice, for instance how many symbols came
    /// before.</param>
    /// <returns>A symbol of a probability above 0.</returns>
    /// <exception cref="ArgumentException">A probability is negative or not finite, or all are 0.</exception>
    public int Sample(ReadOnlySpan<float> probabilities, ulong position) => Sample<float>(probabilities, position);

    /// <inheritdoc cref="Sample(ReadOnlySpan{float}, ulong)"/>
    public int Sample(ReadOnlySpan<double> probabilities, ulong position) => Sample<double>(probabilities, position);

    /// <summary>Chooses a symbol by probabilities of either type.</summary>
    internal int Sample<T>(ReadOnlySpan<T> probabilities, ulong position) where T : unmanaged
    {
        using Lent<Candidate> lent = new(probabilities.Length);
        Span<Candidate> candidates = lent.Span;
        for (int symbol = 0; symbol < probabilities.Length; symbol++)
            candidates[symbol] = new(Element.ToDouble(probabilities[symbol]), symbol);
        return Choose(candidates, position);
    }

    private int Choose(Span<Candidate> candidates, ulong position)
    {
        Candidate likeliest = Likeliest(candidates);
        if (temperature == 0)
            return likeliest.Symbol;
        Sharpen(candidates, likeliest.Weight);
        candidates = Limit(candidates);
        double point = new CounterRandom(Seed).Uniform(position) * Sum(candidates);
        int chosen = likeliest.Symbol;
        foreach (Candidate candidate in candidates)
        {
            if (candidate.Weight == 0)
                continue;
            // The last one stays chosen if rounding leaves the point beyond the sum.
            chosen = candidate.Symbol;
            point -= candidate.Weight;
            if (point < 0)
                break;
        }

        return chosen;
    }

    private static Candidate Likeliest(ReadOnlySpan<Candidate> probabilities)
    {
        Candidate likeliest = default;
        foreach (Candidate candidate in probabilities)
        {
            if (!(candidate.Weight >= 0) || !double.IsFinite(candidate.Weight))
                throw new ArgumentException(
                    $"Symbol {candidate.Symbol} has the probability {candidate.Weight}; it must be finite and at least 0.",
                    nameof(probabilities));
            if (candidate.Weight > likeliest.Weight)
                likeliest = candidate;
        }

        if (likeliest.Weight == 0)
            throw new ArgumentException($"None of the {probabilities.Length} symbols has a probability above 0.", nameof(probabilities));
        return likeliest;
    }

    /// <summary>p becomes (p / largest)^(1/temperature): relative to the largest, nothing overflows and something always remains.</summary>
    private void Sharpen(Span<Candidate> candidates, double largest)
    {
        if (temperature == 1)
            return;
        double logOfLargest = Functions.Log(largest);
        foreach (ref Candidate candidate in candidates)
            candidate = candidate with { Weight = Probabilities.Exp((Functions.Log(candidate.Weight) - logOfLargest) / temperature) };
    }

    /// <summary>The candidates that <see cref="TopK"/> and <see cref="TopP"/> leave.</summary>
    private Span<Candidate> Limit(Span<Candidate> candidates)
    {
        if (topK >= candidates.Length && topP == 1)
            return candidates;
        candidates.Sort();
        candidates = candidates[..Math.Min(topK, candidates.Length)];
        double enough = topP * Sum(candidates), sum = 0;
        int count = 0;
        while (count < candidates.Length && sum < enough)
            sum += candidates[count++].Weight;
        return candidates[..count];
    }

    private static double Sum(ReadOnlySpan<Candidate> candidates)
    {
        double sum = 0;
        foreach (Candidate candidate in candidates)
            sum += candidate.Weight;
        return sum;
    }

    /// <summary>A symbol and how much it counts. The heaviest sorts first, of equal ones the lowest symbol.</summary>
    private readonly record struct Candidate(double Weight, int Symbol) : IComparable<Candidate>
    {
        public int CompareTo(Candidate other) =>
            Weight == other.Weight ? Symbol.CompareTo(other.Symbol) : other.Weight.CompareTo(Weight);
    }
}
