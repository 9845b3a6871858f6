using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace RnnGen.Formats;

/// <summary>
/// Reads weights in JSON: a PyTorch state_dict as nested lists, RTNeural's and AIDA-X' lists of layers, GuitarML's and Proteus' models
/// (<c>model_data</c> and <c>state_dict</c>), and Neural Amp Modeler's (<c>.nam</c>) LSTMs.
/// </summary>
/// <remarks>
/// What is beside the weights and changes what comes out becomes texts: <c>skip</c>, <c>in_gain</c>, <c>sample_rate</c>, and for NAM the
/// states that its LSTM starts in, <see cref="NamFile.FirstStateText"/>. Reading a file of n bytes takes at most 64 KB + 100 n.
/// </remarks>
public static class JsonWeights
{
    private const string What = "The file of weights in JSON";

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">It is no such file, or broken; the message says how.</exception>
    public static SafetensorsFile Read(string path) => Read(File.ReadAllBytes(path));

    /// <summary>Reads a file that is in memory.</summary>
    /// <param name="json">The whole file, in UTF-8.</param>
    /// <exception cref="InvalidDataException">It is no such file, or broken; the message says how.</exception>
    public static SafetensorsFile Read(ReadOnlyMemory<byte> json)
    {
        using JsonDocument document = Parse(json);
        try
        {
            return FormatOf(document.RootElement) switch
            {
                FileFormat.GuitarMl => GuitarMlWeights(document.RootElement),
                FileFormat.Nam => NamFile.Weights(document.RootElement),
                FileFormat.RtNeural or FileFormat.AidaX or FileFormat.StateDictJson => RtNeuralFile.Read(json),
                _ => throw new InvalidDataException($"{What} is none of a state_dict, RTNeural, AIDA-X, GuitarML and NAM."),
            };
        }
        catch (InvalidOperationException exception)
        {
            // JsonElement's answer to a text such as \ud800, half of a surrogate pair.
            throw new InvalidDataException($"{What} has a text that is not Unicode: {exception.Message}", exception);
        }
    }

    /// <summary>What a file of JSON is, by its members.</summary>
    internal static FileFormat FormatOf(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
            return FileFormat.Unknown;
        if (root.TryGetProperty("model_data", out _) && root.TryGetProperty("state_dict", out _))
            return FileFormat.GuitarMl;
        if (root.TryGetProperty("architecture", out _) && root.TryGetProperty("weights", out _))
            return FileFormat.Nam;
        if (root.TryGetProperty("layers", out _) && root.TryGetProperty("in_shape", out _))
            return root.TryGetProperty("in_skip", out _) || root.TryGetProperty("in_gain", out _) ? FileFormat.AidaX : FileFormat.RtNeural;
        return root.EnumerateObject().Any()
            && root.EnumerateObject().All(p => p.Value.ValueKind is JsonValueKind.Array or JsonValueKind.Number)
            ? FileFormat.StateDictJson
            : FileFormat.Unknown;
    }

    /// <exception cref="InvalidDataException">It is no JSON.</exception>
    internal static JsonDocument Parse(ReadOnlyMemory<byte> json)
    {
        if (!Utf8.IsValid(json.Span))
            throw new InvalidDataException($"{What} is no UTF-8.");
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{What} is no JSON: {exception.Message}", exception);
        }
    }

    /// <summary>A whole number from 1 on, such as a width.</summary>
    internal static int Size(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
            && element.TryGetProperty(name, out JsonElement value)
            && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt32(out int size)
            && size is >= 1 and <= 65_536
            ? size
            : throw new InvalidDataException($"{What} has no {name} from 1 to 65,536.");

    private static SafetensorsFile GuitarMlWeights(JsonElement root)
    {
        JsonElement state = root.GetProperty("state_dict"), model = root.GetProperty("model_data");
        if (state.ValueKind != JsonValueKind.Object || model.ValueKind != JsonValueKind.Object)
            throw new InvalidDataException($"{What} has a model_data or state_dict that is no object.");
        SafetensorsFile weights = RtNeuralFile.Read(Encoding.UTF8.GetBytes(state.GetRawText()));
        Dictionary<string, string> texts = new(StringComparer.Ordinal);
        foreach (JsonProperty property in model.EnumerateObject())
        {
            if (property.Value.ValueKind is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False)
                texts[property.Name] = property.Value.GetRawText();
            else if (property.Value.ValueKind == JsonValueKind.String)
                texts[property.Name] = Guarded.Call(What, () => property.Value.GetString()!);
        }

        return new(weights.Tensors, texts);
    }
}
