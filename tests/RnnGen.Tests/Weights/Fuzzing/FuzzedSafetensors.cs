using System.Text;
using System.Text.Json;

namespace RnnGen.Tests;

/// <summary>Damaged safetensors files: bytes, lengths, and headers that are still JSON.</summary>
internal static class FuzzedSafetensors
{
    /// <summary>What the documentation of <see cref="SafetensorsFile"/> states.</summary>
    public const long MemoryAtOnce = 16 << 10;
    public const int MemoryPerByte = 32;

    private const int LengthField = 8;
    private const int LargestSeed = 1 << 15;

    private static readonly long[] Lengths =
        [0, 1, 7, 8, 100_000_000, 100_000_001, int.MaxValue, uint.MaxValue, long.MaxValue, long.MinValue, -1];
    private static readonly string[] Types = ["F64", "F32", "F16", "BF16", "I64", "I8", "BOOL", "F8_E4M3", "C64"];

    public static IFuzzedReader Reader() =>
        Reader(file => SafetensorsFile.Read(file), file => SafetensorsFile.Read(file.AsSpan()), ReadStream, ReadSocket);

    /// <param name="ways">The ways to read a file, which must agree.</param>
    public static IFuzzedReader Reader(params Func<byte[], SafetensorsFile>[] ways)
    {
        (byte[] File, List<string> Tokens)[] seeds =
            [.. Seeds().Select(file => (file, JsonMutation.Tokens(file.AsSpan(LengthField, HeaderLength(file)))))];
        return new FuzzedReader<SafetensorsFile>(
            (index, random) =>
            {
                var (file, tokens) = seeds[index % seeds.Length];
                return random.Next(3) == 0
                    ? ByteMutation.Apply(file, random)
                    : Mutate(file, tokens, seeds[random.Next(seeds.Length)].Tokens, random);
            },
            ways,
            Judge)
        {
            MemoryAtOnce = MemoryAtOnce,
            MemoryPerByte = MemoryPerByte,
        };
    }

    private static byte[] Mutate(byte[] file, List<string> tokens, List<string> other, Random random)
    {
        List<string> changed = [.. tokens];
        new JsonMutation(random).Apply(changed, other);
        byte[] header = JsonMutation.Join(changed);
        if (random.Next(16) == 0)
            header = ByteMutation.Apply(header, random);
        // Mostly the true length, so that the damage reaches the parser; and data of another length, which changed offsets may fit.
        long length = random.Next(24) switch
        {
            0 =>
            Lengths[random.Next(Lengths.Length)],
            1 => header.Length + random.Next(-9, 10),
            _ => header.Length
        };
        byte[] data = file[(LengthField + HeaderLength(file))..];
        int size = random.Next(16) switch { 0 => random.Next(data.Length + 1), 1 => data.Length + random.Next(16), _ => data.Length };
        Array.Resize(ref data, size);
        return [.. BitConverter.GetBytes(length), .. header, .. data];
    }

    /// <summary>What has been read holds together, can be converted, and comes back from being written.</summary>
    private static string Judge(SafetensorsFile file)
    {
        foreach (SafetensorsTensor tensor in file.Tensors)
        {
            if (tensor.IsReal)
                tensor.CopyTo<double>(new double[tensor.Count]);
            Check(ReferenceEquals(file[tensor.Name], tensor), "a name leads elsewhere");
        }

        using MemoryStream stream = new();
        file.Write(stream);
        SafetensorsFile back = SafetensorsFile.Read(stream.ToArray());
        Check(
            back.Tensors.Count == file.Tensors.Count && back.Metadata.Count == file.Metadata.Count, "what is written is not what was read");
        Check(file.Metadata.All(text => back.Metadata[text.Key] == text.Value), "texts change");
        Check(
            file.Tensors.Zip(
                back.Tensors,
                (a, b) => a.Name == b.Name
                    && a.Type == b.Type
                    && a.Shape.SequenceEqual(b.Shape)
                    && a.Data.Span.SequenceEqual(b.Data.Span)).All(same => same),
            "tensors change");
        return "read";
    }

    private static IEnumerable<byte[]> Seeds()
    {
        for (int i = 0; i < 12; i++)
            yield return Example(new Random(i));
        if (SharedCases.Find("safetensors/safetensors_cases.json") is { } path)
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            foreach (JsonElement @case in document.RootElement.GetProperty("cases")
                .EnumerateArray()
                .Where(c => c.GetProperty("accept").ValueKind == JsonValueKind.True))
                yield return Convert.FromHexString(@case.GetProperty("hex").GetString()!);
        }

        if (SharedCases.Find("torch_grad") is { } folder)
        {
            foreach (string file in Directory.EnumerateFiles(folder, "*.safetensors")
                .Order(StringComparer.Ordinal)
                .Where(file => new FileInfo(file).Length <= LargestSeed))
                yield return File.ReadAllBytes(file);
        }
    }

    /// <summary>Tensors of all types and some shapes, with texts or without.</summary>
    private static byte[] Example(Random random)
    {
        List<string> header = random.Next(2) == 0 ? [] : ["""
            "__metadata__":{"format":"pt","epoch":"7"}
            """];
        int end = 0;
        for (int i = random.Next(1, 9); i > 0; i--)
        {
            int[] shape = [.. Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(5))];
            string type = Types[random.Next(Types.Length)];
            int begin = end;
            end += shape.Aggregate(
                1,
                (count, size) => count * size) * (type switch { "F64" or "I64" or "C64" => 8, "F32" => 4, "F16" or "BF16" => 2, _ => 1 });
            header.Add($$"""
                "rnn.tensor_{{i}}":{"dtype":"{{type}}","shape":[{{string.Join(",", shape)}}],"data_offsets":[{{begin}},{{end}}]}
                """);
        }

        byte[] json = Encoding.UTF8.GetBytes($"{{{string.Join(",", header)}}}"), data = new byte[end];
        random.NextBytes(data);
        using MemoryStream stream = new();
        SafetensorsFile.Read([.. BitConverter.GetBytes((long)json.Length), .. json, .. data]).Write(stream);
        return stream.ToArray();
    }

    private static int HeaderLength(byte[] file) => (int)BitConverter.ToInt64(file);

    private static SafetensorsFile ReadStream(byte[] file)
    {
        using MemoryStream stream = new(file);
        return SafetensorsFile.Read(stream);
    }

    private static SafetensorsFile ReadSocket(byte[] file)
    {
        using TrickleStream stream = new(file, 1_000);
        return SafetensorsFile.Read(stream);
    }

    private static void Check(bool condition, string problem)
    {
        if (!condition)
            throw new InvalidOperationException(problem);
    }
}
