using RnnGen;

namespace CharRnn;

/// <summary>What a trained network is worth, and what it has to say.</summary>
internal static class Measurement
{
    private const int Chunk = 1024, TreeDepth = 8;

    /// <summary>
    /// The mean of −log2 of the probability that the network gives each character after having read all of the stream before it; the first,
    /// which nothing comes before, does not count.
    /// </summary>
    public static double BitsPerCharacter<TState>(IRnnInference<float, int, TState> model, SymbolStream stream)
        where TState : struct, IRnnState<float>
    {
        ReadOnlySpan<int> symbols = stream.Symbols;
        TState state = default;
        float[] probabilities = new float[Chunk * Sizes.Symbols];
        double bits = 0;
        for (int start = 0; start + 1 < symbols.Length; start += Chunk)
        {
            int count = Math.Min(Chunk, symbols.Length - 1 - start);
            model.Forward(symbols.Slice(start, count), ref state, probabilities.AsSpan(0, count * Sizes.Symbols));
            for (int i = 0; i < count; i++)
                bits -= Math.Log2(probabilities[(i * Sizes.Symbols) + symbols[start + i + 1]]);
        }

        return bits / (symbols.Length - 1);
    }

    /// <summary>A text that the network goes on with after a prompt.</summary>
    public static string Write<TState>(ISymbolModel<float, TState> model, Vocabulary vocabulary, string prompt, int length, Sampler sampler)
        where TState : struct
    {
        (int last, TState state) = Read(model, vocabulary, prompt);
        int[] written = new int[length];
        model.Generate(last, ref state, sampler, written);
        return vocabulary.Decode(written);
    }

    /// <summary>Draws the likeliest continuations of a prompt.</summary>
    /// <param name="model">The network.</param>
    /// <param name="vocabulary">Its symbols.</param>
    /// <param name="prompt">What comes before.</param>
    /// <param name="count">How many.</param>
    public static string Draw<TState>(ISymbolModel<float, TState> model, Vocabulary vocabulary, string prompt, int count)
        where TState : struct
    {
        (int last, TState state) = Read(model, vocabulary, prompt);
        // What is likely only later on needs a place before.
        BeamSearch<float, TState> search =
            model.CreateBeamSearch(new BeamOptions { Width = 2 * count, Longest = TreeDepth, Results = count });
        search.Search(model, last, state);
        return search.ToTree().ToString(symbol => vocabulary[symbol] switch
        {
            ' ' => "␣",
            '\n' => "↵",
            char character => character.ToString(),
        });
    }

    /// <summary>The last line of the program's output.</summary>
    public static string LastLine(double bitsPerCharacter) => FormattableString.Invariant($"held-out: {bitsPerCharacter:F3} bits/char");

    /// <summary>A prompt's last symbol, and what the network remembers of those before it.</summary>
    private static (int Last, TState State) Read<TState>(ISymbolModel<float, TState> model, Vocabulary vocabulary, string prompt)
        where TState : struct
    {
        int[] symbols = vocabulary.Encode(prompt);
        TState state = default;
        model.LogProbability(symbols[0], ref state, symbols.AsSpan(1));
        return (symbols[^1], state);
    }
}
