using System.Globalization;
using RnnGen.Onnx;

namespace RnnGen.Formats;

/// <summary>
/// RTNeural's list of layers, and AIDA-X', which adds a gain in front (in_gain, in dB), the first input to the output (in_skip), and a gain
/// behind (out_gain): y = g_o (g_i x + f(g_i x)).
/// </summary>
internal static class RtNeuralImport
{
    private const string What = "The RTNeural file";

    /// <param name="file">The tensors in Keras' layouts, and what the layers are as texts.</param>
    /// <param name="options">Of the declaration.</param>
    public static ImportedModel Read(SafetensorsFile file, OnnxImportOptions options)
    {
        if (!file.Metadata.ContainsKey("layers.0.type"))
            throw new InvalidDataException($"{What} has no layers.");
        int inputs = file.Find("layers.0.kernel") is { } kernel ? (int)kernel.Shape[^2] : Units(file, 0);
        ModelText model = new();
        model.Source($"Input({inputs})");
        string value = ModelText.Input;
        double inputGain = Gain(file, "in_gain"), outputGain = Gain(file, "out_gain");
        if (inputGain != 1)
        {
            value = inputs == 1
                ? model.Activate("in_gain", value, new(Activation.Affine, inputGain))
                : model.Dense("in_gain", value, Weight.Diagonal(inputs, i => i == 0 ? (float)inputGain : 1), null);
        }

        string gained = value, loss = "SquaredError";
        int units = inputs;
        for (int layer = 0; file.Metadata.TryGetValue($"layers.{layer}.type", out string? type); layer++)
        {
            units = Units(file, layer);
            bool isLast = !file.Metadata.ContainsKey($"layers.{layer + 1}.type");
            (value, loss) = Layer(model, file, layer, type, value, isLast);
        }

        bool skips = Setting(file, "in_skip") is { } skip && skip != 0;
        if (skips && (units != 1 || loss != "SquaredError"))
            throw new InvalidDataException($"{What} has in_skip with {units} outputs, or behind a softmax.");
        if (skips)
            value = $"{value} + {model.First(gained, inputs)}";
        if (outputGain != 1)
            value = model.Activate("out_gain", value, new(Activation.Affine, outputGain));
        model.Head(loss, value, "output");
        return model.ToModel(options, ModelText.Input, file.Metadata);
    }

    private static (string Value, string Loss) Layer(
        ModelText model, SafetensorsFile file, int layer, string type, string value, bool isLast)
    {
        string place = $"layers.{layer}.", activation = file.Metadata[$"{place}activation"];
        Weight Of(string name) => Weight.Of(file[place + name]);
        float[] Values(string name) => Weight.ValuesOf(file[place + name]);
        string Name(string kind) => $"{kind}{layer + 1}";
        bool isSoftmax = activation == "softmax";
        ActivationFunction function = isSoftmax ? ActivationFunction.Linear : FunctionOf(activation);
        IEnumerable<string> arguments = Layers.Function("Activation", function, Activation.Linear);
        switch (type)
        {
            case "dense" or "time-distributed-dense":
                value = model.Dense(Name("dense"), value, Of("kernel").Transposed(), Values("bias"), arguments);
                break;
            case "conv1d":
                SafetensorsTensor kernel = file[$"{place}kernel"];
                value = model.Convolution(
                    Name("conv"), value, KerasWeights.Convolution(kernel), (int)kernel.Shape[0],
                    int.Parse(file.Metadata[$"{place}dilation"], CultureInfo.InvariantCulture), Values("bias"), arguments);
                break;
            case "gru" or "lstm" when activation is not ("" or "tanh"):
                throw new InvalidDataException(
                    $"{What} has a {type} with the activation {FileText.Quote(activation)}; RTNeural has only tanh.");
            case "gru":
                int columns = Of("bias").Columns;
                float[] both = Values("bias");
                return (model.Recurrent(
                    "Gru", Name("gru"), value,
                    [KerasWeights.Gru(Of("kernel"), Of("recurrent_kernel"), both[..columns], both[columns..])]), "SquaredError");
            case "lstm":
                return (model.Recurrent(
                    "Lstm", Name("lstm"), value, [new(Of("kernel").Transposed(), Of("recurrent_kernel").Transposed(), Values("bias"))]),
                    "SquaredError");
            case "prelu":
                float[] alpha = Values("alpha");
                value = model.Add("PRelu", Name("prelu"), value, []);
                model.Tensor($"{value}.weight", [alpha.Length], alpha);
                break;
            case "activation" when !isSoftmax && function.Kind != Activation.Linear:
                value = model.Activate(Name("activation"), value, function);
                break;
        }

        if (isSoftmax && !isLast)
            value = model.Add("Softmax", Name("softmax"), value, [], hasWeights: false);
        return (value, isSoftmax && isLast ? "SoftmaxCrossEntropy" : "SquaredError");
    }

    private static ActivationFunction FunctionOf(string name) => name switch
    {
        "" or "linear" => ActivationFunction.Linear,
        "tanh" => new(Activation.Tanh),
        "relu" => new(Activation.Relu),
        "sigmoid" => new(Activation.Sigmoid),
        "elu" => new(Activation.Elu),
        _ => throw new InvalidDataException($"{What} has the activation {FileText.Quote(name)}, which is not taken."),
    };

    private static int Units(SafetensorsFile file, int layer) =>
        int.Parse(file.Metadata[$"layers.{layer}.units"], CultureInfo.InvariantCulture);

    private static double? Setting(SafetensorsFile file, string name) =>
        file.Metadata.TryGetValue(name, out string? text) ? double.Parse(text, CultureInfo.InvariantCulture) : null;

    /// <summary>A factor out of decibels.</summary>
    private static double Gain(SafetensorsFile file, string name) => Setting(file, name) is { } decibels and not 0
        ? Math.Pow(10, decibels / 20) is var gain && double.IsFinite(gain) && gain > 0
            ? gain
            : throw new InvalidDataException($"{What} has {decibels} dB as its {name}.")
        : 1;
}
