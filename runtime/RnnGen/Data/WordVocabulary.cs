using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace RnnGen;

/// <summary>The words of texts as symbols 0, 1, 2, …, and back.</summary>
/// <remarks>
/// A word is a run of letters, digits, marks and apostrophes, or any other single character but white space, which only separates. Any
/// number of threads may use a vocabulary.
/// </remarks>
public sealed class WordVocabulary : TextVocabulary
{
    internal const string KindName = "words";

    private readonly string[] words;
    private readonly Dictionary<string, int> symbols;
    private readonly int unknownSymbol = -1;

    /// <summary>A vocabulary of given words, in the order of their symbols.</summary>
    /// <param name="words">At least one, each once. One that no text has, such as <c>&lt;pad&gt;</c>, is a symbol of its own use.</param>
    /// <param name="unknown">The one that every other word is read as; null if other words are an error.</param>
    /// <param name="ignoreCase">True if upper and lower case are one.</param>
    /// <exception cref="ArgumentException">There are no words, one is empty, there twice or half of a surrogate pair, or
    /// <paramref name="unknown"/> is not among them.</exception>
    public WordVocabulary(IReadOnlyList<string> words, string? unknown = null, bool ignoreCase = false)
    {
        ArgumentNullException.ThrowIfNull(words);
        if (words.Count == 0)
            throw new ArgumentException("A vocabulary needs at least one word, but there is none.", nameof(words));
        this.words = [.. words];
        IgnoreCase = ignoreCase;
        Unknown = unknown;
        symbols = new(words.Count, Comparer(ignoreCase));
        for (int symbol = 0; symbol < words.Count; symbol++)
        {
            if (string.IsNullOrEmpty(words[symbol]) || !IsWhole(words[symbol]))
                throw new ArgumentException($"Word {symbol} is empty or has half of a surrogate pair.", nameof(words));
            if (!symbols.TryAdd(words[symbol], symbol))
                throw new ArgumentException(
                    $"\"{words[symbol]}\" is both symbol {symbols[words[symbol]]} and symbol {symbol}.", nameof(words));
        }

        if (unknown is not null && !symbols.TryGetValue(unknown, out unknownSymbol))
            throw new ArgumentException($"The unknown word \"{unknown}\" must itself be in the vocabulary.", nameof(unknown));
    }

    /// <inheritdoc/>
    public override int Count => words.Length;

    /// <summary>The words in the order of their symbols.</summary>
    public IReadOnlyList<string> Words => words;

    /// <summary>The word that others are read as; null if they are an error.</summary>
    public string? Unknown { get; }

    /// <summary>True if upper and lower case are one.</summary>
    public bool IgnoreCase { get; }

    private protected override string Kind => KindName;

    /// <summary>A symbol's word.</summary>
    /// <param name="symbol">0 to <see cref="Count"/> − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such symbol.</exception>
    public string this[int symbol]
    {
        get
        {
            Check(symbol);
            return words[symbol];
        }
    }

    /// <summary>
    /// The most frequent words of texts, in the order of their frequency, behind one that all others are read as. Of equally frequent ones
    /// the first in the order of their code units are taken.
    /// </summary>
    /// <param name="texts">Texts with at least one word.</param>
    /// <param name="maximumCount">The most symbols, the unknown one included: at least 2.</param>
    /// <param name="unknown">The word for the others.</param>
    /// <param name="ignoreCase">True if upper and lower case are one.</param>
    /// <exception cref="ArgumentException">The texts have no word.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maximumCount"/> is less than 2.</exception>
    public static WordVocabulary Of(IEnumerable<string> texts, int maximumCount, string unknown = "<unk>", bool ignoreCase = false)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentException.ThrowIfNullOrEmpty(unknown);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumCount, 2);
        Dictionary<string, int> frequencies = new(StringComparer.Ordinal);
        foreach (string text in texts)
        {
            foreach (string word in Split(text))
            {
                string known = ignoreCase ? word.ToLowerInvariant() : word;
                frequencies[known] = frequencies.GetValueOrDefault(known) + 1;
            }
        }

        if (frequencies.Count == 0)
            throw new ArgumentException("The texts are empty: a vocabulary needs at least one word.", nameof(texts));
        StringComparer comparer = Comparer(ignoreCase);
        IEnumerable<string> kept = frequencies.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => pair.Key).Where(word => !comparer.Equals(word, unknown)).Distinct(comparer).Take(maximumCount - 1);
        return new([unknown, .. kept], unknown, ignoreCase);
    }

    /// <summary>The words of a text.</summary>
    /// <param name="text">The text.</param>
    public static IReadOnlyList<string> Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<string> split = [];
        for (int place = 0; NextWord(text, ref place, out Range word);)
            split.Add(IsWhole(text.AsSpan()[word]) ? text[word] : "\uFFFD");
        return split;
    }

    /// <summary>A text's symbols, one for each word.</summary>
    /// <inheritdoc/>
    public override int[] Encode(ReadOnlySpan<char> text)
    {
        List<int> encoded = [];
        for (int place = 0; NextWord(text, ref place, out Range word);)
        {
            if (TryEncode(text[word], out int symbol))
                encoded.Add(symbol);
            else
                encoded.Add(unknownSymbol >= 0 ? unknownSymbol : throw new ArgumentException(
                    $"At position {word.Start.Value}: \"{text[word]}\" is not among the {Count} words of the vocabulary.", nameof(text)));
        }

        return [.. encoded];
    }

    /// <summary>A word's symbol, if it has one of its own: <see cref="Unknown"/> does not step in.</summary>
    /// <param name="word">The word.</param>
    /// <param name="symbol">Its symbol, or 0.</param>
    /// <returns>True if it is in the vocabulary.</returns>
    public bool TryEncode(ReadOnlySpan<char> word, out int symbol) =>
        symbols.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(word, out symbol);

    /// <summary>The words with a space between them.</summary>
    /// <inheritdoc/>
    public override string Decode(ReadOnlySpan<int> symbols)
    {
        string[] decoded = new string[symbols.Length];
        for (int i = 0; i < decoded.Length; i++)
            decoded[i] = this[symbols[i]];
        return string.Join(' ', decoded);
    }

    internal static WordVocabulary Read(JsonElement json) => new(
        [.. json.GetProperty("words").EnumerateArray().Select(word => word.GetString() ?? "")], json.GetProperty("unknown").GetString(),
        json.GetProperty("ignoreCase").GetBoolean());

    private protected override void Write(Utf8JsonWriter writer)
    {
        writer.WriteString("unknown", Unknown);
        writer.WriteBoolean("ignoreCase", IgnoreCase);
        writer.WriteStartArray("words");
        foreach (string word in words)
            writer.WriteStringValue(word);
        writer.WriteEndArray();
    }

    private static StringComparer Comparer(bool ignoreCase) => ignoreCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    private static bool NextWord(ReadOnlySpan<char> text, ref int place, out Range word)
    {
        int start = place;
        while (start < text.Length && char.IsWhiteSpace(text[start]))
            start++;
        int end = start;
        while (end < text.Length)
        {
            Rune.DecodeFromUtf16(text[end..], out Rune rune, out int length);
            bool isInWord = Rune.IsLetterOrDigit(rune) || rune.Value is '\'' or '\u2019'
                || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark
                    or UnicodeCategory.SpacingCombiningMark;
            if (isInWord || end == start)
                end += length;
            if (!isInWord)
                break;
        }

        place = end;
        word = start..end;
        return end > start;
    }

    private static bool IsWhole(ReadOnlySpan<char> word)
    {
        while (!word.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(word, out _, out int length) != OperationStatus.Done)
                return false;
            word = word[length..];
        }

        return true;
    }
}
