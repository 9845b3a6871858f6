using System.Text;
using System.Text.Json;

namespace RnnGen.Formats;

/// <summary>
/// Reads the weights of Keras' files: <c>.keras</c> (a zip file with the architecture and the weights), <c>.h5</c> and <c>.hdf5</c> of a
/// whole model, or of its weights alone.
/// </summary>
/// <remarks>
/// Tensors have their path in the file as a name, without the <c>:0</c> that TensorFlow ends names with: <c>lstm/lstm/lstm_cell/kernel</c>
/// of an HDF5 file, <c>layers/lstm/cell/vars/0</c> of a <c>.keras</c> file, whose layers are named after their classes. They have
/// <see cref="KerasLayout"/>'s layouts. Layers that CuDNNLSTM or CuDNNGRU wrote are recognised by the length of their bias, turned into
/// Keras' layout, and named in the text <c>converted</c>. What the optimiser keeps is left out. The architecture, if the file has it, is
/// the text <c>model_config</c>. HDF5 files as h5py writes them are read: with links within the file only.
/// </remarks>
public static class KerasFile
{
    /// <summary>The text that has the architecture in JSON.</summary>
    public const string ConfigText = "model_config";

    /// <summary>The text that lists the layers turned from CuDNN's layout, separated by commas.</summary>
    public const string ConvertedText = "converted";

    internal const string What = "The Keras file", VersionText = "keras_version";

    /// <summary>The entries of a .keras file.</summary>
    internal const string Weights = "model.weights.h5", Config = "config.json", Metadata = "metadata.json";

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file, up to 2 GB.</param>
    /// <exception cref="InvalidDataException">It is no such file, or broken; the message says how.</exception>
    public static SafetensorsFile Read(string path) => Read(File.ReadAllBytes(path));

    /// <summary>Reads a file that is in memory.</summary>
    /// <param name="file">The whole file.</param>
    /// <exception cref="InvalidDataException">It is no such file, or broken; the message says how.</exception>
    public static SafetensorsFile Read(byte[] file)
    {
        ArgumentNullException.ThrowIfNull(file);
        Dictionary<string, string> texts = new(StringComparer.Ordinal);
        byte[] weights = file;
        if (file.AsSpan().StartsWith("PK"u8))
        {
            using Archive archive = new(file, What);
            weights = archive.Read(Weights);
            texts[ConfigText] = Text(archive.Read(Config));
            if (archive.Has(Metadata) && Version(Text(archive.Read(Metadata))) is { } version)
                texts[VersionText] = version;
        }

        List<Hdf5Tensor> tensors = new Hdf5Reader(weights, What).Read(texts);
        List<string> converted = CuDnnLayers.Convert(tensors);
        if (converted.Count > 0)
            texts[ConvertedText] = string.Join(", ", converted);
        return tensors.Count > 0
            ? TensorNames.File(
                What,
                [.. tensors.Select(t => SafetensorsTensor.FromBytes(TensorNames.Check(What, t.Name), t.Type.Name, t.Shape, t.Data))],
                texts)
            : throw new InvalidDataException($"{What} has no weights.");
    }

    private static string? Version(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return document.RootElement.ValueKind == JsonValueKind.Object
            && document.RootElement.TryGetProperty(VersionText, out JsonElement version)
            && version.ValueKind == JsonValueKind.String
                ? Guarded.Call(What, () => version.GetString())
                : null;
    }

    /// <summary>A text of JSON, checked: anything else would only fail later.</summary>
    private static string Text(byte[] json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return Encoding.UTF8.GetString(json);
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{What} has an architecture that is no JSON: {exception.Message}", exception);
        }
    }
}
