using System.Text.Json;
using PureHDF;

namespace RnnGen.Formats.Tests;

/// <summary>Keras models as declarations, against plain evaluations.</summary>
public class KerasImportTests
{
    private const double Tolerance = 3e-6;

    private readonly Random random = new(11);

    [Theory]
    [InlineData(true, "concat")]
    [InlineData(false, "sum")]
    public void ASequentialModelOfManyLayers(bool resetsAfter, string merge)
    {
        float[,] vectors = Matrix(5, 3), kernel = Matrix(3, 6), recurrent = Matrix(2, 6), backKernel = Matrix(3, 6), backRecurrent = Matrix(2, 6);
        float[,] biases = Matrix(2, 6), backBiases = Matrix(2, 6);
        int width = merge == "concat" ? 4 : 2;
        float[,] dense = Matrix(width, 3), output = Matrix(3, 2);
        float[] denseBias = Vector(3), gamma = Vector(3), beta = Vector(3), outputBias = Vector(2);
        object Bias(float[,] both) => resetsAfter ? both : Row(both, 0);
        byte[] file = Model(
            [
                ("InputLayer", "symbols", """ "batch_input_shape": [null, null] """),
                ("Embedding", "vectors", """ "input_dim": 5, "output_dim": 3, "mask_zero": false """),
                ("Bidirectional", "both", $$$"""
                    "merge_mode": "{{{merge}}}", "layer": {"class_name": "GRU", "config": {"name": "gru", "units": 2, "return_sequences": true,
                    "activation": "tanh", "recurrent_activation": "sigmoid", "reset_after": {{{(resetsAfter ? "true" : "false")}}}}}
                    """),
                ("Dropout", "dropout", """ "rate": 0.25 """),
                ("TimeDistributed", "timed", """ "layer": {"class_name": "Dense", "config": {"name": "d", "units": 3, "activation": "relu"}} """),
                ("LayerNormalization", "norm", """ "axis": [2], "epsilon": 0.001, "center": true, "scale": true """),
                ("GlobalAveragePooling1D", "mean", ""),
                ("Dense", "out", """ "units": 2, "activation": "softmax" """),
            ],
            new()
            {
                ["vectors/vectors/embeddings:0"] = vectors,
                ["both/both/forward_gru/gru_cell/kernel:0"] = kernel,
                ["both/both/forward_gru/gru_cell/recurrent_kernel:0"] = recurrent,
                ["both/both/forward_gru/gru_cell/bias:0"] = Bias(biases),
                ["both/both/backward_gru/gru_cell/kernel:0"] = backKernel,
                ["both/both/backward_gru/gru_cell/recurrent_kernel:0"] = backRecurrent,
                ["both/both/backward_gru/gru_cell/bias:0"] = Bias(backBiases),
                ["timed/timed/kernel:0"] = dense,
                ["timed/timed/bias:0"] = denseBias,
                ["norm/norm/gamma:0"] = gamma,
                ["norm/norm/beta:0"] = beta,
                ["out/out/kernel:0"] = output,
                ["out/out/bias:0"] = outputBias,
            });
        ImportedModel model = ModelImport.Read(file, new() { Name = "Tagger", Namespace = "App" });
        Assert.Contains("[Dropout(0.25", model.Declaration, StringComparison.Ordinal);
        Assert.Contains("[Dense(2, Name = \"out\")]\n[SoftmaxCrossEntropy]", model.Declaration, StringComparison.Ordinal);

        float[] symbols = [3, 1, 4, 0, 2, 2];
        double[][] x = [.. symbols.Select(s => Row(vectors, (int)s).Select(v => (double)v).ToArray())];
        double[][] Over(IEnumerable<double[]> steps, float[,] k, float[,] u, float[,] b)
        {
            double[] h = new double[2];
            return [.. steps.Select(step => h = Plain.Gru(k, u, Row(b, 0), resetsAfter ? Row(b, 1) : null, resetsAfter, step, h))];
        }

        double[][] forward = Over(x, kernel, recurrent, biases), backward = [.. Over(x.Reverse(), backKernel, backRecurrent, backBiases).Reverse()];
        double[] mean = new double[3];
        for (int t = 0; t < x.Length; t++)
        {
            double[] joined = merge == "concat" ? [.. forward[t], .. backward[t]] : [.. forward[t].Zip(backward[t], (a, b) => a + b)];
            double[] units = [.. Plain.Affine(Plain.Columns(dense), joined, Doubles(denseBias)).Select(v => Math.Max(v, 0))];
            double average = units.Average(), variance = units.Average(v => (v - average) * (v - average));
            for (int i = 0; i < 3; i++)
                mean[i] += ((gamma[i] * (units[i] - average) / Math.Sqrt(variance + 1e-3)) + beta[i]) / x.Length;
        }

        double[] scores = Plain.Affine(Plain.Columns(output), mean, Doubles(outputBias));
        double sum = scores.Sum(Math.Exp);
        AssertClose([.. scores.Select(s => Math.Exp(s) / sum)], Models.Load(model, "App").Forward(symbols));
    }

    [Fact]
    public void AGraphWithAResidualAndASkip()
    {
        float[,] kernel = Matrix(2, 8), recurrent = Matrix(2, 8), dense = Matrix(4, 1);
        float[] bias = Vector(8), denseBias = Vector(1);
        byte[] file = Model(
            [
                ("InputLayer", "x", """ "batch_shape": [null, null, 2] """),
                ("LSTM", "lstm", """ "units": 2, "return_sequences": true, "activation": "tanh", "recurrent_activation": "hard_sigmoid" """),
                ("Add", "add", ""),
                ("Concatenate", "join", """ "axis": -1 """),
                ("Dense", "out", """ "units": 1, "activation": "sigmoid" """),
            ],
            new()
            {
                ["lstm/lstm/lstm_cell/kernel"] = kernel,
                ["lstm/lstm/lstm_cell/recurrent_kernel"] = recurrent,
                ["lstm/lstm/lstm_cell/bias"] = bias,
                ["out/out/kernel"] = dense,
                ["out/out/bias"] = denseBias,
            },
            new() { ["lstm"] = ["x"], ["add"] = ["lstm", "x"], ["join"] = ["add", "lstm"], ["out"] = ["join"] },
            version: "3.3.0");
        ImportedModel model = ModelImport.Read(file, new() { Name = "Residual" });
        Assert.Contains("From = \"lstm + input, lstm\"", model.Declaration, StringComparison.Ordinal);
        float[] x = [.. Vector(14)];
        double[] h = new double[2], c = new double[2];
        double[] expected = [.. Plain.Rows(Doubles(x), 2).Select(step =>
        {
            double[] sums = [.. Plain.Affine(Plain.Columns(kernel), step, Doubles(bias)).Zip(Plain.Affine(Plain.Columns(recurrent), h), (a, b) => a + b)];
            static double Hard(double v) => Math.Clamp((v / 6) + 0.5, 0, 1);
            c = [.. Enumerable.Range(0, 2).Select(u => (Hard(sums[2 + u]) * c[u]) + (Hard(sums[u]) * Math.Tanh(sums[4 + u])))];
            h = [.. Enumerable.Range(0, 2).Select(u => Hard(sums[6 + u]) * Math.Tanh(c[u]))];
            double[] joined = [h[0] + step[0], h[1] + step[1], h[0], h[1]];
            return Plain.Sigmoid(Plain.Affine(Plain.Columns(dense), joined, Doubles(denseBias))[0]);
        })];
        AssertClose(expected, Models.Load(model).Forward(x));
    }

    [Fact]
    public void AllStepsInOneVectorAreAConvolutionAsLongAsTheSequence()
    {
        float[,] dense = Matrix(4 * 2, 3);
        float[] kernel = Vector(2 * 2 * 2), bias = Vector(2);
        byte[] file = Model(
            [
                ("InputLayer", "x", """ "batch_shape": [null, 4, 2] """),
                ("Conv1D", "conv", """ "filters": 2, "kernel_size": [2], "strides": [1], "padding": "causal", "dilation_rate": [2], "groups": 1, "activation": "linear" """),
                ("Flatten", "flat", ""),
                ("Dense", "out", """ "units": 3, "activation": "tanh", "use_bias": false """),
            ],
            new() { ["conv/conv/kernel"] = Cube(kernel, 2, 2, 2), ["conv/conv/bias"] = bias, ["out/out/kernel"] = dense });
        ImportedModel model = ModelImport.Read(file, new() { Name = "Flat" });
        float[] x = Vector(8);
        double[][] weight = [.. Enumerable.Range(0, 2).Select(o => Enumerable.Range(0, 4)
            .Select(i => (double)kernel[((i % 2) * 4) + ((i / 2) * 2) + o]).ToArray())];
        double[] all = [.. Plain.Convolution(weight, Doubles(bias), Plain.Rows(Doubles(x), 2), 2, 2).SelectMany(s => s)];
        AssertClose([.. Plain.Affine(Plain.Columns(dense), all).Select(Math.Tanh)], Models.Load(model).Forward(x));
    }

    [Fact]
    public void BatchNormalizationScalesAndShiftsEachChannel()
    {
        float[] kernel = Vector(2 * 1 * 4), gamma = Vector(4), beta = Vector(4), mean = Vector(4), variance = [0.2f, 1, 3, 0];
        float[] lastMean = Vector(4), lastVariance = [2, 0.5f, 1, 4];
        float[,] dense = Matrix(4, 3);
        byte[] file = Model(
            [
                ("InputLayer", "x", """ "batch_shape": [null, 4, 2] """),
                ("Conv1D", "conv", """ "filters": 4, "kernel_size": [2], "strides": [1], "padding": "causal", "dilation_rate": [1], "groups": 2, "use_bias": false """),
                ("BatchNormalization", "norm", """ "axis": [2], "epsilon": 0.01, "center": true, "scale": true """),
                ("GlobalAveragePooling1D", "pool", ""),
                ("BatchNormalization", "last", """ "axis": [-1], "center": false, "scale": false """),
                ("Dense", "out", """ "units": 3, "use_bias": false """),
            ],
            new()
            {
                ["conv/conv/kernel"] = Cube(kernel, 2, 1, 4),
                ["norm/norm/gamma:0"] = gamma,
                ["norm/norm/beta:0"] = beta,
                ["norm/norm/moving_mean:0"] = mean,
                ["norm/norm/moving_variance:0"] = variance,
                ["last/last/moving_mean:0"] = lastMean,
                ["last/last/moving_variance:0"] = lastVariance,
                ["out/out/kernel"] = dense,
            });
        ImportedModel model = ModelImport.Read(file, new() { Name = "Normed" });
        float[] x = Vector(8);
        double[] pooled = new double[4];
        for (int step = 0; step < 4; step++)
        {
            for (int o = 0; o < 4; o++)
            {
                // Two outputs see one channel each.
                double At(int then) => then < 0 ? 0 : x[(then * 2) + (o / 2)];
                double sum = (kernel[o] * At(step - 1)) + (kernel[4 + o] * At(step));
                pooled[o] += (((sum - mean[o]) / Math.Sqrt(variance[o] + 0.01) * gamma[o]) + beta[o]) / 4;
            }
        }

        double[] normed = [.. pooled.Select((v, o) => (v - lastMean[o]) / Math.Sqrt(lastVariance[o] + 1e-3))];
        AssertClose(Plain.Affine(Plain.Columns(dense), normed), Models.Load(model).Forward(x));
    }

    [Theory]
    [InlineData("BatchNormalization", "\"axis\": [2]", "layer 'l' (BatchNormalization) has no gamma of 2 numbers")]
    [InlineData("BatchNormalization", "\"axis\": [1]", "layer 'l' (BatchNormalization) is over another axis than the last")]
    [InlineData("Lambda", "", "layer 'l' is a 'Lambda', which is not taken")]
    [InlineData("GRU", "\"units\": 2, \"return_sequences\": true, \"go_backwards\": true", "goes backwards")]
    [InlineData("Conv1D", "\"padding\": \"same\"", "layer 'l' (Conv1D) has no kernel")]
    [InlineData("Activation", "\"activation\": \"selu\"", "has the activation 'selu'")]
    [InlineData("LSTM", "\"units\": 2", "has no kernel and recurrent_kernel")]
    public void WhatIsNotTakenIsNamed(string kind, string config, string reason)
    {
        byte[] file = Model(
            [("InputLayer", "x", """ "batch_shape": [null, 4, 2] """), (kind, "l", config)], new() { ["other/kernel"] = Matrix(1, 1) });
        Assert.Contains(reason, Tensors.Refusal(() => ModelImport.Read(file)), StringComparison.Ordinal);
    }

    [Fact]
    public void FilesOfWeightsOnlyAreNotImported()
    {
        Assert.Contains(
            "has weights only", Tensors.Refusal(() => ModelImport.Read(TorchArchive.StateDict(("w", [1], [1])))), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => ModelImport.Read([], new() { Name = "class" }));
        Assert.Throws<ArgumentException>(() => ModelImport.Read([], new() { Steps = 0 }));
    }

    /// <param name="layers">Class, name, and what the configuration has beside the name.</param>
    /// <param name="weights">Datasets by path.</param>
    /// <param name="inputs">Of a functional model, what each layer takes; null for a sequence.</param>
    /// <param name="version">Of Keras.</param>
    private static byte[] Model(
        (string Kind, string Name, string Config)[] layers, Dictionary<string, object> weights, Dictionary<string, string[]>? inputs = null,
        string version = "2.15.0")
    {
        string list = string.Join(", ", layers.Select(l =>
        {
            string nodes = inputs is null || !inputs.TryGetValue(l.Name, out string[]? from) ? "[]"
                : $"[[{string.Join(", ", from.Select(f => $"[\"{f}\", 0, 0, {{}}]"))}]]";
            string config = $"{{\"name\": \"{l.Name}\"{(l.Config.Length == 0 ? "" : $", {l.Config}")}}}";
            return $"{{\"class_name\": \"{l.Kind}\", \"config\": {config}, \"name\": \"{l.Name}\", \"inbound_nodes\": {nodes}}}";
        }));
        string text = inputs is null
            ? $"{{\"class_name\": \"Sequential\", \"config\": {{\"name\": \"m\", \"layers\": [{list}]}}}}"
            : $"{{\"class_name\": \"Functional\", \"config\": {{\"name\": \"m\", \"layers\": [{list}], \"output_layers\": [[\"{layers[^1].Name}\", 0, 0]]}}}}";
        using (JsonDocument.Parse(text))
        {
        }

        H5File file = new();
        file.Attributes["model_config"] = text;
        file.Attributes["keras_version"] = version;
        H5Group root = new();
        file["model_weights"] = root;
        foreach (var (path, values) in weights)
        {
            string[] parts = path.Split('/');
            H5Group group = root;
            foreach (string part in parts[..^1])
                group = group.TryGetValue(part, out object? found) ? (H5Group)found : (H5Group)(group[part] = new H5Group());
            group[parts[^1]] = values;
        }

        using MemoryStream stream = new();
        file.Write(stream);
        return stream.ToArray();
    }

    private static void AssertClose(double[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.InRange(pair.Second, pair.First - Tolerance, pair.First + Tolerance));
    }

    private float[,] Matrix(int rows, int columns)
    {
        float[,] matrix = new float[rows, columns];
        for (int i = 0; i < matrix.Length; i++)
            matrix[i / columns, i % columns] = (float)((random.NextDouble() * 2) - 1);
        return matrix;
    }

    private float[] Vector(int length) => [.. Enumerable.Range(0, length).Select(_ => (float)((random.NextDouble() * 2) - 1))];

    private static float[] Row(float[,] matrix, int row) => [.. Enumerable.Range(0, matrix.GetLength(1)).Select(i => matrix[row, i])];

    private static float[,,] Cube(float[] values, int a, int b, int c)
    {
        float[,,] cube = new float[a, b, c];
        Buffer.BlockCopy(values, 0, cube, 0, 4 * values.Length);
        return cube;
    }

    private static double[] Doubles(float[] values) => [.. values.Select(v => (double)v)];
}
