using System.Globalization;
using System.Text.Json;

namespace RnnGen.Conformance;

/// <summary>Formats of one program each, as docs/formats.md shows them.</summary>
internal static class OneOffFormats
{
    /// <summary>float32 files, and a manifest of their names and shapes (deeplearn.js).</summary>
    public static SafetensorsFile Raw(string folder)
    {
        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "manifest.json")));
        return new(manifest.RootElement.EnumerateObject().Select(entry => SafetensorsTensor.FromBytes(
            entry.Name, "F32", [.. entry.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())],
            File.ReadAllBytes(Path.Combine(folder, entry.Value.GetProperty("filename").GetString()!)))));
    }

    /// <summary>ICU's JSON: mat1 … mat9, each with dim and data.</summary>
    public static SafetensorsFile Icu(string path)
    {
        string[] lstm = ["kernel", "recurrent_kernel", "bias"];
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(path));
        return new(Enumerable.Range(1, 9).Select(i =>
        {
            JsonElement matrix = json.RootElement.GetProperty($"mat{i}");
            string name = i is < 2 or > 7 ? $"mat{i}" : (i < 5 ? "forward." : "backward.") + lstm[(i - 2) % 3];
            return SafetensorsTensor.Create<float>(
                name, [.. matrix.GetProperty("dim").EnumerateArray().Select(size => size.GetInt32())],
                [.. matrix.GetProperty("data").EnumerateArray().Select(number => number.GetSingle())]);
        }));
    }

    /// <summary>rnnoise-nu's text: a line of sizes, then lines of whole numbers that are 256 times the weights.</summary>
    public static SafetensorsFile Rnnn(string path)
    {
        float[][] lines = [.. File.ReadLines(path).Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(n => float.Parse(n, CultureInfo.InvariantCulture)).ToArray())];
        string[] names = ["dense", "vad", "noise", "denoise", "gains", "speech"];
        List<SafetensorsTensor> tensors = [];
        for (int layer = 0, line = 0; layer < names.Length; layer++)
        {
            bool isGru = layer is 1 or 2 or 3;
            int inputs = (int)lines[line][0], units = (int)lines[line++][1], gates = isGru ? 3 : 1;
            foreach (string name in isGru ? ["kernel", "recurrent_kernel", "bias"] : new[] { "kernel", "bias" })
                tensors.Add(SafetensorsTensor.Create<float>(
                    $"{names[layer]}.{name}", name == "bias" ? [gates * units] : [name == "kernel" ? inputs : units, gates * units],
                    [.. lines[line++].Select(n => n / 256)]));
        }

        return new(tensors);
    }
}
