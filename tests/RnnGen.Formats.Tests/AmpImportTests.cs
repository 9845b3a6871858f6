using System.Globalization;
using System.Text;

namespace RnnGen.Formats.Tests;

/// <summary>Models of amplifiers as declarations: GuitarML, AIDA-X and NAM, against plain evaluations.</summary>
public class AmpImportTests
{
    private const double Tolerance = 2e-6;

    private readonly Random random = new(7);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(1, 0)]
    public void GuitarMlsSkipAddsTheFirstInput(int inputs, int skip)
    {
        double[] w = Numbers(8 * inputs), u = Numbers(8 * 2), b1 = Numbers(8), b2 = Numbers(8), head = Numbers(2), bias = Numbers(1);
        ImportedModel model = Import($$$"""
            {"model_data": {"unit_type": "LSTM", "num_layers": 1, "hidden_size": 2, "skip": {{{skip}}}},
             "state_dict": {"rec.weight_ih_l0": {{{Nested(w, inputs)}}}, "rec.weight_hh_l0": {{{Nested(u, 2)}}}, "rec.bias_ih_l0": {{{List(b1)}}},
               "rec.bias_hh_l0": {{{List(b2)}}}, "lin.weight": {{{Nested(head, 2)}}}, "lin.bias": {{{List(bias)}}}}}
            """);
        double[] x = Numbers(20 * inputs), h = new double[2], c = new double[2];
        double[] expected = [.. Plain.Rows(x, inputs).Select(step =>
        {
            Plain.Lstm(Plain.Rows(w, inputs), Plain.Rows(u, 2), [.. b1.Zip(b2, (p, q) => p + q)], step, ref h, ref c);
            return Plain.Affine([head], h, bias)[0] + (skip * step[0]);
        })];
        AssertClose(expected, Run(model, x));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void AidaXsGainsAndSkipAreInTheModel(int inputs)
    {
        double[] kernel = Numbers(inputs * 3), hidden = Numbers(3), output = Numbers(3), bias = Numbers(1);
        ImportedModel model = Import($$"""
            {"in_shape": [null, null, {{inputs}}], "in_skip": 1, "in_gain": 6, "out_gain": -3, "metadata": {"samplerate": 44100}, "layers": [
              {"type": "dense", "activation": "tanh", "shape": [null, null, 3], "weights": [{{Nested(kernel, 3)}}, {{List(hidden)}}]},
              {"type": "dense", "activation": "", "shape": [null, null, 1], "weights": [{{Nested(output, 1)}}, {{List(bias)}}]}]}
            """);
        double inputGain = Math.Pow(10, 0.3), outputGain = Math.Pow(10, -0.15);
        double[] x = Numbers(12 * inputs);
        double[] expected = [.. Plain.Rows(x, inputs).Select(step =>
        {
            double[] gained = [step[0] * inputGain, .. step[1..]];
            double[] units = [.. Enumerable.Range(0, 3).Select(o => Math.Tanh(gained.Select((v, i) => v * kernel[(i * 3) + o]).Sum() + hidden[o]))];
            return (units.Zip(output, (a, b) => a * b).Sum() + bias[0] + gained[0]) * outputGain;
        })];
        AssertClose(expected, Run(model, x));
        Assert.Equal("44100", model.Weights.Metadata["samplerate"]);
    }

    [Fact]
    public void RtNeuralsConvolutionsAndPReluAreTaken()
    {
        double[] kernel = Numbers(2 * 1 * 3), bias = Numbers(3), alpha = Numbers(3), output = Numbers(3), last = Numbers(1);
        ImportedModel model = Import($$"""
            {"in_shape": [null, null, 1], "layers": [
              {"type": "conv1d", "activation": "relu", "shape": [null, null, 3], "kernel_size": [2], "dilation": [3],
               "weights": [[{{Nested(kernel[..3], 3)}}, {{Nested(kernel[3..], 3)}}], {{List(bias)}}]},
              {"type": "prelu", "activation": "", "shape": [null, null, 3], "weights": [[{{List(alpha)}}]]},
              {"type": "activation", "activation": "tanh", "shape": [null, null, 3], "weights": []},
              {"type": "dense", "activation": "sigmoid", "shape": [null, null, 1], "weights": [{{Nested(output, 1)}}, {{List(last)}}]}]}
            """);
        double[] x = Numbers(15);
        double[][] convolved = Plain.Convolution(
            [.. Enumerable.Range(0, 3).Select(o => new[] { kernel[o], kernel[3 + o] })], bias, Plain.Rows(x, 1), 2, 3);
        double[] expected = [.. convolved.Select(step =>
        {
            double[] units = [.. step.Select((v, i) => Math.Max(v, 0) is var r && r > 0 ? Math.Tanh(r) : Math.Tanh(alpha[i] * r))];
            return Plain.Sigmoid(units.Zip(output, (a, b) => a * b).Sum() + last[0]);
        })];
        AssertClose(expected, Run(model, x));
        Assert.Contains(
            "has the activation 'selu'",
            Tensors.Refusal(() => Import("""{"in_shape": [1], "layers": [{"type": "activation", "activation": "selu", "shape": [1], "weights": []}]}""")),
            StringComparison.Ordinal);
    }

    [Fact]
    public void NamsLstmStartsInItsOwnState()
    {
        double[] all = Numbers((8 * 3) + 8 + 4 + 2 + 1);
        ImportedModel model = Import($$"""
            {"architecture": "LSTM", "config": {"input_size": 1, "hidden_size": 2, "num_layers": 1}, "weights": {{List(all)}}}
            """);
        double[][] rows = Plain.Rows(all[..24], 3);
        double[] x = Numbers(10), h = all[32..34], c = all[34..36];
        float[] state = [.. all[32..36].Select(v => (float)v)];
        double[] expected = [.. x.Select(v =>
        {
            Plain.Lstm([.. rows.Select(r => r[..1])], [.. rows.Select(r => r[1..])], all[24..32], [v], ref h, ref c);
            return Plain.Affine([all[36..38]], h, all[38..])[0];
        })];
        AssertClose(expected, Run(model, x, state));
        Type type = Models.Load(model).Type;
        object first = type.GetProperty("FirstState")!.GetValue(null)!;
        float[] numbers = new float[4];
        ((IRnnState<float>)first).CopyTo(numbers);
        Assert.Equal(all[32..36].Select(v => (float)v), numbers);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void NamsWaveNetIsItsConvolutions(bool isGated)
    {
        const int Kernel = 3, Channels = 2;
        int[] dilations = [1, 2, 4];
        int rows = isGated ? 2 * Channels : Channels;
        List<double> all = [];
        double[] Take(int count)
        {
            double[] numbers = Numbers(count);
            all.AddRange(numbers);
            return numbers;
        }

        double[] x = Numbers(25);
        double[][] input = Plain.Rows(x, 1), value = input, head = [.. x.Select(_ => new double[Channels])];
        for (int array = 0; array < 2; array++)
        {
            double[][] into = Plain.Rows(Take(Channels * (array == 0 ? 1 : Channels)), array == 0 ? 1 : Channels);
            value = [.. value.Select(step => Plain.Affine(into, step))];
            foreach (int dilation in dilations)
            {
                double[][] weight = Plain.Rows(Take(rows * Channels * Kernel), Channels * Kernel);
                double[] bias = Take(rows);
                double[][] mix = Plain.Rows(Take(rows), 1), residual = Plain.Rows(Take(Channels * Channels), Channels);
                double[] residualBias = Take(Channels);
                double[][] sums = [.. Plain.Convolution(weight, bias, value, Kernel, dilation)
                    .Zip(input, (s, v) => s.Zip(Plain.Affine(mix, v), (a, b) => a + b).ToArray())];
                double[][] z = [.. sums.Select(s => Enumerable.Range(0, Channels)
                    .Select(i => Math.Tanh(s[i]) * (isGated ? Plain.Sigmoid(s[Channels + i]) : 1)).ToArray())];
                head = [.. head.Zip(z, (a, b) => a.Zip(b, (p, q) => p + q).ToArray())];
                value = [.. value.Zip(z, (v, s) => v.Zip(Plain.Affine(residual, s, residualBias), (p, q) => p + q).ToArray())];
            }

            int heads = array == 0 ? Channels : 1;
            double[][] outOf = Plain.Rows(Take(heads * Channels), Channels);
            double[]? headBias = array == 0 ? null : Take(1);
            head = [.. head.Select(step => Plain.Affine(outOf, step, headBias))];
        }

        all.Add(0.5);
        string Array(int width, int heads, string bias) => $$"""
            {"input_size": {{width}}, "condition_size": 1, "head_size": {{heads}}, "channels": 2, "kernel_size": 3, "dilations": [1, 2, 4],
             "activation": "Tanh", "gated": {{(isGated ? "true" : "false")}}, "head_bias": {{bias}}}
            """;
        string Json(string weights) => $$"""
            {"architecture": "WaveNet", "config": {"layers": [{{Array(1, 2, "false")}}, {{Array(2, 1, "true")}}], "head": null, "head_scale": 0.5},
             "sample_rate": 48000, "weights": {{weights}}}
            """;
        ImportedModel model = Import(Json(List([.. all])));
        AssertClose([.. head.Select(step => 0.5 * step[0])], Run(model, x));
        Assert.Contains("fewer than its layers take", Tensors.Refusal(() => Import(Json("[1, 2]"))), StringComparison.Ordinal);
        Assert.Contains("but its layers take", Tensors.Refusal(() => Import(Json(List([.. all, 1])))), StringComparison.Ordinal);
    }

    private static ImportedModel Import(string json) => ModelImport.Read(Encoding.UTF8.GetBytes(json), new() { Name = "Amp" });

    private static float[] Run(ImportedModel model, double[] x, float[]? state = null) =>
        Models.Load(model).Forward([.. x.Select(v => (float)v)], state);

    private static void AssertClose(double[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.InRange(pair.Second, pair.First - Tolerance, pair.First + Tolerance));
    }

    /// <summary>Numbers that float has exactly.</summary>
    private double[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (double)(float)((random.NextDouble() * 2) - 1))];

    private static string List(double[] values) =>
        $"[{string.Join(", ", values.Select(v => v.ToString("R", CultureInfo.InvariantCulture)))}]";

    private static string Nested(double[] values, int columns) => $"[{string.Join(", ", values.Chunk(columns).Select(List))}]";
}
