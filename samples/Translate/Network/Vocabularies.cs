using RnnGen;

namespace Translate;

/// <summary>The symbols of both sides.</summary>
/// <param name="Characters">Of what is read; one stands for any other.</param>
/// <param name="Words">Of what is said; symbol 0 is the end.</param>
internal sealed record Vocabularies(Vocabulary Characters, IReadOnlyList<string> Words)
{
    private const string EndWord = "<end>";
    private readonly Dictionary<string, int> symbols = Words.Select((word, symbol) => (word, symbol)).ToDictionary();

    /// <summary>Those of pairs.</summary>
    /// <exception cref="ArgumentException">They have more words than the network.</exception>
    public static Vocabularies Of(IReadOnlyList<Pair> pairs)
    {
        string[] words = [EndWord, .. pairs.SelectMany(pair => pair.Spoken.Split(' ')).Distinct().Order(StringComparer.Ordinal)];
        return words.Length <= Sizes.Words
            ? new(Vocabulary.Of(string.Concat(pairs.Select(pair => pair.Written)), Sizes.Characters), words)
            : throw new ArgumentException($"The pairs have {words.Length - 1} different words; {Sizes.Words - 1} are the most.");
    }

    /// <summary>What a model's file keeps.</summary>
    public Dictionary<string, string> ToMetadata() => new() { ["characters"] = Characters.ToJson(), ["words"] = string.Join('\n', Words) };

    /// <summary>Reads what <see cref="ToMetadata"/> gave.</summary>
    /// <exception cref="InvalidDataException">It is not there.</exception>
    public static Vocabularies Of(IReadOnlyDictionary<string, string> metadata) =>
        metadata.TryGetValue("characters", out string? json) && metadata.TryGetValue("words", out string? words)
            && TextVocabulary.FromJson(json) is Vocabulary characters
            ? new(characters, words.Split('\n'))
            : throw new InvalidDataException("The network's file has no characters and words.");

    /// <summary>A text's symbols.</summary>
    /// <exception cref="ArgumentException">It is empty or too long.</exception>
    public int[] Read(string written) => written.Length is > 0 and <= Sizes.LongestText
        ? Characters.Encode(written)
        : throw new ArgumentException($"\"{written}\" has {written.Length} characters; expected 1 to {Sizes.LongestText}.");

    /// <summary>The symbols of words.</summary>
    /// <exception cref="ArgumentException">There are too many, or one is not known.</exception>
    public int[] Say(string spoken)
    {
        string[] words = spoken.Split(' ');
        if (words.Length > Sizes.LongestSpeech)
            throw new ArgumentException($"\"{spoken}\" has {words.Length} words; {Sizes.LongestSpeech} are the most.");
        return [.. words.Select(word => symbols.TryGetValue(word, out int symbol) ? symbol : throw new ArgumentException(
            $"\"{word}\" is not among the {Words.Count - 1} words."))];
    }

    /// <summary>The words of symbols.</summary>
    public string Text(ReadOnlySpan<int> spoken) =>
        string.Join(' ', spoken.ToArray().Select(symbol => symbol < Words.Count ? Words[symbol] : "?"));
}
