using RnnGen;

namespace CharRnn;

/// <summary>What a trained network is worth, and what it has to say.</summary>
internal static class Measurement
{
    private const int Chunk = 1024;

    /// <summary>
    /// The mean of −log2 of the probability that the network gives each character after having read all of the stream before it; the first, which
    /// nothing comes before, does not count.
    /// </summary>
    public static double BitsPerCharacter<TState>(IRnnModel<float, int, int, TState> model, SymbolStream stream)
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
    public static string Write<TState>(IRnnModel<float, int, int, TState> model, Vocabulary vocabulary, string prompt, int length, Sampler sampler)
        where TState : struct, IRnnState<float>
    {
        TState state = default;
        float[] probabilities = new float[Sizes.Symbols];
        foreach (int symbol in vocabulary.Encode(prompt))
            model.Forward([symbol], ref state, probabilities);
        int[] written = new int[length];
        for (int i = 0; i < length; i++)
        {
            // The network may know more symbols than the text has characters.
            written[i] = sampler.Sample(probabilities.AsSpan(0, vocabulary.Count), (ulong)i);
            model.Forward([written[i]], ref state, probabilities);
        }

        return vocabulary.Decode(written);
    }

    /// <summary>The last line of the program's output.</summary>
    public static string LastLine(double bitsPerCharacter) => FormattableString.Invariant($"held-out: {bitsPerCharacter:F3} bits/char");
}
