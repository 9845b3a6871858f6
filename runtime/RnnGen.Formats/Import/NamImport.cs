using System.Globalization;
using System.Text.Json;
using RnnGen.Onnx;

namespace RnnGen.Formats;

/// <summary>Neural Amp Modeler's LSTM and WaveNet.</summary>
internal static class NamImport
{
    private const string What = "The NAM file";

    public static ImportedModel Read(JsonElement root, OnnxImportOptions options)
    {
        string architecture = Guarded.Call(What, () => root.GetProperty("architecture").GetString()) ?? "";
        return architecture switch
        {
            "LSTM" => ReadLstm(NamFile.Weights(root), options),
            "WaveNet" => NamWaveNet.Read(root, options),
            _ => throw new InvalidDataException($"{What} has the architecture {FileText.Quote(architecture)}; LSTM and WaveNet are taken."),
        };
    }

    private static ImportedModel ReadLstm(SafetensorsFile file, OnnxImportOptions options)
    {
        ModelText model = new();
        model.Source($"Input({file["rnn.weight_ih_l0"].Shape[1]})");
        string value = ModelText.Input;
        for (int layer = 0; ; layer++)
        {
            string end = string.Create(CultureInfo.InvariantCulture, $"_l{layer}");
            if (file.Find($"rnn.weight_ih{end}") is not { } input)
                break;
            value = model.Recurrent(
                "Lstm", $"lstm{layer + 1}", value,
                [new(Weight.Of(input), Weight.Of(file[$"rnn.weight_hh{end}"]), Weight.ValuesOf(file[$"rnn.bias_ih{end}"]))]);
        }

        value = model.Dense("head", value, Weight.Of(file["head.weight"]), Weight.ValuesOf(file["head.bias"]));
        model.Head("SquaredError", value, "output");
        model.Note("Start a stream in FirstState, the state that the file's LSTM has learned to start in.");
        model.FirstState(file.Metadata[NamFile.FirstStateText].Split(' ').Select(n => float.Parse(n, CultureInfo.InvariantCulture)));
        return model.ToModel(options, ModelText.Input, file.Metadata);
    }
}
