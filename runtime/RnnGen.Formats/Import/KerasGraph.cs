using System.Text.Json;

namespace RnnGen.Formats;

/// <summary>A layer of a Keras model.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">Its class.</param>
/// <param name="Config">Its configuration.</param>
/// <param name="Inputs">The layers that it takes, and which of their outputs.</param>
internal sealed record KerasLayer(string Name, string Kind, JsonElement Config, IReadOnlyList<(string Layer, int Output)> Inputs);

/// <summary>The layers of a Keras model in the order of the file, as Sequential and Functional models of Keras 2 and 3 have them.</summary>
internal sealed class KerasGraph
{
    private KerasGraph(List<KerasLayer> layers, List<(string, int)> outputs) => (Layers, Outputs) = (layers, outputs);

    public IReadOnlyList<KerasLayer> Layers { get; }

    /// <summary>The layers whose outputs are the model's.</summary>
    public IReadOnlyList<(string Layer, int Output)> Outputs { get; }

    /// <exception cref="InvalidDataException">It is another kind of model.</exception>
    public static KerasGraph Read(JsonElement root)
    {
        string kind = root.GetProperty("class_name").GetString() ?? "";
        JsonElement config = root.GetProperty("config");
        // Old Sequential models have the list itself.
        JsonElement list = config.ValueKind == JsonValueKind.Array ? config : config.GetProperty("layers");
        List<KerasLayer> layers = [];
        foreach (JsonElement layer in list.EnumerateArray())
        {
            string type = layer.GetProperty("class_name").GetString() ?? "";
            JsonElement own = layer.GetProperty("config");
            string name = own.GetProperty("name").GetString() ?? "";
            List<(string, int)> inputs = [];
            if (kind == "Sequential")
            {
                if (type == "InputLayer" && layers.Count > 0)
                    throw new InvalidDataException("it has an input within the sequence");
                // Old models have no input layer, but its shape in the first layer.
                if (layers.Count == 0 && type != "InputLayer")
                    layers.Add(new("input", "InputLayer", own, []));
                if (layers.Count > 0)
                    inputs.Add((layers[^1].Name, 0));
            }
            else if (layer.TryGetProperty("inbound_nodes", out JsonElement nodes))
            {
                if (nodes.GetArrayLength() > 1)
                    throw new InvalidDataException($"layer {FileText.Quote(name)} is used more than once");
                Collect(nodes, inputs);
            }

            layers.Add(new(name, type, own, inputs));
        }

        if (layers.Count == 0)
            throw new InvalidDataException("it has no layers");
        List<(string, int)> outputs = [];
        if (kind == "Sequential")
            outputs.Add((layers[^1].Name, 0));
        else if (kind is "Functional" or "Model")
            Collect(config.GetProperty("output_layers"), outputs);
        else
            throw new InvalidDataException($"it is a {FileText.Quote(kind)}; Sequential and Functional models are taken");
        return new(layers, outputs);
    }

    /// <summary>
    /// Finds references, wherever they stand: [layer, node, output, …], and of Keras 3 keras_history: [layer, node, output].
    /// </summary>
    private static void Collect(JsonElement element, List<(string, int)> found)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Array when element.GetArrayLength() >= 3
                && element[0].ValueKind == JsonValueKind.String
                && element[1].ValueKind == JsonValueKind.Number
                && element[2].ValueKind == JsonValueKind.Number:
                if (element[1].GetInt32() != 0)
                    throw new InvalidDataException($"layer {FileText.Quote(element[0].GetString()!)} is used more than once");
                found.Add((element[0].GetString()!, element[2].GetInt32()));
                foreach (JsonElement more in element.EnumerateArray().Skip(3))
                    Collect(more, found);
                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in element.EnumerateArray())
                    Collect(item, found);
                break;
            case JsonValueKind.Object:
                foreach (JsonProperty property in element.EnumerateObject())
                    Collect(property.Value, found);
                break;
        }
    }
}
