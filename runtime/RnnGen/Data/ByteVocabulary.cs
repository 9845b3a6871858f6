using System.Text;
using System.Text.Json;

namespace RnnGen;

/// <summary>The bytes of a text in UTF-8 as symbols 0 to 255: every text has symbols, and none is unknown.</summary>
/// <remarks>A character outside ASCII is two to four symbols. Any number of threads may use it.</remarks>
public sealed class ByteVocabulary : TextVocabulary
{
    internal const string KindName = "bytes";

    /// <summary>256.</summary>
    public override int Count => 256;

    private protected override string Kind => KindName;

    /// <summary>A text's bytes. Half of a surrogate pair is encoded as U+FFFD, �.</summary>
    /// <param name="text">The text.</param>
    public override int[] Encode(ReadOnlySpan<char> text)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);
        return Array.ConvertAll(bytes, value => (int)value);
    }

    /// <summary>The text of bytes; what is no UTF-8 becomes U+FFFD, �.</summary>
    /// <inheritdoc/>
    public override string Decode(ReadOnlySpan<int> symbols)
    {
        byte[] bytes = new byte[symbols.Length];
        for (int i = 0; i < bytes.Length; i++)
        {
            Check(symbols[i]);
            bytes[i] = (byte)symbols[i];
        }

        return Encoding.UTF8.GetString(bytes);
    }

    private protected override void Write(Utf8JsonWriter writer)
    {
    }
}
