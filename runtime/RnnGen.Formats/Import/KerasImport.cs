using System.Text.Json;
using RnnGen.Onnx;

namespace RnnGen.Formats;

/// <summary>A value of a Keras model.</summary>
/// <param name="From">What a From says.</param>
/// <param name="Width">Numbers of a step.</param>
/// <param name="Steps">True if it has steps.</param>
/// <param name="IsSoftmax">True if a softmax of this is meant, which a head has itself.</param>
/// <param name="IsFlat">True if all its steps are one vector, which only a dense layer can take.</param>
/// <param name="IsSigmoid">True if a sigmoid of this is meant.</param>
internal sealed record KerasValue(
    string From, int Width, bool Steps, bool IsSoftmax = false, bool IsFlat = false, bool IsSigmoid = false);

/// <summary>Goes through the layers of a Keras model in their order, and makes a line of the declaration of each.</summary>
internal sealed class KerasImport
{
    private const string What = "The Keras model";

    private readonly KerasGraph graph;
    private readonly KerasLayers layers;
    private readonly ModelText model = new();
    private readonly Dictionary<string, KerasValue> values = new(StringComparer.Ordinal);
    private readonly HashSet<string> states = new(StringComparer.Ordinal);
    private string input = "";
    private int steps;

    private KerasImport(SafetensorsFile file, JsonElement config)
    {
        graph = KerasGraph.Read(config);
        layers = new(model, new KerasTensors(file, graph.Layers), file.Metadata.GetValueOrDefault("keras_version", "2"));
    }

    /// <param name="file">The weights, and the architecture among the texts.</param>
    /// <param name="options">Of the declaration.</param>
    /// <exception cref="InvalidDataException">It has no architecture, or something that is not taken.</exception>
    public static ImportedModel Read(SafetensorsFile file, OnnxImportOptions options)
    {
        if (!file.Metadata.TryGetValue(KerasFile.ConfigText, out string? config))
            throw new InvalidDataException("The Keras file has weights only, no architecture: declare the model, and load it with "
                + "TensorFile.Open and WeightFile.Load.");
        return Guarded.Refuse(What, () =>
        {
            using JsonDocument document = JsonDocument.Parse(config);
            Dictionary<string, string> texts = new(file.Metadata.Where(t => t.Key == KerasFile.ConvertedText));
            return new KerasImport(file, document.RootElement).Read(options, texts);
        });
    }

    private ImportedModel Read(OnnxImportOptions options, Dictionary<string, string> texts)
    {
        // What a recurrent layer takes beside its input are states, which a model's State has.
        foreach (KerasLayer layer in graph.Layers.Where(l => l.Kind is "LSTM" or "GRU" or "SimpleRNN"))
            states.UnionWith(layer.Inputs.Skip(1).Select(i => i.Layer));
        foreach (KerasLayer layer in graph.Layers)
        {
            if (layer.Kind == "InputLayer")
                ReadInput(layer);
            else
                ReadLayer(layer);
        }

        foreach (var (name, output) in graph.Outputs)
        {
            // States that come out are the State's, too.
            if (output > 0)
                continue;
            KerasValue value = Value(name);
            if (value.IsFlat)
                throw new InvalidDataException($"its output {FileText.Quote(name)} has all steps in one vector");
            if (value is { IsSoftmax: true, Width: < 2 })
                throw new InvalidDataException($"its output {FileText.Quote(name)} is a softmax of one class");
            string loss = value.IsSoftmax ? "SoftmaxCrossEntropy" : value.IsSigmoid ? "SigmoidCrossEntropy" : "SquaredError";
            model.Head(loss, value.From, name);
        }

        return model.ToModel(options, input, texts);
    }

    private void ReadInput(KerasLayer layer)
    {
        if (states.Contains(layer.Name))
            return;
        if (input.Length > 0)
            throw new InvalidDataException($"it has two inputs, {FileText.Quote(input)} and {FileText.Quote(layer.Name)}");
        input = layer.Name;
        int?[] shape = ShapeOf(layer.Config);
        KerasLayer[] takers = [.. graph.Layers.Where(l => l.Inputs.Any(i => i.Layer == layer.Name))];
        bool isSymbol = takers.Length > 0 && Array.TrueForAll(takers, l => l.Kind == "Embedding");
        if (shape.Length != (isSymbol ? 2 : 3) && !(isSymbol && shape.Length == 0))
            throw new InvalidDataException($"its input has {shape.Length} dimensions, not batch, steps and numbers");
        steps = shape.Length > 1 ? shape[1] ?? 0 : 0;
        if (isSymbol)
        {
            if (takers.Length > 1)
                throw new InvalidDataException("its symbols have two embeddings");
            values[layer.Name] = new("", 0, true);
            return;
        }

        int width = shape[2] ?? throw new InvalidDataException("its input has no width");
        model.Source($"Input({width})");
        values[layer.Name] = new(ModelText.Input, width, true);
    }

    private void ReadLayer(KerasLayer layer)
    {
        if (layer.Inputs.Count == 0)
            throw new InvalidDataException($"layer {FileText.Quote(layer.Name)} takes nothing");
        int taken = layer.Kind is "LSTM" or "GRU" or "SimpleRNN" ? 1 : layer.Inputs.Count;
        if (layer.Inputs.Take(taken).Any(i => i.Output > 0))
            throw new InvalidDataException($"layer {FileText.Quote(layer.Name)} takes another layer's state");
        if (layer.Inputs.Skip(taken).Any(i => graph.Layers.First(l => l.Name == i.Layer).Kind != "InputLayer"))
            throw new InvalidDataException($"layer {FileText.Quote(layer.Name)} starts in a state that another layer gives");
        values[layer.Name] = layers.Read(layer, [.. layer.Inputs.Take(taken).Select(i => Value(i.Layer))], steps);
    }

    private KerasValue Value(string name) =>
        values.TryGetValue(name, out KerasValue? value)
            ? value
            : throw new InvalidDataException($"{FileText.Quote(name)} is no layer before");

    private static int?[] ShapeOf(JsonElement config) =>
        config.TryGetProperty("batch_input_shape", out JsonElement shape) || config.TryGetProperty("batch_shape", out shape)
            ? [.. shape.EnumerateArray().Select(s => s.ValueKind == JsonValueKind.Null ? null : (int?)s.GetInt32())]
            : [];
}
