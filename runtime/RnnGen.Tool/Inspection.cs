using System.Text.Json;
using RnnGen.Formats;
using RnnGen.Onnx;

namespace RnnGen.Tool;

/// <summary>What files are, and tables of what they have. The format is recognised by what the file has.</summary>
internal static class Inspection
{
    private const int LongestCell = 100;

    /// <exception cref="InvalidDataException">The file is broken, or in no format that is known.</exception>
    public static void Write(string path, TextWriter output)
    {
        FileFormat format = TensorFile.FormatOf(path);
        if (format == FileFormat.Unknown)
            throw new InvalidDataException($"{Path.GetFileName(path)} is {FormatTexts.Describe(format)}.");
        output.WriteLine(FormatTexts.Describe(format));
        List<string> suggestion = [];
        List<string[]> rows = Rows(path, format, suggestion);
        int[] widths = [.. rows[0].Select((_, column) => rows.Max(r => r[column].Length))];
        foreach (string[] row in rows)
            output.WriteLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        if (suggestion.Count > 0)
            output.WriteLine("\nA declaration to begin with:");
        foreach (string line in suggestion)
            output.WriteLine(line);
    }

    private static List<string[]> Rows(string path, FileFormat format, List<string> suggestion)
    {
        switch (format)
        {
            case FileFormat.Pickle:
                return [[""]];
            case FileFormat.Onnx:
                return Onnx(File.ReadAllBytes(path));
            case FileFormat.RtNeural or FileFormat.AidaX:
                return Json(File.ReadAllBytes(path));
            case FileFormat.TensorFlowLite:
                ImportedModel model = ModelImport.Read(path);
                suggestion.AddRange(model.Declaration.TrimEnd().Split('\n'));
                return Safetensors(model.Weights);
            default:
                using (SafetensorsFile file = TensorFile.Open(path))
                {
                    suggestion.AddRange(StateDictSuggestion.Of(file));
                    return Safetensors(file);
                }
        }
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
            JsonElement layers = document.RootElement.GetProperty("layers");
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
