using System.Text.Json;
using RnnGen.Onnx;

namespace RnnGen.Formats;

/// <summary>
/// Models of files that have an architecture, as declarations and weights: Keras (<c>.keras</c>, <c>.h5</c>), TensorFlow Lite, RTNeural,
/// AIDA-X, GuitarML and Neural Amp Modeler.
/// </summary>
/// <remarks>
/// A model computes all that the file does, or the file is refused and the message names the first thing that cannot be taken. Loading the
/// weights into the class that is compiled from the declaration needs no layout: they have the class's own names.
/// </remarks>
public static class ModelImport
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Names and sizes of the declaration.</param>
    /// <exception cref="InvalidDataException">The file is broken, has no architecture, or has something that RnnGen does not; the message
    /// names it.</exception>
    /// <exception cref="ArgumentException">A name in the options is no C# name or that of something the class uses, or the steps are out of
    /// range.</exception>
    public static ImportedModel Read(string path, OnnxImportOptions? options = null) => Read(File.ReadAllBytes(path), options);

    /// <summary>Reads a file that is in memory.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="options">Names and sizes of the declaration.</param>
    /// <exception cref="InvalidDataException">The file is broken, has no architecture, or has something that RnnGen does not; the message
    /// names it.</exception>
    /// <exception cref="ArgumentException">A name in the options is no C# name or that of something the class uses, or the steps are out of
    /// range.</exception>
    public static ImportedModel Read(byte[] file, OnnxImportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        options ??= new();
        Check(options);
        FileFormat format = TensorFile.FormatOf(file);
        return format switch
        {
            FileFormat.Keras or FileFormat.Hdf5 => KerasImport.Read(KerasFile.Read(file), options),
            FileFormat.RtNeural or FileFormat.AidaX => RtNeuralImport.Read(RtNeuralFile.Read(file), options),
            FileFormat.GuitarMl => GuitarMlImport.Read(JsonWeights.Read(file), options),
            FileFormat.Nam => ReadNam(file, options),
            FileFormat.TensorFlowLite => TensorFlowLiteImport.Read(file, options),
            FileFormat.Onnx => throw new InvalidDataException("This is an ONNX model: OnnxImport.Read reads it."),
            FileFormat.Unknown => throw new InvalidDataException("The file is in no format that is known."),
            _ => throw new InvalidDataException($"The file ({format}) has weights only, no architecture: declare the model, and load "
                + "it with TensorFile.Open and WeightFile.Load."),
        };
    }

    private static ImportedModel ReadNam(byte[] file, OnnxImportOptions options)
    {
        using JsonDocument document = JsonWeights.Parse(file);
        return NamImport.Read(document.RootElement, options);
    }

    private static void Check(OnnxImportOptions options)
    {
        if (!CSharpName.IsName(options.Name) || CSharpName.IsTaken(options.Name))
            throw new ArgumentException($"{FileText.Quote(options.Name)} is no C# name, or one that the class uses.", nameof(options));
        if (options.Namespace.Length > 0 && !options.Namespace.Split('.').All(CSharpName.IsName))
            throw new ArgumentException($"{FileText.Quote(options.Namespace)} is no C# namespace.", nameof(options));
        if (options.Steps is < 1 or > 65_536)
            throw new ArgumentException($"{options.Steps} steps; there are 1 to 65,536.", nameof(options));
    }
}
