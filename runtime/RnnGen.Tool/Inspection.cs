using System.Buffers.Binary;
using System.Text.Json;
using RnnGen.Onnx;

namespace RnnGen.Tool;

/// <summary>Tables of what files have. The format is recognised by what the file begins with.</summary>
internal static class Inspection
{
    private const int LengthField = 8, LongestCell = 100;

    /// <exception cref="InvalidDataException">The file is broken.</exception>
    public static void Write(string path, TextWriter output)
    {
        List<string[]> rows = Rows(path);
        int[] widths = [.. rows[0].Select((_, column) => rows.Max(r => r[column].Length))];
        foreach (string[] row in rows)
            output.WriteLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }

    private static List<string[]> Rows(string path)
    {
        if (IsSafetensors(path))
        {
            using SafetensorsFile opened = SafetensorsFile.Open(path);
            return Safetensors(opened);
        }

        byte[] file = File.ReadAllBytes(path);
        return file.AsSpan().TrimStart(" \t\r\n"u8) is [(byte)'{', ..] ? Json(file) : Onnx(file);
    }

    /// <summary>A length that the file has room for, and behind it JSON. JSON itself would be a length beyond any file.</summary>
    private static bool IsSafetensors(string path)
    {
        using FileStream stream = File.OpenRead(path);
        Span<byte> start = stackalloc byte[LengthField + 16];
        start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        return start.Length > LengthField && BinaryPrimitives.ReadUInt64LittleEndian(start) <= (ulong)(stream.Length - LengthField)
            && start[LengthField..].TrimStart(" \t\r\n"u8) is [(byte)'{', ..];
    }

    private static List<string[]> Safetensors(SafetensorsFile file)
    {
        List<string[]> rows = [["tensor", "type", "shape", "smallest", "largest"]];
        foreach (SafetensorsTensor tensor in file.Tensors)
            rows.Add([Text(tensor.Name), tensor.Type, $"[{string.Join(", ", tensor.Shape.ToArray())}]", .. Range(tensor)]);
        foreach (var (key, value) in file.Metadata)
            rows.Add([Text(key), "text", Text(value), "", ""]);
        return rows;
    }

    private static string[] Range(SafetensorsTensor tensor)
    {
        if (!tensor.IsReal || tensor.Count == 0)
            return ["", ""];
        double[] values = new double[tensor.Count];
        tensor.CopyTo<double>(values);
        return [$"{values.Min():G5}", $"{values.Max():G5}"];
    }

    private static List<string[]> Onnx(byte[] file) =>
        [["what", "name", "type", "shape"], .. OnnxSummary.Read(file).Select(l => new[] { l.Kind, l.Name, l.Type, l.Detail })];

    private static List<string[]> Json(byte[] file)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(file);
            if (!document.RootElement.TryGetProperty("layers", out JsonElement layers))
                return Safetensors(RtNeuralFile.Read(file));
            List<string[]> rows = [["layer", "type", "activation", "shape", "weights"]];
            int number = 0;
            foreach (JsonElement layer in layers.EnumerateArray())
            {
                rows.Add(
                [
                    $"{++number}",
                    Text(layer.GetProperty("type").GetString()),
                    Text(layer.TryGetProperty("activation", out JsonElement activation) ? activation.GetString() : ""),
                    Text($"[{string.Join(", ", layer.GetProperty("shape").EnumerateArray().Select(s => s.GetRawText()))}]"),
                    string.Join(
                        " ", layer.TryGetProperty("weights", out JsonElement weights) ? weights.EnumerateArray().Select(Shape) : []),
                ]);
            }

            return rows;
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidDataException($"This is no model in RTNeural's JSON: {problem.Message}", problem);
        }
    }

    /// <summary>The sizes of nested lists, by their first items.</summary>
    private static string Shape(JsonElement list)
    {
        List<int> sizes = [];
        for (JsonElement level = list; level.ValueKind == JsonValueKind.Array; level = level[0])
        {
            sizes.Add(level.GetArrayLength());
            if (sizes[^1] == 0)
                break;
        }

        return $"[{string.Join(", ", sizes)}]";
    }

    private static string Text(string? text) => FileText.Escape(text ?? "", LongestCell);
}
