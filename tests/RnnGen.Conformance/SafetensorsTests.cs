using System.Text.Json;
using Xunit.Abstractions;

namespace RnnGen.Conformance;

/// <summary>Byte strings that a reader of safetensors must accept or refuse.</summary>
public class SafetensorsTests(ITestOutputHelper output, Announcer announcer) : IClassFixture<Announcer>
{
    /// <summary>Each is read from memory, from a span, from a stream, and from one that cannot seek.</summary>
    [SuiteFact]
    public void Files()
    {
        Suite suite = new("safetensors");
        foreach (var (_, item) in CaseFolders.Cases("hex", "accept"))
        {
            byte[] bytes = Convert.FromHexString(item.GetProperty("hex").GetString()!);
            Func<SafetensorsFile>[] readers =
            [
                () => SafetensorsFile.Read(bytes),
                () => SafetensorsFile.Read(bytes.AsSpan()),
                () => SafetensorsFile.Read(new MemoryStream(bytes)),
                () => SafetensorsFile.Read(new System.IO.Compression.BrotliStream(
                    Compressed(bytes), System.IO.Compression.CompressionMode.Decompress)),
            ];
            suite.Add(item.GetProperty("name").GetString()!, () => () =>
            {
                foreach (var read in readers)
                    Check(item, read);
            });
        }

        suite.Finish(output, announcer);
    }

    private static void Check(JsonElement item, Func<SafetensorsFile> read)
    {
        // What the format leaves open may be read or refused.
        var accept = item.GetProperty("accept").ValueKind;
        SafetensorsFile file;
        try
        {
            file = read();
        }
        catch (InvalidDataException exception)
        {
            if (accept == JsonValueKind.True)
                throw new MismatchException($"refused, and should be read: {exception.Message}");
            return;
        }

        if (accept == JsonValueKind.False)
            throw new MismatchException($"read, and should be refused: {item.GetProperty("error")}");
        if (item.GetProperty("expect") is not { ValueKind: JsonValueKind.Object } expected)
            return;
        if (expected.EnumerateObject().Count() != file.Tensors.Count)
            throw new MismatchException($"{file.Tensors.Count} tensors were read");
        foreach (var tensor in expected.EnumerateObject())
        {
            var actual = file[tensor.Name];
            string text = $"{actual.Type} [{string.Join(",", actual.Shape.ToArray())}] {Convert.ToHexStringLower(actual.Data.Span)}";
            string wanted = $"{tensor.Value.GetProperty("dtype").GetString()} "
                + $"[{string.Join(",", tensor.Value.GetProperty("shape").EnumerateArray())}] "
                + $"{tensor.Value.GetProperty("data_hex").GetString()}";
            if (text != wanted)
                throw new MismatchException($"{tensor.Name} is {text} instead of {wanted}");
        }
    }

    private static MemoryStream Compressed(byte[] bytes)
    {
        MemoryStream stream = new();
        using (System.IO.Compression.BrotliStream brotli = new(stream, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
            brotli.Write(bytes);
        stream.Position = 0;
        return stream;
    }
}
