using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace RnnGen;

/// <summary>
/// Reads and writes weights in the JSON of RTNeural (github.com/jatinchowdhury18/RTNeural): a list of layers as its Keras export writes
/// them, or the names and tensors of a PyTorch state_dict.
/// </summary>
/// <remarks>
/// Layer k of a list becomes the tensors <c>layers.k.kernel</c>, <c>layers.k.recurrent_kernel</c> and <c>layers.k.bias</c>, which have
/// <see cref="KerasLayout"/>'s layouts, or <c>layers.k.alpha</c> for a PReLU; what it is becomes the texts <c>layers.k.type</c>,
/// <c>layers.k.activation</c> and <c>layers.k.units</c>, of a conv1d also <c>layers.k.kernel_size</c> and <c>layers.k.dilation</c>. AIDA-X'
/// <c>in_skip</c>, <c>in_gain</c>, <c>out_gain</c> and <c>samplerate</c>, which change what comes out, become texts of these names. Tensors
/// of a state_dict keep their names, and have <see cref="PyTorchLayout"/>'s layouts. Reading a file of n
/// bytes allocates at most 16 KB + 48 n, whatever it says.
/// </remarks>
public static class RtNeuralFile
{
    /// <summary>Numbers of AIDA-X beside the layers, and of a conv1d beside its weights.</summary>
    internal static readonly string[] Settings = ["in_skip", "in_gain", "out_gain", "samplerate"];
    internal static readonly string[] ConvolutionSettings = ["kernel_size", "dilation"];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">It is not such a file, or its shapes contradict each other: the message lists what is
    /// wrong.</exception>
    public static SafetensorsFile Read(string path) => Read(File.ReadAllBytes(path));

    /// <summary>Reads a file that is in memory.</summary>
    /// <param name="json">The whole file, in UTF-8.</param>
    /// <exception cref="InvalidDataException">It is not such a file, or its shapes contradict each other: the message lists what is
    /// wrong.</exception>
    public static SafetensorsFile Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                throw Bad("it is not an object");
            return root.TryGetProperty("layers", out JsonElement layers) ? ReadLayers(root, layers) : ReadStateDict(root);
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"The RTNeural file is not JSON: {exception.Message}", exception);
        }
        catch (InvalidOperationException exception)
        {
            // JsonElement's answer to a text such as \ud800, half of a surrogate pair.
            throw new InvalidDataException($"The RTNeural file has a text that is not Unicode: {exception.Message}", exception);
        }
    }

    /// <summary>
    /// Writes what <see cref="Read(string)"/> reads: a list of layers if the file has the texts <c>layers.0.type</c>, …, otherwise the
    /// names and tensors of a state_dict. Numbers come back bit by bit.
    /// </summary>
    /// <param name="path">The file to write; an existing file is replaced. A crash on the way leaves what was there before.</param>
    /// <param name="file">
    /// Finite tensors. A model's are <see cref="WeightFile.Export"/>'s in <see cref="KerasLayout"/>, with <c>layers.0.</c>, … as
    /// <see cref="LayerWeights.Prefix"/>, together with the texts, or in <see cref="PyTorchLayout"/>.
    /// </param>
    /// <exception cref="ArgumentException">A tensor is not real or not finite, or belongs to no layer; the message says which. Nothing has
    /// been written.</exception>
    public static void Write(string path, SafetensorsFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        byte[] json = RtNeuralWriter.Write(file);
        AtomicFile.Write(path, stream => stream.Write(json));
    }

    /// <summary>Writes to a stream; see <see cref="Write(string, SafetensorsFile)"/>.</summary>
    /// <param name="stream">A writable stream.</param>
    /// <param name="file">Finite tensors.</param>
    /// <exception cref="ArgumentException">A tensor is not real or not finite, or belongs to no layer; the message says which. Nothing has
    /// been written.</exception>
    public static void Write(Stream stream, SafetensorsFile file)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(file);
        stream.Write(RtNeuralWriter.Write(file));
    }

    private static SafetensorsFile ReadStateDict(JsonElement root)
    {
        List<SafetensorsTensor> tensors = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (JsonProperty property in root.EnumerateObject())
        {
            string name = property.Name;
            if (name == SafetensorsHeader.MetadataKey || !SafetensorsHeader.IsUnicode(name))
                throw Bad($"{FileText.Quote(name)} is no name of a tensor");
            if (!names.Add(name))
                throw Bad($"{FileText.Quote(name)} occurs twice");
            tensors.Add(ReadTensor(property.Value, name));
        }

        return new(tensors);
    }

    private static SafetensorsFile ReadLayers(JsonElement root, JsonElement layers)
    {
        if (layers.ValueKind != JsonValueKind.Array)
            throw Bad("'layers' is not a list");
        int inputs = Units(root, "in_shape") ?? throw Bad("'in_shape' does not end in the number of inputs");
        List<SafetensorsTensor> tensors = [];
        Dictionary<string, string> metadata = new(StringComparer.Ordinal);
        ProblemList problems = new();
        int count = 0;
        foreach (JsonElement layer in layers.EnumerateArray())
        {
            string name = $"layers.{count++}";
            if (layer.ValueKind != JsonValueKind.Object)
                throw Bad($"{name} is not an object");
            string type = Word(layer, "type");
            int units = Units(layer, "shape") ?? throw Bad($"{name}, {FileText.Quote(type)}: 'shape' does not end in the number of units");
            metadata[$"{name}.type"] = type;
            metadata[$"{name}.activation"] = Word(layer, "activation");
            metadata[$"{name}.units"] = units.ToString(CultureInfo.InvariantCulture);
            if (type == "conv1d")
            {
                foreach (string setting in ConvolutionSettings)
                    metadata[$"{name}.{setting}"] = (Units(layer, setting) ?? 0).ToString(CultureInfo.InvariantCulture);
            }

            ReadLayer(layer, name, type, inputs, units, tensors, problems);
            if (problems.Count == ProblemList.MostSaid)
                throw Bad($"{problems.Join("; ")}; and perhaps more");
            inputs = units;
        }

        foreach (string setting in count > 0 ? Settings : [])
        {
            if (Setting(root, setting) is { ValueKind: JsonValueKind.Number } value
                && value.TryGetDouble(out double number)
                && double.IsFinite(number))
                metadata[setting] = number.ToString("R", CultureInfo.InvariantCulture);
        }

        return problems.Count == 0 ? new(tensors, metadata) : throw Bad(problems.Join("; "));
    }

    private static void ReadLayer(
        JsonElement layer, string name, string type, int inputs, int units, List<SafetensorsTensor> tensors, ProblemList problems)
    {
        (string Name, long[] Shape)[]? expected = type switch
        {
            "dense" or "time-distributed-dense" => [("kernel", [inputs, units]), ("bias", [units])],
            "gru" => [("kernel", [inputs, 3L * units]), ("recurrent_kernel", [units, 3L * units]), ("bias", [2, 3L * units])],
            "lstm" => [("kernel", [inputs, 4L * units]), ("recurrent_kernel", [units, 4L * units]), ("bias", [4L * units])],
            "conv1d" => [("kernel", [Units(layer, "kernel_size") ?? 0, inputs, units]), ("bias", [units])],
            "prelu" => [("alpha", [units])],
            "activation" => [],
            _ => null,
        };
        if (expected is null)
        {
            problems.Add($"{name} has the type {FileText.Quote(type)}, which is none of dense, "
                + "time-distributed-dense, gru, lstm, conv1d, prelu, activation");
            return;
        }

        if (type == "conv1d" && (Units(layer, "kernel_size") is null || Units(layer, "dilation") is null))
        {
            problems.Add($"{name}, conv1d, needs a kernel_size and a dilation");
            return;
        }

        if (layer.TryGetProperty("groups", out JsonElement groups)
            && !(groups.ValueKind == JsonValueKind.Number && groups.TryGetInt32(out int number) && number == 1))
        {
            problems.Add($"{name}, {FileText.Quote(type)}, has groups, which are not supported");
            return;
        }

        int count = layer.TryGetProperty("weights", out JsonElement weights) && weights.ValueKind == JsonValueKind.Array
            ? weights.GetArrayLength()
            : 0;
        if (count != expected.Length)
        {
            problems.Add($"{name}, {type}, has {count} weights instead of {expected.Length}");
            return;
        }

        for (int i = 0; i < count; i++)
        {
            string tensorName = $"{name}.{expected[i].Name}";
            SafetensorsTensor tensor = ReadTensor(weights[i], tensorName);
            // Keras' PReLU has an axis for the steps, of length 1.
            bool fits = type == "prelu" ? tensor.Shape is [.., var last] && last == units && tensor.Count == units
                : tensor.Shape.SequenceEqual(expected[i].Shape);
            if (!fits)
                problems.Add($"{tensorName} of {type} has the shape [{string.Join(", ", tensor.Shape.ToArray())}] instead of "
                    + $"[{string.Join(", ", expected[i].Shape)}]");
            tensors.Add(tensor);
        }
    }

    private static SafetensorsTensor ReadTensor(JsonElement value, string name)
    {
        List<int> shape = [];
        for (JsonElement inner = value; inner.ValueKind == JsonValueKind.Array; inner = inner[0])
        {
            shape.Add(inner.GetArrayLength());
            if (shape[^1] == 0)
                break;
        }

        List<double> values = [];
        Collect(value, 0);
        return SafetensorsTensor.Create<double>(name, CollectionsMarshal.AsSpan(shape), CollectionsMarshal.AsSpan(values));

        void Collect(JsonElement element, int depth)
        {
            if (depth == shape.Count)
            {
                if (element.ValueKind != JsonValueKind.Number)
                    throw Bad($"{FileText.Quote(name)} has {element.ValueKind} where a number belongs");
                values.Add(element.TryGetDouble(out double number) && double.IsFinite(number)
                    ? number
                    : throw Bad($"{FileText.Quote(name)} has a number that is not finite"));
                return;
            }

            if (element.ValueKind != JsonValueKind.Array || element.GetArrayLength() != shape[depth])
                throw Bad($"{FileText.Quote(name)} has rows of different lengths");
            foreach (JsonElement item in element.EnumerateArray())
                Collect(item, depth + 1);
        }
    }

    /// <summary>A number of AIDA-X, which has its sample rate among texts.</summary>
    private static JsonElement Setting(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement value) ? value
        : name == "samplerate"
            && root.TryGetProperty("metadata", out JsonElement texts)
            && texts.ValueKind == JsonValueKind.Object
            && texts.TryGetProperty(name, out value) ? value
        : default;

    /// <summary>The last number of a shape, which may begin with nulls.</summary>
    private static int? Units(JsonElement element, string property) =>
        element.TryGetProperty(property, out JsonElement shape)
            && shape.ValueKind == JsonValueKind.Array
            && shape.GetArrayLength() is > 0 and var count
        && shape[count - 1] is { ValueKind: JsonValueKind.Number } last && last.TryGetInt32(out int units) && units > 0 ? units : null;

    private static string Word(JsonElement element, string property) =>
        element.TryGetProperty(property, out JsonElement word) && word.ValueKind == JsonValueKind.String ? word.GetString()! : "";

    private static InvalidDataException Bad(string reason) => new($"The RTNeural file is broken: {reason}.");
}
