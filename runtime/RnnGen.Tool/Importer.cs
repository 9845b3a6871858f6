using System.Text;
using RnnGen.Formats;
using RnnGen.Onnx;

namespace RnnGen.Tool;

/// <summary>Writes what was imported, and what was not.</summary>
internal static class Importer
{
    /// <summary>Reads a model: of ONNX as much as can be had, of other formats all or nothing.</summary>
    public static (IReadOnlyList<ImportedModel> Models, IReadOnlyList<NotTakenNode> NotTaken) Read(string path, OnnxImportOptions options)
    {
        // What no format is recognised in may still be ONNX, whose own message says what is wrong.
        if (TensorFile.FormatOf(path) is FileFormat.Onnx or FileFormat.Unknown)
        {
            OnnxImport import = OnnxImport.Read(path, options);
            return (import.Models, import.NotTaken);
        }

        return ([ModelImport.Read(path, options)], []);
    }

    /// <param name="models">The models.</param>
    /// <param name="notTaken">What could not be taken.</param>
    /// <param name="directory">The folder for the files.</param>
    /// <param name="isPartial">True if parts are wanted, too.</param>
    /// <param name="isForced">True if files that exist are replaced.</param>
    /// <param name="output">Receives the results.</param>
    /// <param name="errors">The writer of error messages.</param>
    /// <returns>0 if everything that was asked for is written.</returns>
    public static int Write(
        IReadOnlyList<ImportedModel> models, IReadOnlyList<NotTakenNode> notTaken, string directory, bool isPartial, bool isForced,
        TextWriter output, TextWriter errors)
    {
        TextWriter list = isPartial ? output : errors;
        if (notTaken.Count > 0)
        {
            list.WriteLine($"{notTaken.Count} not taken:");
            foreach (NotTakenNode node in notTaken)
                list.WriteLine($"  {node}");
        }

        if (models.Count == 0 || (notTaken.Count > 0 && !isPartial))
        {
            errors.WriteLine(models.Count == 0
                ? "Nothing is written: there is no network that RnnGen can have."
                : $"Nothing is written. With --partial: {string.Join(", ", models.Select(m => m.Name))}.");
            return 1;
        }

        string[] existing = [.. models.SelectMany(model => (string[])[Declaration(model), Weights(model)])
            .Where(name => Path.Exists(Path.Combine(directory, name)))];
        if (existing.Length > 0 && !isForced)
        {
            errors.WriteLine($"Nothing is written: {string.Join(", ", existing)} would be replaced. With --force they are.");
            return 1;
        }

        Directory.CreateDirectory(directory);
        foreach (ImportedModel model in models)
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
