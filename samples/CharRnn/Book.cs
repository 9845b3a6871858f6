using RnnGen;

namespace CharRnn;

/// <summary>
/// A text as symbols: the first 90 % to train on, 5 % to tune with, and the last 5 % that nothing but the final measurement sees.
/// </summary>
internal sealed record Book(Vocabulary Vocabulary, SymbolStream Train, SymbolStream Validation, SymbolStream HeldOut, int Unknown)
{
    /// <summary>Reads a text file.</summary>
    /// <param name="path">A UTF-8 file.</param>
    /// <param name="vocabulary">That of a model that exists; the text's own if null.</param>
    public static Book Read(string path, Vocabulary? vocabulary) => Of(File.ReadAllText(path), vocabulary);

    public static Book Of(string text, Vocabulary? vocabulary = null)
    {
        text = text.Replace("\r\n", "\n", StringComparison.Ordinal);
        vocabulary ??= Vocabulary.Of(text, Sizes.Symbols);
        SymbolStream symbols = new(text, vocabulary);
        int train = (int)(text.Length * 90L / 100), tuned = (int)(text.Length * 95L / 100);
        if (text.Length - tuned < 2)
            throw new InvalidDataException($"The text has {text.Length} characters: "
                + "too few to train on 90 % of them and to measure with the last 5 %.");
        return new(
            vocabulary, symbols[..train], symbols[train..tuned], symbols[tuned..],
            text.Count(character => !vocabulary.TryEncode(character, out _)));
    }
}
