using System.Globalization;
using RnnGen.Onnx;

namespace RnnGen.Formats;

/// <summary>
/// Models of GuitarML and Proteus (CoreAudioML's SimpleRNN): an LSTM or GRU <c>rec</c>, a dense layer <c>lin</c>, and with <c>skip</c> the
/// first input added to the output.
/// </summary>
internal static class GuitarMlImport
{
    private const string What = "The GuitarML file";

    /// <param name="file">The state_dict, and what model_data says as texts.</param>
    /// <param name="options">Of the declaration.</param>
    public static ImportedModel Read(SafetensorsFile file, OnnxImportOptions options)
    {
        string unit = file.Metadata.GetValueOrDefault("unit_type", "LSTM");
        string cell = unit switch
        {
            "LSTM" => "Lstm",
            "GRU" => "Gru",
            "RNN" => "SimpleRnn",
            _ => throw new InvalidDataException($"{What} has the unit {FileText.Quote(unit)}, and LSTM, GRU and RNN are taken."),
        };
        int depth = Number(file, "num_layers", 1), skip = Number(file, "skip", 0), inputs = (int)Find(file, "rec.weight_ih_l0").Shape[^1];
        Weight linear = Weight.Of(Find(file, "lin.weight"));
        if (linear.Rows != 1 && skip > 0)
            throw new InvalidDataException($"{What} has {linear.Rows} outputs and a skip.");
        if (skip > 1)
            throw new InvalidDataException($"{What} has a skip of {skip}; 0 and 1 are taken.");
        ModelText model = new();
        model.Source($"Input({inputs})");
        string value = ModelText.Input;
        for (int layer = 0; layer < depth; layer++)
        {
            string end = string.Create(CultureInfo.InvariantCulture, $"_l{layer}");
            float[]? Bias(string name) => file.Find($"rec.{name}{end}") is { } tensor ? Weight.ValuesOf(tensor) : null;
            value = model.Recurrent(
                cell, $"rec{layer + 1}", value,
                [
                    new(
                        Weight.Of(Find(file, $"rec.weight_ih{end}")), Weight.Of(Find(file, $"rec.weight_hh{end}")), Bias("bias_ih"),
                        Bias("bias_hh"))
                ]);
        }

        value = model.Dense("lin", value, linear, file.Find("lin.bias") is { } bias ? Weight.ValuesOf(bias) : null);
        int expected = (depth * (file.Find("rec.bias_ih_l0") is null ? 2 : 4)) + (file.Find("lin.bias") is null ? 1 : 2);
        if (file.Tensors.Count != expected)
            throw new InvalidDataException($"{What} has {file.Tensors.Count} tensors where its layers have {expected}.");
        model.Head("SquaredError", skip > 0 ? $"{value} + {model.First(ModelText.Input, inputs)}" : value, "output");
        return model.ToModel(options, ModelText.Input, file.Metadata);
    }

    private static int Number(SafetensorsFile file, string name, int otherwise) =>
        !file.Metadata.TryGetValue(name, out string? text) ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number <= 64 ? number
        : throw new InvalidDataException($"{What} has {FileText.Quote(text)} as its {name}.");

    private static SafetensorsTensor Find(SafetensorsFile file, string name) => file.Find(name) is { Shape.Length: 2 } tensor
        ? tensor
        : throw new InvalidDataException($"{What} has no matrix {name}.");
}
