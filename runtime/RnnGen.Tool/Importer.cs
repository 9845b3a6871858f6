using System.Text;
using RnnGen.Onnx;

namespace RnnGen.Tool;

/// <summary>Writes what was imported, and what was not.</summary>
internal static class Importer
{
    /// <param name="import">The import.</param>
    /// <param name="directory">The folder for the files.</param>
    /// <param name="isPartial">True if parts are wanted, too.</param>
    /// <param name="isForced">True if files that exist are replaced.</param>
    /// <param name="output">Receives the results.</param>
    /// <param name="errors">The writer of error messages.</param>
    /// <returns>0 if everything that was asked for is written.</returns>
    public static int Write(OnnxImport import, string directory, bool isPartial, bool isForced, TextWriter output, TextWriter errors)
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
            errors.WriteLine(import.Models.Count == 0
                ? "Nothing is written: there is no network that RnnGen can have."
                : $"Nothing is written. With --partial: {string.Join(", ", import.Models.Select(m => m.Name))}.");
            return 1;
        }

        string[] existing = [.. import.Models.SelectMany(model => (string[])[Declaration(model), Weights(model)])
            .Where(name => Path.Exists(Path.Combine(directory, name)))];
        if (existing.Length > 0 && !isForced)
        {
            errors.WriteLine($"Nothing is written: {string.Join(", ", existing)} would be replaced. With --force they are.");
            return 1;
        }

        Directory.CreateDirectory(directory);
        foreach (ImportedModel model in import.Models)
        {
            // The weights first: a declaration without its own would be taken for another's.
            model.Weights.Write(Path.Combine(directory, Weights(model)));
            AtomicFile.Write(
                Path.Combine(directory, Declaration(model)), stream => stream.Write(Encoding.UTF8.GetBytes(model.Declaration)));
            string outputs = string.Join(", ", model.Outputs.Select(FileText.Quote));
            output.WriteLine($"{Declaration(model)}, {Weights(model)}: from {FileText.Quote(model.Input)} to {outputs}, "
                + $"{model.Weights.Tensors.Sum(t => t.Count):N0} weights");
        }

        return 0;
    }

    private static string Declaration(ImportedModel model) => $"{model.Name}.cs";

    private static string Weights(ImportedModel model) => $"{model.Name}.safetensors";
}
