using RnnGen.Generated;

namespace RnnGen;

/// <summary>
/// Searches for the sequences that score best: symbol by symbol it follows the <see cref="BeamOptions.Width"/> most probable hypotheses.
/// All memory is allocated with the object, which is used again and again, by one thread at a time.
/// </summary>
/// <remarks>
/// At each step all continuations of all hypotheses compete, by log-probability, for the places of the beam. A hypothesis that gets a place
/// with the end symbol leaves the beam and is a result if its score is good enough; so is one that has reached the greatest length. Of
/// equal continuations that of the better hypothesis goes first, then the lower symbol. The search ends when nothing is left, or when
/// nothing that is left can still beat the worst of the wanted results: not even with all further probabilities 1, at the length at which
/// that counts most. With a width of at least symbols^(<see cref="BeamOptions.Longest"/> − 1) it finds what an exhaustive search finds;
/// with width 1, what a greedy one does.
/// </remarks>
/// <typeparam name="T">The model's numbers: <see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TState">The state of a stream.</typeparam>
public sealed class BeamSearch<T, TState>
    where T : unmanaged
    where TState : struct
{
    private readonly Exclusive calls =
        new("The search is at work in another call: it is for one thread at a time. Give every thread a search of its own.");
    private readonly int width;
    private readonly double[] divisors;
    private readonly T[] probabilities;
    // The tree of all hypotheses: its root, then [length − 1][rank].
    private readonly Node[] nodes;
    private readonly Result[] results;
    private readonly int[] symbols;
    // By rank: before and after a step.
    private TState[] states, nextStates;

    /// <summary>A search among models of so many symbols.</summary>
    /// <param name="symbolCount">The model's <see cref="ISymbolModel{T, TState}.SymbolCount"/>: at least 1.</param>
    /// <param name="options">The width and length of the search, and the measure of the best.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no symbols, or the end symbol is none of them.</exception>
    /// <exception cref="ArgumentException">More results are wanted than the beam is wide, or width and length are too much for .NET's
    /// arrays.</exception>
    public BeamSearch(int symbolCount, BeamOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(symbolCount, 1);
        ArgumentNullException.ThrowIfNull(options);
        SymbolModel.CheckEnd(options.End, symbolCount);
        if (options.Results > options.Width)
            throw new ArgumentException(
                $"{options.Results} results are wanted of a beam of width {options.Width}: at most the width can be.", nameof(options));
        if ((long)options.Width * options.Longest >= Array.MaxLength)
            throw new ArgumentException($"A beam of width {options.Width} and length {options.Longest} is too large.", nameof(options));
        Options = options;
        SymbolCount = symbolCount;
        width = options.Width;
        divisors = options.Normalization.Divisors(options.Longest);
        probabilities = new T[symbolCount];
        nodes = new Node[1 + (width * options.Longest)];
        results = new Result[options.Results];
        symbols = new int[options.Results * options.Longest];
        states = new TState[width];
        nextStates = new TState[width];
    }

    /// <summary>The options of the search.</summary>
    public BeamOptions Options { get; }

    /// <summary>The number of symbols that a model must have.</summary>
    public int SymbolCount { get; }

    /// <summary>
    /// The number of hypotheses that the last search has found: 1 to <see cref="BeamOptions.Results"/>; 0 before the first search and after
    /// one that failed.
    /// </summary>
    public int Count { get; private set; }

    /// <summary>A hypothesis that the last search has found.</summary>
    /// <param name="index">0 for the best, to <see cref="Count"/> − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    public Hypothesis this[int index]
    {
        get
        {
            if ((uint)index >= (uint)Count)
                throw new ArgumentOutOfRangeException(nameof(index), index, $"There are {Count} hypotheses.");
            Result result = results[index];
            Node last = nodes[result.Node];
            return new(symbols.AsSpan(index * Options.Longest, result.Length), last.LogProbability, result.Score, last.Ended);
        }
    }

    /// <summary>Searches for what comes best after a symbol. Nothing is allocated.</summary>
    /// <param name="model">The model.</param>
    /// <param name="symbol">The symbol that came last: a start symbol, or the last one of a prompt.</param>
    /// <param name="state">The stream's state before that symbol. It is not changed.</param>
    /// <returns>The best hypothesis; the others are in the search's elements.</returns>
    /// <exception cref="ArgumentException">
    /// The model has not <see cref="SymbolCount"/> symbols, refuses the first one, or its probabilities are none.
    /// </exception>
    /// <exception cref="InvalidOperationException">Another search with this object has not ended.</exception>
    public Hypothesis Search<TModel>(TModel model, int symbol, in TState state)
        where TModel : ISymbolModel<T, TState>
    {
        if (model is null)
            throw new ArgumentNullException(nameof(model));
        Guard.Length(model.SymbolCount, SymbolCount, nameof(model), "symbols of the model");
        using Exclusive.Scope call = calls.Enter();
        Count = 0;
        int found = 0;
        nodes[0] = new(-1, symbol, 1, 0, Ended: false);
        states[0] = state;
        (int First, int Count) beam = (0, 1);
        for (int length = 1; length <= Options.Longest; length++)
        {
            int first = beam.First + (length == 1 ? 1 : width);
            Span<Node> next = nodes.AsSpan(first, width);
            int count = 0;
            for (int rank = 0; rank < beam.Count; rank++)
            {
                if (!nodes[beam.First + rank].Ended)
                    count = Extend(model, beam.First + rank, ref states[rank], next, count);
            }

            double bestAlive = double.NegativeInfinity;
            for (int rank = count - 1; rank >= 0; rank--)
            {
                Node node = next[rank];
                if (node.Ended || length == Options.Longest)
                {
                    found = BestFirst.Insert(results, found, new Result(first + rank, length, node.LogProbability / divisors[length]));
                    continue;
                }

                nextStates[rank] = states[node.Parent - beam.First];
                bestAlive = node.LogProbability;
            }

            (states, nextStates) = (nextStates, states);
            beam = (first, count);
            // No further symbol adds to a log-probability, and the greatest divisor brings it nearest to 0.
            if (double.IsNegativeInfinity(bestAlive) || (found == results.Length && bestAlive / divisors[^1] <= results[^1].Score))
                break;
        }

        Count = found;
        for (int index = 0; index < found; index++)
            Trace(results[index], symbols.AsSpan(index * Options.Longest));
        return this[0];
    }

    /// <summary>
    /// The hypotheses that the last search has found as a tree, in which what they begin with in common stands once. It is a copy.
    /// </summary>
    /// <exception cref="InvalidOperationException">There was no search yet, or it failed.</exception>
    public ContinuationTree ToTree()
    {
        if (Count == 0)
            throw new InvalidOperationException("There is no tree before a search.");
        SortedSet<int> used = [];
        for (int index = 0; index < Count; index++)
        {
            for (int node = results[index].Node; node > 0; node = nodes[node].Parent)
                used.Add(node);
        }

        ContinuationTree root = ContinuationTree.Root(nodes[0].Symbol);
        Dictionary<int, ContinuationTree> trees = new() { [0] = root };
        // In the order of nodes parents come before their children, and of children the likeliest first.
        foreach (int index in used)
        {
            Node node = nodes[index];
            trees[index] = trees[node.Parent].Add(node.Symbol, node.Probability, node.Ended);
        }

        return root;
    }

    /// <summary>A step of a hypothesis, all of whose continuations compete for a place.</summary>
    private int Extend<TModel>(TModel model, int parent, ref TState state, Span<Node> places, int count)
        where TModel : ISymbolModel<T, TState>
    {
        Node hypothesis = nodes[parent];
        Probabilities.Step(model, hypothesis.Symbol, ref state, probabilities.AsSpan());
        // Where all places are taken, most symbols are too improbable for any: they need no logarithm. The margin is far more than what
        // rounding does.
        double least = count < places.Length ? 0 : (1 - 1e-6) * Probabilities.Exp(places[^1].LogProbability - hypothesis.LogProbability);
        for (int symbol = 0; symbol < probabilities.Length; symbol++)
        {
            double probability = Element.ToDouble(probabilities[symbol]);
            if (probability > 0 && probability >= least)
            {
                double logProbability = hypothesis.LogProbability + Probabilities.Log(probability);
                count = BestFirst.Insert(places, count, new Node(parent, symbol, probability, logProbability, symbol == Options.End));
            }
        }

        return count;
    }

    private void Trace(Result result, Span<int> sequence)
    {
        int node = result.Node;
        for (int i = result.Length - 1; i >= 0; i--)
        {
            sequence[i] = nodes[node].Symbol;
            node = nodes[node].Parent;
        }
    }

    /// <summary>A symbol of a hypothesis, and with those above it the hypothesis.</summary>
    private readonly record struct Node(int Parent, int Symbol, double Probability, double LogProbability, bool Ended) : IComparable<Node>
    {
        // Where rounding makes one log-probability of two probabilities, they themselves still tell; so a beam of width 1 is greedy to the
        // last bit.
        public int CompareTo(Node other) =>
            LogProbability != other.LogProbability ? other.LogProbability.CompareTo(LogProbability)
            : Parent != other.Parent ? Parent.CompareTo(other.Parent)
            : Probability != other.Probability ? other.Probability.CompareTo(Probability)
            : Symbol.CompareTo(other.Symbol);
    }

    /// <summary>
    /// A hypothesis that is complete. Of equal scores the one found first goes first: the shorter, then the more probable.
    /// </summary>
    private readonly record struct Result(int Node, int Length, double Score) : IComparable<Result>
    {
        public int CompareTo(Result other) => Score != other.Score ? other.Score.CompareTo(Score) : Node.CompareTo(other.Node);
    }
}
