using RnnGen.Onnx;

namespace RnnGen.Tool;

/// <summary>Writes what was imported, and what was not.</summary>
internal static class Importer
{
    /// <returns>0 if everything that was asked for is written.</returns>
    public static int Write(OnnxImport import, string directory, bool isPartial, TextWriter output, TextWriter errors)
    {
        TextWriter list = isPartial ? output : errors;
        if (!import.IsComplete)
        {
            list.WriteLine($"{import.NotTaken.Count} not taken:");
            foreach (NotTakenNode node in import.NotTaken)
                list.WriteLine($"  {node}");
        }

        if (import.Models.Count == 0 || (!import.IsComplete && !isPartial))
        {
            errors.WriteLine(import.Models.Count == 0 ? "Nothing is written: there is no network that RnnGen can have." : $"Nothing is written. With --partial: {string.Join(", ", import.Models.Select(m => m.Name))}.");
            return 1;
        }

        Directory.CreateDirectory(directory);
        foreach (ImportedModel model in import.Models)
        {
            File.WriteAllText(Path.Combine(directory, $"{model.Name}.cs"), model.Declaration);
            model.Weights.Write(Path.Combine(directory, $"{model.Name}.safetensors"));
            output.WriteLine($"{model.Name}.cs, {model.Name}.safetensors: from '{model.Input}' to {string.Join(", ", model.Outputs.Select(o => $"'{o}'"))}, {model.Weights.Tensors.Sum(t => t.Count):N0} weights");
        }

        return 0;
    }
}
