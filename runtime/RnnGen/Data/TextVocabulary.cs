using System.Text;
using System.Text.Json;

namespace RnnGen;

/// <summary>Texts as symbols 0, 1, 2, …, and back.</summary>
/// <remarks>
/// <see cref="Vocabulary"/> takes characters, <see cref="WordVocabulary"/> words and <see cref="ByteVocabulary"/> the bytes of UTF-8.
/// <see cref="ToJson"/> is what to keep beside a model: <c>model.Save(path, new Dictionary&lt;string, string&gt; { ["vocabulary"] =
/// vocabulary.ToJson() })</c>. Any number of threads may use a vocabulary.
/// </remarks>
public abstract class TextVocabulary
{
    private protected TextVocabulary()
    {
    }

    /// <summary>The number of symbols.</summary>
    public abstract int Count { get; }

    /// <summary>The name of the kind in JSON.</summary>
    private protected abstract string Kind { get; }

    /// <summary>A text's symbols.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="ArgumentException">Something is not in the vocabulary, which has no symbol for the unknown; the message says
    /// where.</exception>
    public abstract int[] Encode(ReadOnlySpan<char> text);

    /// <summary>The text that symbols stand for.</summary>
    /// <param name="symbols">The symbols, each 0 to <see cref="Count"/> − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such symbol.</exception>
    public abstract string Decode(ReadOnlySpan<int> symbols);

    /// <summary>The vocabulary as one line of JSON, for a model's metadata or a file beside it.</summary>
    public string ToJson()
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("kind", Kind);
            Write(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>Reads what <see cref="ToJson"/> gave.</summary>
    /// <param name="json">The text.</param>
    /// <returns>A vocabulary of the kind that was written.</returns>
    /// <exception cref="InvalidDataException">It is no such text.</exception>
    public static TextVocabulary FromJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            JsonElement root = document.RootElement;
            return root.GetProperty("kind").GetString() switch
            {
                Vocabulary.KindName => Vocabulary.Read(root),
                WordVocabulary.KindName => WordVocabulary.Read(root),
                ByteVocabulary.KindName => new ByteVocabulary(),
                var other => throw new InvalidDataException($"Expected a vocabulary of characters, words or bytes, not of \"{other}\"."),
            };
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException or FormatException
            or ArgumentException)
        {
            throw new InvalidDataException($"Expected a vocabulary in JSON, as ToJson gives it: {problem.Message}", problem);
        }
    }

    /// <summary>Writes the properties behind the kind.</summary>
    private protected abstract void Write(Utf8JsonWriter writer);

    /// <summary>Refuses a symbol that there is not.</summary>
    private protected void Check(int symbol)
    {
        if ((uint)symbol >= (uint)Count)
            throw new ArgumentOutOfRangeException(nameof(symbol), symbol, $"A symbol must be 0 to {Count - 1}.");
    }
}
