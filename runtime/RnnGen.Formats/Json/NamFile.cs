using System.Globalization;
using System.Text.Json;

namespace RnnGen.Formats;

/// <summary>Neural Amp Modeler's files: an architecture and one list of numbers.</summary>
public static class NamFile
{
    /// <summary>
    /// The text with the state that a NAM's LSTM starts in: the numbers of <c>State</c>, as <see cref="IRnnState{T}.CopyFrom"/> takes
    /// them, separated by spaces.
    /// </summary>
    public const string FirstStateText = "first_state";

    private const string What = "The NAM file";

    /// <summary>
    /// The weights of an LSTM: by layer [weight_ih weight_hh] row by row, a bias, the first h and the first c; then the head. The gates
    /// have PyTorch's order (NeuralAmpModelerCore, NAM/lstm.cpp).
    /// </summary>
    internal static SafetensorsFile Weights(JsonElement root)
    {
        Guarded.Call(What, () => root.GetProperty("architecture").GetString());
        string architecture = root.GetProperty("architecture").GetString() ?? "";
        if (architecture != "LSTM")
            throw new InvalidDataException(
                $"{What} has the architecture {FileText.Quote(architecture)}, and only the weights of an LSTM are read; "
                + "'rnngen import' takes WaveNet.");
        JsonElement config = root.TryGetProperty("config", out JsonElement found) ? found : default;
        int inputs = JsonWeights.Size(config, "input_size"), hidden = JsonWeights.Size(config, "hidden_size");
        int depth = JsonWeights.Size(config, "num_layers");
        float[] numbers = Numbers(root.GetProperty("weights"));
        long expected = hidden + 1;
        for (int layer = 0; layer < depth; layer++)
            expected += (4L * hidden * ((layer == 0 ? inputs : hidden) + hidden)) + (4L * hidden) + (2L * hidden);
        if (expected != numbers.Length)
            throw new InvalidDataException($"{What} has {numbers.Length} weights, but its LSTM takes {expected}.");

        List<SafetensorsTensor> tensors = [];
        List<float> state = [];
        int place = 0;
        ReadOnlySpan<float> Take(int count) => numbers.AsSpan((place += count) - count, count);
        for (int layer = 0; layer < depth; layer++)
        {
            int width = layer == 0 ? inputs : hidden;
            float[] input = new float[4 * hidden * width], recurrent = new float[4 * hidden * hidden];
            for (int row = 0; row < 4 * hidden; row++)
            {
                Take(width).CopyTo(input.AsSpan(row * width));
                Take(hidden).CopyTo(recurrent.AsSpan(row * hidden));
            }

            string level = string.Create(CultureInfo.InvariantCulture, $"_l{layer}");
            tensors.Add(SafetensorsTensor.Create<float>($"rnn.weight_ih{level}", [4 * hidden, width], input));
            tensors.Add(SafetensorsTensor.Create<float>($"rnn.weight_hh{level}", [4 * hidden, hidden], recurrent));
            tensors.Add(SafetensorsTensor.Create($"rnn.bias_ih{level}", [4 * hidden], Take(4 * hidden)));
            tensors.Add(SafetensorsTensor.Create<float>($"rnn.bias_hh{level}", [4 * hidden], new float[4 * hidden]));
            state.AddRange(Take(2 * hidden));
        }

        tensors.Add(SafetensorsTensor.Create("head.weight", [1, hidden], Take(hidden)));
        tensors.Add(SafetensorsTensor.Create("head.bias", [1], Take(1)));
        Dictionary<string, string> texts = new(StringComparer.Ordinal)
        {
            [FirstStateText] = string.Join(' ', state.Select(value => value.ToString("R", CultureInfo.InvariantCulture))),
        };
        if (root.TryGetProperty("sample_rate", out JsonElement rate) && rate.ValueKind == JsonValueKind.Number)
            texts["sample_rate"] = rate.GetRawText();
        return new(tensors, texts);
    }

    internal static float[] Numbers(JsonElement list)
    {
        if (list.ValueKind != JsonValueKind.Array)
            throw new InvalidDataException($"{What} has weights that are no list.");
        float[] numbers = new float[list.GetArrayLength()];
        int count = 0;
        foreach (JsonElement item in list.EnumerateArray())
        {
            numbers[count++] = item.ValueKind == JsonValueKind.Number && item.TryGetSingle(out float number) && float.IsFinite(number)
                ? number
                : throw new InvalidDataException($"{What} has a weight that is no finite number.");
        }

        return numbers;
    }
}
