using System.Globalization;

namespace RnnGen.Compiler.Tests;

/// <summary>Files of amplifiers, as their programs write them, with random weights.</summary>
internal static class AmpFiles
{
    /// <summary>GuitarML: one layer, a dense layer, and the input added.</summary>
    public static string GuitarMl(int units, int seed = 1, string unit = "LSTM", int skip = 1, string extra = "")
    {
        Random random = new(seed);
        int gates = (unit == "GRU" ? 3 : 4) * units;
        return $$$"""
            {"model_data": {"unit_type": "{{{unit}}}", "num_layers": 1, "hidden_size": {{{units}}}, "skip": {{{skip}}}{{{extra}}}},
             "state_dict": {"rec.weight_ih_l0": {{{Matrix(random, gates, 1)}}}, "rec.weight_hh_l0": {{{Matrix(random, gates, units)}}},
               "rec.bias_ih_l0": {{{List(random, gates)}}}, "rec.bias_hh_l0": {{{List(random, gates)}}},
               "lin.weight": {{{Matrix(random, 1, units)}}}, "lin.bias": {{{List(random, 1)}}}}}
            """;
    }

    /// <summary>NAM: layers of LSTM that start in a state of their own, and a head.</summary>
    public static string Nam(int units, int layers, int seed = 1)
    {
        int count = units + 1;
        for (int layer = 0; layer < layers; layer++)
            count += (4 * units * ((layer == 0 ? 1 : units) + units + 1)) + (2 * units);
        return $$"""
            {"version": "0.5.1", "architecture": "LSTM", "sample_rate": 48000,
             "config": {"input_size": 1, "hidden_size": {{units}}, "num_layers": {{layers}}}, "weights": {{List(new(seed), count)}}}
            """;
    }

    /// <summary>NAM's WaveNet of one channel: a layer for each dilation.</summary>
    public static string WaveNet(int layers)
    {
        // Of each layer: the convolution's 3 weights and bias, the mix, the way out and its bias; then the head and the scale.
        int count = 1 + (7 * layers) + 2;
        string dilations = string.Join(",", Enumerable.Repeat("1", layers));
        return $$"""
            {"version": "0.5.1", "architecture": "WaveNet", "config": {"head": null, "head_scale": 0.5, "layers": [
               {"input_size": 1, "condition_size": 1, "head_size": 1, "channels": 1, "kernel_size": 3, "dilations": [{{dilations}}],
                "activation": "Tanh", "gated": false, "head_bias": false}]}, "weights": {{List(new(3), count)}}}
            """;
    }

    private static string Matrix(Random random, int rows, int columns) =>
        $"[{string.Join(",", Enumerable.Range(0, rows).Select(_ => List(random, columns)))}]";

    private static string List(Random random, int count) => $"[{string.Join(
        ",", Enumerable.Range(0, count).Select(_ => ((random.NextDouble() - 0.5) * 0.8).ToString("R", CultureInfo.InvariantCulture)))}]";
}
