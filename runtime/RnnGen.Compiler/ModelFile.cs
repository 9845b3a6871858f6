using RnnGen.Formats;
using RnnGen.Onnx;

namespace RnnGen.Compiler;

/// <summary>A file with an architecture, read as a declaration and weights by the readers of RnnGen.Formats and RnnGen.Onnx.</summary>
internal sealed record ModelFile(ImportedModel Model, IReadOnlyList<string> Warnings)
{
    private const int MostListed = 10, LongestWarning = 400;

    /// <exception cref="InvalidDataException">The file is too long, broken, has weights only, or has something that RnnGen does not; the
    /// message says which.</exception>
    public static ModelFile Read(string path, RnnCompilerOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        long length = new FileInfo(path).Length;
        if (length > options.MostBytes)
            throw new InvalidDataException(
                $"{path} has {length:N0} bytes, and {nameof(RnnCompilerOptions)}.{nameof(options.MostBytes)} allows "
                + $"{options.MostBytes:N0}.");
        // The name never comes from the file: equal architectures are equal texts, and are compiled once.
        OnnxImportOptions import = new() { Name = "ImportedModel", Steps = options.Steps, Inputs = options.Inputs };
        FileFormat format = TensorFile.FormatOf(path);
        return format switch
        {
            FileFormat.Onnx => ReadOnnx(path, import),
            FileFormat.Safetensors or FileFormat.NumpyArray or FileFormat.NumpyArchive or FileFormat.PyTorch or FileFormat.TorchScript
                or FileFormat.StateDictJson => throw new InvalidDataException(
                    $"{path} ({format}) has weights only, no architecture: give the declaration to {nameof(RnnCompiler)}."
                    + $"{nameof(RnnCompiler.Compile)}, and load the weights into the model."),
            FileFormat.Unknown => throw new InvalidDataException($"{path} is in no format that is known."),
            _ => new(ModelImport.Read(path, import), []),
        };
    }

    private static ModelFile ReadOnnx(string path, OnnxImportOptions options)
    {
        OnnxImport import = OnnxImport.Read(path, options);
        if (!import.IsComplete || import.Models.Count != 1)
            throw new InvalidDataException(
                $"{path} cannot be taken as one whole network: "
                + (import.IsComplete ? $"it has {import.Models.Count}" : string.Join("; ", import.NotTaken.Take(MostListed)))
                + (import.NotTaken.Count > MostListed ? $"; and {import.NotTaken.Count - MostListed} more" : "") + ".");
        return new(import.Models[0], [.. import.Warnings.Select(w => FileText.Escape(w, LongestWarning))]);
    }
}
