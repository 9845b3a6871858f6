using System.Globalization;
using System.Text;
using RnnGen.Formats;
using RnnGen.Onnx;

namespace RnnGen.Tool;

/// <summary>Writes what was imported, and what was not.</summary>
internal static class Importer
{
    private const int LongestWarning = 400;

    /// <summary>Reads NAME=VALUE and NAME=[SIZE,…].</summary>
    /// <exception cref="ArgumentException">A text is neither.</exception>
    public static IReadOnlyDictionary<string, OnnxInput> Inputs(IEnumerable<string> texts)
    {
        Dictionary<string, OnnxInput> inputs = new(StringComparer.Ordinal);
        foreach (string text in texts)
        {
            int equals = text.LastIndexOf('=');
            string value = equals < 0 ? "" : text[(equals + 1)..].Trim();
            bool isShape = value is ['[', .., ']'];
            string[] parts = (isShape ? value[1..^1] : value).Split(',', StringSplitOptions.TrimEntries);
            try
            {
                if (equals < 1)
                    throw new FormatException();
                inputs[text[..equals]] = isShape
                    ? OnnxInput.Sized([.. parts.Select(p => p == "?" ? (long?)null : long.Parse(p, CultureInfo.InvariantCulture))])
                    : OnnxInput.Constant([.. parts.Select(p => double.Parse(p, CultureInfo.InvariantCulture))]);
            }
            catch (Exception problem) when (problem is FormatException or OverflowException)
            {
                throw new ArgumentException(
                    $"--input {FileText.Quote(text)} is neither NAME=NUMBER nor NAME=[SIZE,…], such as sr=16000 or x=[1,576].", problem);
            }
        }

        return inputs;
    }

    /// <summary>Reads KEY=TEXT.</summary>
    /// <exception cref="ArgumentException">A text has no key.</exception>
    public static IReadOnlyDictionary<string, string> Metadata(IEnumerable<string> texts)
    {
        Dictionary<string, string> metadata = new(StringComparer.Ordinal);
        foreach (string text in texts)
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
                throw new ArgumentException($"--metadata {FileText.Quote(text)} is no KEY=TEXT.");
            metadata[text[..equals]] = text[(equals + 1)..];
        }

        return metadata;
    }

    /// <summary>Reads a model: of ONNX as much as can be had, of other formats all or nothing.</summary>
    public static Imported Read(string path, OnnxImportOptions options)
    {
        // What no format is recognised in may still be ONNX, whose own message says what is wrong.
        if (TensorFile.FormatOf(path) is FileFormat.Onnx or FileFormat.Unknown)
        {
            OnnxImport import = OnnxImport.Read(path, options);
            return new(import.Models, import.NotTaken, import.Warnings);
        }

        return new([ModelImport.Read(path, options)], [], []);
    }

    /// <param name="imported">The models, and what could not be taken.</param>
    /// <param name="directory">The folder for the files.</param>
    /// <param name="isPartial">True if parts are wanted, too.</param>
    /// <param name="isForced">True if files that exist are replaced.</param>
    /// <param name="output">Receives the results.</param>
    /// <param name="errors">The writer of error messages.</param>
    /// <returns>0 if everything that was asked for is written.</returns>
    public static int Write(Imported imported, string directory, bool isPartial, bool isForced, TextWriter output, TextWriter errors)
    {
        var (models, notTaken, _) = imported;
        TextWriter list = isPartial ? output : errors;
        if (notTaken.Count > 0)
        {
            list.WriteLine($"{notTaken.Count} not taken:");
            foreach (NotTakenNode node in notTaken)
                list.WriteLine($"  {node}");
        }

        foreach (string warning in imported.Warnings)
            list.WriteLine($"Warning: {FileText.Escape(warning, LongestWarning)}");
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

/// <summary>What a file has.</summary>
/// <param name="Models">The models.</param>
/// <param name="NotTaken">What could not be taken.</param>
/// <param name="Warnings">What is known to be wrong with such files.</param>
internal sealed record Imported(
    IReadOnlyList<ImportedModel> Models, IReadOnlyList<NotTakenNode> NotTaken, IReadOnlyList<string> Warnings);
