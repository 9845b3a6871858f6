using System.Text.Json;
using RnnGen.Onnx.Protos;

namespace RnnGen.FormatCheck;

/// <summary>A tensor in a case's JSON.</summary>
internal sealed record CaseTensor(int[] Dims, float[] Data, bool IsInteger = false);

/// <summary>Writes an ONNX file and beside it what it should compute.</summary>
internal static class Case
{
    private static readonly JsonSerializerOptions Names = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static void Write(
        string directory, string name, byte[] model, Dictionary<string, CaseTensor> inputs, Dictionary<string, CaseTensor> outputs)
    {
        Directory.CreateDirectory(directory);
        File.WriteAllBytes(Path.Combine(directory, $"{name}.onnx"), model);
        File.WriteAllText(Path.Combine(directory, $"{name}.json"), JsonSerializer.Serialize(new { inputs, outputs }, Names));
    }

    public static float[] Numbers(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];

    /// <summary>Cuts a model's outputs, its heads side by side, into the graph's.</summary>
    public static Dictionary<string, CaseTensor> Heads(GraphProto graph, float[] outputs)
    {
        var heads = graph.Output.Where(o => o.Name.StartsWith("output", StringComparison.Ordinal))
            .Select(o => (o.Name, Dims: o.Type.TensorType.Shape.Dim)).ToList();
        int width = heads.Sum(h => (int)h.Dims[^1].DimValue), first = 0, steps = outputs.Length / width;
        Dictionary<string, CaseTensor> result = [];
        foreach (var (name, dims) in heads)
        {
            int size = (int)dims[^1].DimValue, start = first;
            float[] values = [.. Enumerable.Range(0, steps).SelectMany(t => outputs.Skip((t * width) + start).Take(size))];
            result[name] = new(dims.Count == 2 ? [1, size] : [steps, 1, size], values);
            first += size;
        }

        return result;
    }
}
