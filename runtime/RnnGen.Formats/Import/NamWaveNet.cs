using System.Globalization;
using System.Text.Json;
using RnnGen.Onnx;

namespace RnnGen.Formats;

/// <summary>
/// NAM's WaveNet (NeuralAmpModelerCore, NAM/wavenet.cpp). An array of layers begins with a dense layer; in each layer
/// <c>z = f(conv(x) + mix(input))</c>, with gates <c>z = f(…) · σ(…)</c> of two halves; <c>x + dense(z)</c> goes on to the next layer, and
/// the sum of all z, of the arrays before too, through a dense layer to the head.
/// </summary>
internal sealed class NamWaveNet
{
    private const string What = "The NAM file's WaveNet";

    /// <summary>NAM's own have 20. A sum over all layers is written at each of them, so the text grows with the square.</summary>
    private const int MostLayers = 256;

    private static readonly HashSet<string> Known =
        ["input_size", "condition_size", "head_size", "channels", "kernel_size", "dilations", "activation", "gated", "head_bias"];

    private readonly ModelText model = new();
    private readonly float[] numbers;
    private int place, layers;

    private NamWaveNet(float[] numbers) => this.numbers = numbers;

    public static ImportedModel Read(JsonElement root, OnnxImportOptions options)
    {
        NamWaveNet net = new(NamFile.Numbers(root.GetProperty("weights")));
        return Guarded.Refuse(What, () => net.Read(root, root.GetProperty("config"), options));
    }

    private ImportedModel Read(JsonElement root, JsonElement config, OnnxImportOptions options)
    {
        if (config.TryGetProperty("head", out JsonElement head) && head.ValueKind != JsonValueKind.Null)
            throw new InvalidDataException("it has a head of convolutions, which is not taken");
        JsonElement[] arrays = [.. config.GetProperty("layers").EnumerateArray()];
        int inputs = JsonWeights.Size(arrays[0], "input_size");
        model.Source($"Input({inputs})");
        string value = ModelText.Input, sum = "";
        for (int i = 0; i < arrays.Length; i++)
        {
            bool isLast = i == arrays.Length - 1;
            double scale = isLast ? config.GetProperty("head_scale").GetDouble() : 1;
            (value, sum) = Array(arrays[i], $"array{i + 1}", value, sum, inputs, scale);
        }

        // The scale stands in the file twice.
        if (place + 1 != numbers.Length)
            throw new InvalidDataException($"it has {numbers.Length} weights, but its layers take {place + 1}");
        model.Head("SquaredError", sum, "output");
        Dictionary<string, string> texts = [];
        if (root.TryGetProperty("sample_rate", out JsonElement rate) && rate.ValueKind == JsonValueKind.Number)
            texts["sample_rate"] = rate.GetRawText();
        return model.ToModel(options, ModelText.Input, texts);
    }

    private (string Value, string Sum) Array(JsonElement array, string name, string value, string sum, int inputs, double scale)
    {
        foreach (JsonProperty property in array.EnumerateObject().Where(p => !Known.Contains(p.Name)))
            throw new InvalidDataException($"it has {FileText.Quote(property.Name)}, which is not taken");
        int channels = JsonWeights.Size(array, "channels"), kernel = JsonWeights.Size(array, "kernel_size");
        int width = JsonWeights.Size(array, "input_size"), heads = JsonWeights.Size(array, "head_size");
        if (JsonWeights.Size(array, "condition_size") != inputs)
            throw new InvalidDataException("its condition is not the input");
        bool isGated = array.GetProperty("gated").GetBoolean(), hasBias = array.GetProperty("head_bias").GetBoolean();
        ActivationFunction function = FunctionOf(array.GetProperty("activation"));
        value = model.Dense($"{name}_in", value, Take(channels, width), null);
        int layer = 0;
        foreach (JsonElement item in array.GetProperty("dilations").EnumerateArray())
        {
            string own = string.Create(CultureInfo.InvariantCulture, $"{name}_{++layer}");
            string z = Layer(own, value, item.GetInt32(), channels, kernel, inputs, isGated, function);
            sum = sum.Length == 0 ? z : $"{sum} + {z}";
            string residual = model.Dense($"{own}_out", z, Take(channels, channels), Take(channels));
            value = $"{value} + {residual}";
        }

        IEnumerable<string> scaled = scale == 1 ? [] : Layers.Function("Activation", new(Activation.Affine, scale), Activation.Linear);
        return (value, model.Dense($"{name}_head", sum, Take(heads, channels), hasBias ? Take(heads) : null, scaled));
    }

    private string Layer(
        string name, string value, int dilation, int channels, int kernel, int inputs, bool isGated, ActivationFunction function)
    {
        if (dilation is < 1 or > 65_536)
            throw new InvalidDataException($"it has the dilation {dilation}");
        if (++layers > MostLayers)
            throw new InvalidDataException($"it has more than {MostLayers} layers");
        int rows = isGated ? 2 * channels : channels;
        Weight convolution = Take(rows, channels * kernel);
        float[] bias = Take(rows);
        Weight mixin = Take(rows, inputs);
        string first = Half(name, 0, function);
        return isGated ? $"{first} * {Half($"{name}_gate", channels, new(Activation.Sigmoid))}" : first;

        string Half(string half, int start, ActivationFunction f)
        {
            int end = start + channels;
            Weight Rows(Weight weight) => new(channels, weight.Columns, weight.Values[(start * weight.Columns)..(end * weight.Columns)]);
            string convolved = model.Convolution($"{half}_conv", value, Rows(convolution), kernel, dilation, bias[start..end]);
            string mixed = model.Dense($"{half}_mix", ModelText.Input, Rows(mixin), null);
            return f.Kind == Activation.Linear
                ? $"({convolved} + {mixed})"
                : model.Activate($"{half}_z", $"{convolved} + {mixed}", f);
        }
    }

    private static ActivationFunction FunctionOf(JsonElement activation) => activation.GetString() switch
    {
        "Tanh" => new(Activation.Tanh),
        "ReLU" => new(Activation.Relu),
        "Sigmoid" => new(Activation.Sigmoid),
        "SiLU" => new(Activation.Silu),
        var name => throw new InvalidDataException($"it has the activation {FileText.Quote(name ?? "")}, which is not taken"),
    };

    private float[] Take(int count) => count <= numbers.Length - place
        ? numbers[place..(place += count)]
        : throw new InvalidDataException($"it has {numbers.Length} weights, fewer than its layers take");

    private Weight Take(int rows, int columns) => new(rows, columns, Take(checked(rows * columns)));
}
