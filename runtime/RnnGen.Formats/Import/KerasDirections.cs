using System.Text.Json;

namespace RnnGen.Formats;

/// <summary>The directions of Keras' recurrent layers: their weights, whether two are alike, and how they are merged.</summary>
internal static class KerasDirections
{
    /// <summary>True if two directions are the same layer, but for names, initial values and the direction itself.</summary>
    public static bool IsAlike(JsonElement forward, JsonElement backward)
    {
        string[] matters = ["units", "activation", "recurrent_activation", "use_bias", "reset_after", "return_sequences"];
        if (backward.ValueKind == JsonValueKind.Null)
            return true;
        JsonElement a = forward.GetProperty("config"), b = backward.GetProperty("config");
        return KerasLayers.Text(forward, "class_name") == KerasLayers.Text(backward, "class_name")
            && Array.TrueForAll(matters, name => Raw(a, name) == Raw(b, name));

        static string Raw(JsonElement config, string name) => config.TryGetProperty(name, out JsonElement value) ? value.GetRawText() : "";
    }

    /// <summary>The argument that says how two directions become one vector.</summary>
    public static string Merge(KerasLayer layer, bool sequences)
    {
        string mode = layer.Config.TryGetProperty("merge_mode", out JsonElement value) ? value.GetString() ?? "none" : "concat";
        string merge = mode switch
        {
            "concat" => "",
            "sum" => "Merge = Merge.Sum",
            "ave" => "Merge = Merge.Mean",
            "mul" => "Merge = Merge.Multiply",
            _ => throw KerasLayers.No(layer, $"has the merge_mode {FileText.Quote(mode)}"),
        };
        return merge.Length == 0 || sequences ? merge : throw KerasLayers.No(layer, $"merges its last outputs by {mode}");
    }

    /// <summary>A direction's weights in PyTorch's order.</summary>
    public static RecurrentWeights Weights(KerasLayer layer, string cell, SafetensorsTensor?[] found, bool resetsAfter)
    {
        if (found is not [{ Shape.Length: 2 } kernel, { Shape.Length: 2 } recurrent, var bias])
            throw KerasLayers.No(layer, "has no kernel and recurrent_kernel");
        Weight input = Weight.Of(kernel), state = Weight.Of(recurrent);
        int gates = cell switch { "Lstm" => 4, "SimpleRnn" => 1, _ => 3 };
        if (input.Columns != gates * state.Rows || state.Columns != gates * state.Rows)
            throw KerasLayers.No(layer,
                $"has matrices of {input.Columns} and {state.Columns} columns for {gates} gates of {state.Rows} units");
        bool isPair = resetsAfter && gates == 3;
        float[]? numbers = bias is null ? null : Weight.ValuesOf(bias);
        if (numbers is not null && (numbers.Length != (isPair ? 2 : 1) * input.Columns || bias!.Shape.Length != (isPair ? 2 : 1)))
            throw KerasLayers.No(layer, $"has a bias of {numbers.Length} numbers");
        return gates == 3
            ? KerasWeights.Gru(
                input, state, isPair ? numbers?[..input.Columns] : numbers, isPair ? numbers?[input.Columns..] : null)
            : new(input.Transposed(), state.Transposed(), numbers);
    }
}
