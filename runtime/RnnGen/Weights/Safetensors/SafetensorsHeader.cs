using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace RnnGen;

/// <summary>
/// The JSON at the head of a safetensors file: {"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, …}.
/// Everything the format demands of it is checked before a single tensor is touched.
/// </summary>
internal sealed class SafetensorsHeader
{
    public const string MetadataKey = "__metadata__";

    /// <summary>The format's own limit.</summary>
    public const int MaxLength = 100_000_000;

    /// <summary>The length field before the header: JSON positions are reported from the start of the file.</summary>
    private const int LengthField = 8;

    private SafetensorsHeader(List<Entry> tensors, Dictionary<string, string> metadata, long dataLength)
    {
        Tensors = tensors;
        Metadata = metadata;
        DataLength = dataLength;
    }

    /// <summary>A tensor and where its bytes are, counted from the end of the header.</summary>
    public readonly record struct Entry(string Name, string Type, long[] Shape, long Begin, long End);

    /// <summary>The tensors in the order of the header.</summary>
    public IReadOnlyList<Entry> Tensors { get; }

    public Dictionary<string, string> Metadata { get; }

    /// <summary>The number of bytes of the tensors, which must be all that follow the header.</summary>
    public long DataLength { get; }

    /// <exception cref="InvalidDataException">The header is not one.</exception>
    public static SafetensorsHeader Parse(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
            throw Bad("The header is not UTF-8.");
        Utf8JsonReader reader = new(json);
        try
        {
            return Read(ref reader);
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"The header of the safetensors file is not JSON: {exception.Message}", exception);
        }
        catch (InvalidOperationException exception)
        {
            // Utf8JsonReader's answer to an escape such as \ud800, half of a surrogate pair.
            throw new InvalidDataException(
                $"The header of the safetensors file has a text at byte {reader.TokenStartIndex + LengthField} that is not Unicode.",
                exception);
        }
    }

    /// <summary>A copy of texts that come back as they are when they are written and read.</summary>
    /// <exception cref="ArgumentException">One would not.</exception>
    public static Dictionary<string, string> CheckMetadata(IReadOnlyDictionary<string, string>? metadata)
    {
        Dictionary<string, string> copy = new(StringComparer.Ordinal);
        foreach (var (key, value) in metadata ?? copy)
        {
            if (!IsUnicode(key))
                throw new ArgumentException(
                    $"The metadata have the key {(key is null ? "null" : FileText.Quote(key))}, which is no Unicode text.",
                    nameof(metadata));
            if (!IsUnicode(value))
                throw new ArgumentException(
                    $"The metadata have {(value is null ? "null" : "half of a surrogate pair")} under {FileText.Quote(key)}, which is no "
                    + "Unicode text.",
                    nameof(metadata));
            if (!copy.TryAdd(key, value))
                throw new ArgumentException($"The metadata have {FileText.Quote(key)} twice.", nameof(metadata));
        }

        return copy;
    }

    /// <summary>True if a text can be UTF-8: it is there, and has no half of a surrogate pair.</summary>
    public static bool IsUnicode([NotNullWhen(true)] string? text)
    {
        if (text is null)
            return false;
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(char.IsHighSurrogate(text[i]) && ++i < text.Length && char.IsLowSurrogate(text[i])))
                return false;
        }

        return true;
    }

    /// <summary>The header with its length field, padded with spaces so that the data starts at a multiple of 8.</summary>
    /// <exception cref="InvalidOperationException">It is longer than a reader would accept.</exception>
    public static byte[] Format(IReadOnlyList<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        ArrayBufferWriter<byte> buffer = new();
        buffer.Write(stackalloc byte[LengthField]);
        using (Utf8JsonWriter writer = new(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            if (metadata.Count > 0)
            {
                writer.WriteStartObject(MetadataKey);
                foreach (KeyValuePair<string, string> entry in metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal))
                    writer.WriteString(entry.Key, entry.Value);
                writer.WriteEndObject();
            }

            long offset = 0;
            foreach (SafetensorsTensor tensor in tensors)
            {
                writer.WriteStartObject(tensor.Name);
                writer.WriteString("dtype", tensor.Type);
                writer.WriteStartArray("shape");
                foreach (long size in tensor.Shape)
                    writer.WriteNumberValue(size);
                writer.WriteEndArray();
                writer.WriteStartArray("data_offsets");
                writer.WriteNumberValue(offset);
                writer.WriteNumberValue(offset += tensor.ByteCount);
                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        while (buffer.WrittenCount % 8 != 0)
            buffer.Write(" "u8);
        if (buffer.WrittenCount - LengthField > MaxLength)
            throw new InvalidOperationException($"The names and texts take {buffer.WrittenCount - LengthField} bytes, more than the "
                + $"{MaxLength} that the format allows.");
        byte[] header = buffer.WrittenSpan.ToArray();
        System.Buffers.Binary.BinaryPrimitives.WriteInt64LittleEndian(header, header.Length - LengthField);
        return header;
    }

    private static SafetensorsHeader Read(ref Utf8JsonReader reader)
    {
        List<Entry> tensors = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        Dictionary<string, string>? metadata = null;

        reader.Read();
        Expect(ref reader, JsonTokenType.StartObject, "The header");
        while (NextName(ref reader, out string name))
        {
            if (!names.Add(name))
                throw Bad($"{FileText.Quote(name)} occurs twice in the header (byte {reader.TokenStartIndex + LengthField}).");
            reader.Read();
            if (name == MetadataKey)
                metadata = ReadMetadata(ref reader);
            else
                tensors.Add(ReadTensor(ref reader, name));
        }

        // Refuses anything but white space behind the object.
        reader.Read();
        return new(tensors, metadata ?? [], CheckLayout(tensors));
    }

    private static Dictionary<string, string> ReadMetadata(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartObject, MetadataKey);
        Dictionary<string, string> metadata = new(StringComparer.Ordinal);
        while (NextName(ref reader, out string key))
        {
            reader.Read();
            Expect(ref reader, JsonTokenType.String, $"{MetadataKey}, {FileText.Quote(key)},");
            if (!metadata.TryAdd(key, reader.GetString()!))
                throw Bad($"{MetadataKey} has {FileText.Quote(key)} twice (byte {reader.TokenStartIndex + LengthField}).");
        }

        return metadata;
    }

    private static Entry ReadTensor(ref Utf8JsonReader reader, string name)
    {
        string tensor = $"tensor {FileText.Quote(name)}";
        Expect(ref reader, JsonTokenType.StartObject, tensor);
        string? type = null;
        long[]? shape = null, offsets = null;
        while (NextName(ref reader, out string key))
        {
            long position = reader.TokenStartIndex + LengthField;
            if (key switch { "dtype" => (object?)type, "shape" => shape, "data_offsets" => offsets, _ => null } is not null)
                throw Bad($"{tensor} has {key} twice (byte {position}).");
            reader.Read();
            if (key == "dtype")
            {
                Expect(ref reader, JsonTokenType.String, $"dtype of {tensor}");
                type = reader.GetString()!;
            }
            else if (key == "shape")
            {
                shape = ReadNumbers(ref reader, $"shape of {tensor}");
            }
            else if (key == "data_offsets")
            {
                offsets = ReadNumbers(ref reader, $"data_offsets of {tensor}");
            }
            else
            {
                // Nothing forbids further fields, and Hugging Face's reader passes over them too.
                reader.Skip();
            }
        }

        if (type is null || shape is null || offsets is not [long begin, long end])
            throw Bad($"{tensor} needs a dtype, a shape and data_offsets of two numbers.");
        if (begin > end)
            throw Bad($"{tensor} begins at offset {begin}, behind its end at {end}.");
        if (ByteCount(tensor, type, shape) is var bytes && bytes != (ulong)(end - begin))
            throw Bad($"{tensor} at offset {begin} has {end - begin} bytes, but {type} {FileText.Shape(shape)} takes {bytes}.");
        return new(name, type, shape, begin, end);
    }

    private static long[] ReadNumbers(ref Utf8JsonReader reader, string what)
    {
        Expect(ref reader, JsonTokenType.StartArray, what);
        List<long> numbers = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            Expect(ref reader, JsonTokenType.Number, what);
            // As an unsigned number, so that −0 is refused as well.
            if (!reader.TryGetUInt64(out ulong number) || number > long.MaxValue)
                throw Bad($"{what} has a number at byte {reader.TokenStartIndex + LengthField} "
                    + $"that is not an integer from 0 to {long.MaxValue}.");
            numbers.Add((long)number);
        }

        return [.. numbers];
    }

    /// <summary>The size of an element; 0 if the format has no such type.</summary>
    internal static int BitsOf(string type) => type switch
    {
        "F4" => 4,
        "F6_E2M3" or "F6_E3M2" => 6,
        "BOOL" or "U8" or "I8" or "F8_E5M2" or "F8_E4M3" or "F8_E8M0" or "F8_E4M3FNUZ" or "F8_E5M2FNUZ" => 8,
        "U16" or "I16" or "F16" or "BF16" => 16,
        "U32" or "I32" or "F32" => 32,
        "U64" or "I64" or "F64" or "C64" => 64,
        _ => 0,
    };

    private static ulong ByteCount(string tensor, string type, long[] shape)
    {
        int bits = BitsOf(type);
        if (bits == 0)
            throw Bad($"{tensor} has the unknown dtype {FileText.Quote(type)}.");
        UInt128 count = (uint)bits;
        foreach (long size in shape)
        {
            count *= (ulong)size;
            if (count > long.MaxValue)
                throw Bad($"{tensor} has the shape {FileText.Shape(shape)}, which overflows.");
        }

        return count % 8 == 0 ? (ulong)(count / 8) : throw Bad($"{tensor} does not fill its last byte.");
    }

    /// <summary>Tensors may stand in any order, but must cover the data without holes and overlaps.</summary>
    private static long CheckLayout(List<Entry> tensors)
    {
        long covered = 0;
        foreach (Entry tensor in tensors.OrderBy(tensor => tensor.Begin).ThenBy(tensor => tensor.End))
        {
            if (tensor.Begin != covered)
                throw Bad($"tensor {FileText.Quote(tensor.Name)} begins at offset {tensor.Begin}, "
                    + $"but the tensors before it end at {covered}.");
            covered = tensor.End;
        }

        return covered;
    }

    private static bool NextName(ref Utf8JsonReader reader, out string name)
    {
        reader.Read();
        bool more = reader.TokenType == JsonTokenType.PropertyName;
        name = more ? reader.GetString()! : "";
        return more;
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType expected, string what)
    {
        if (reader.TokenType != expected)
            throw Bad($"{what} has a {reader.TokenType} at byte {reader.TokenStartIndex + LengthField} instead of a {expected}.");
    }

    private static InvalidDataException Bad(string reason) => new($"The safetensors file is broken: {reason}");
}
