using System.Text.Json;

namespace RnnGen;

/// <summary>The characters of a text as symbols 0, 1, 2, …, and back.</summary>
/// <remarks>
/// A character is a UTF-16 code unit, C#'s <see cref="char"/>; a pair of surrogates is two symbols. Any number of threads may use a
/// vocabulary.
/// </remarks>
public sealed class Vocabulary : TextVocabulary
{
    internal const string KindName = "characters";

    private readonly Dictionary<char, int> symbols;
    private readonly int unknownSymbol = -1;

    /// <summary>A vocabulary of given characters, in the order of their symbols.</summary>
    /// <param name="characters">At least one, each once.</param>
    /// <param name="unknown">The one that every other character is read as; null if other characters are an error.</param>
    /// <exception cref="ArgumentException">There are no characters, one is there twice, or <paramref name="unknown"/> is not among
    /// them.</exception>
    public Vocabulary(string characters, char? unknown = null)
    {
        ArgumentNullException.ThrowIfNull(characters);
        if (characters.Length == 0)
            throw new ArgumentException("A vocabulary needs at least one character, but there is none.", nameof(characters));
        Characters = characters;
        Unknown = unknown;
        symbols = new(characters.Length);
        for (int symbol = 0; symbol < characters.Length; symbol++)
        {
            if (!symbols.TryAdd(characters[symbol], symbol))
                throw new ArgumentException(
                    $"{Show(characters[symbol])} is both symbol {symbols[characters[symbol]]} and symbol {symbol}.", nameof(characters));
        }

        if (unknown is { } character && !symbols.TryGetValue(character, out unknownSymbol))
            throw new ArgumentException($"The unknown character {Show(character)} must itself be in the vocabulary.", nameof(unknown));
    }

    /// <inheritdoc/>
    public override int Count => Characters.Length;

    /// <summary>The characters in the order of their symbols.</summary>
    public string Characters { get; }

    /// <summary>The symbol of characters outside the vocabulary; null if they are an error.</summary>
    public char? Unknown { get; }

    private protected override string Kind => KindName;

    /// <summary>A symbol's character.</summary>
    /// <param name="symbol">0 to <see cref="Count"/> − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such symbol.</exception>
    public char this[int symbol]
    {
        get
        {
            Check(symbol);
            return Characters[symbol];
        }
    }

    /// <summary>The distinct characters of a text, in the order of their code units. Other characters are an error.</summary>
    /// <param name="text">Any text but an empty one.</param>
    /// <exception cref="ArgumentException">The text is empty.</exception>
    public static Vocabulary Of(ReadOnlySpan<char> text)
    {
        List<char> characters = [.. Frequencies(text).Keys];
        characters.Sort();
        return new(new string([.. characters]));
    }

    /// <summary>
    /// The most frequent characters of a text, in the order of their code units, and one more that all others are read as. So a text of
    /// many characters fits a model declared for few.
    /// </summary>
    /// <param name="text">Any text but an empty one.</param>
    /// <param name="maximumCount">The most symbols, the unknown one included: at least 2.</param>
    /// <param name="unknown">The character for the others; U+FFFD, �, by default.</param>
    /// <exception cref="ArgumentException">The text is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maximumCount"/> is less than 2.</exception>
    public static Vocabulary Of(ReadOnlySpan<char> text, int maximumCount, char unknown = '\uFFFD')
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumCount, 2);
        Dictionary<char, int> frequencies = Frequencies(text);
        frequencies.Remove(unknown);
        List<char> characters = [
            .. frequencies.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Select(pair => pair.Key).Take(maximumCount - 1),
            unknown
        ];
        characters.Sort();
        return new(new string([.. characters]), unknown);
    }

    /// <summary>A character's symbol.</summary>
    /// <param name="character">The character.</param>
    /// <exception cref="ArgumentException">It is not in the vocabulary, and there is no <see cref="Unknown"/>.</exception>
    public int Encode(char character)
    {
        if (symbols.TryGetValue(character, out int symbol))
            return symbol;
        return unknownSymbol >= 0 ? unknownSymbol : throw new ArgumentException(NotThere(character), nameof(character));
    }

    /// <summary>A text's symbols.</summary>
    /// <param name="text">The text.</param>
    /// <returns>A symbol per character.</returns>
    /// <exception cref="ArgumentException">A character is not in the vocabulary, and there is no <see cref="Unknown"/>; the message says
    /// where.</exception>
    public override int[] Encode(ReadOnlySpan<char> text)
    {
        int[] result = new int[text.Length];
        for (int i = 0; i < text.Length; i++)
        {
            if (!symbols.TryGetValue(text[i], out result[i]))
                result[i] =
                    unknownSymbol >= 0 ? unknownSymbol : throw new ArgumentException($"At position {i}: {NotThere(text[i])}", nameof(text));
        }

        return result;
    }

    /// <summary>A character's symbol, if it has one of its own: <see cref="Unknown"/> does not step in.</summary>
    /// <param name="character">The character.</param>
    /// <param name="symbol">Its symbol, or 0.</param>
    /// <returns>True if it is in the vocabulary.</returns>
    public bool TryEncode(char character, out int symbol) => symbols.TryGetValue(character, out symbol);

    /// <inheritdoc/>
    public override string Decode(ReadOnlySpan<int> symbols)
    {
        char[] text = new char[symbols.Length];
        for (int i = 0; i < symbols.Length; i++)
            text[i] = this[symbols[i]];
        return new(text);
    }

    // Numbers: half of a surrogate pair, which is a character here, is no text for JSON.
    internal static Vocabulary Read(JsonElement json) => new(
        new string([.. json.GetProperty("characters").EnumerateArray().Select(character => (char)character.GetUInt16())]),
        json.GetProperty("unknown") is { ValueKind: JsonValueKind.Number } unknown ? (char)unknown.GetUInt16() : null);

    private protected override void Write(Utf8JsonWriter writer)
    {
        if (Unknown is { } unknown)
            writer.WriteNumber("unknown", unknown);
        else
            writer.WriteNull("unknown");
        writer.WriteStartArray("characters");
        foreach (char character in Characters)
            writer.WriteNumberValue(character);
        writer.WriteEndArray();
    }

    private static Dictionary<char, int> Frequencies(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            throw new ArgumentException("The text is empty: a vocabulary needs at least one character.", nameof(text));
        Dictionary<char, int> frequencies = [];
        foreach (char character in text)
            frequencies[character] = frequencies.GetValueOrDefault(character) + 1;
        return frequencies;
    }

    private string NotThere(char character) => $"{Show(character)} is not among the {Count} characters of the vocabulary.";

    private static string Show(char character) =>
        char.IsControl(character) || char.IsSurrogate(character) ? $"U+{(int)character:X4}" : $"'{character}' (U+{(int)character:X4})";
}
