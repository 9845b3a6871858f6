using static RnnGen.Onnx.GraphWriter;

namespace RnnGen.Onnx.Tests;

/// <summary>Graphs as PyTorch and others export them: what is imported computes what a plain evaluation of the graph does.</summary>
public class ImportTests
{
    private const int Steps = 6;

    [Fact]
    public void BatchFirstBidirectionalLstmAndClassifier()
    {
        // nn.LSTM(4, 5, num_layers=2, batch_first=True, bidirectional=True), nn.Linear, softmax; zeros from the batch's size as torch.onnx
        // writes them.
        GraphMaker graph = new GraphMaker().Input("x", false, "batch", "time", 4);
        string turned = graph.Add("Transpose", ["x"], Wholes("perm", 1, 0, 2));
        string rows = graph.Add("Gather", [graph.Add("Shape", ["x"]), graph.Scalar(0)], Whole("axis", 0));
        string shape =
            graph.Add(
                "Concat", [graph.Integers(4), graph.Add("Unsqueeze", [rows, graph.Integers(0)]), graph.Integers(5)], Whole("axis", 0));
        string zeros = graph.Add("ConstantOfShape", [shape]);
        string value = turned;
        for (int level = 0; level < 2; level++)
        {
            string initial = graph.Add("Slice", [zeros, graph.Integers(2 * level), graph.Integers((2 * level) + 2), graph.Integers(0)]);
            string y = graph.Recurrent("LSTM", value, level == 0 ? 4 : 10, 5, initial, Text("direction", "bidirectional"))[0];
            value = graph.Add("Reshape", [graph.Add("Transpose", [y], Wholes("perm", 0, 2, 1, 3)), graph.Integers(0, 0, -1)]);
        }

        string scores = graph.Add(
            "Add",
            [graph.Weights(3), graph.Add("MatMul", [graph.Add("Transpose", [value], Wholes("perm", 1, 0, 2)), graph.Weights(10, 3)])]);
        string declaration = Check(graph.Finish(graph.Add("Softmax", [scores], Whole("axis", -1))), batchFirst: true);
        Assert.Contains(
            "[Input(4)]\n[Rnn<Lstm>(5, Direction = Direction.Bidirectional, Name = \"rnn1\")]\n[Rnn<Lstm>(5, Direction = "
            + "Direction.Bidirectional, Name = \"rnn2\")]\n[Dense(3)]\n[SoftmaxCrossEntropy]",
            declaration, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RNN")]
    [InlineData("LSTM")]
    [InlineData("GRU")]
    public void LastStateOfBothDirectionsAndGemm(string operation)
    {
        GraphMaker graph = new GraphMaker().Input("x", false, "time", "batch", 3);
        string last = graph.Recurrent(operation, "x", 3, 4, "", Text("direction", "bidirectional"))[1];
        string joined = graph.Add("Reshape", [graph.Add("Transpose", [last], Wholes("perm", 1, 0, 2)), graph.Integers(-1, 8)]);
        string output =
            graph.Add("Gemm", [joined, graph.Weights(2, 8), graph.Weights(2)], Whole("transB", 1), Real("alpha", 0.5), Real("beta", 2));
        string declaration = Check(graph.Finish(graph.Add("Sigmoid", [output])));
        Assert.Contains(
            "Direction.Bidirectional)]\n[Pool(Pooling.Last)]\n[Dense(2)]\n[SigmoidCrossEntropy]", declaration, StringComparison.Ordinal);
    }

    [Fact]
    public void CoupledGatesWithPeepholes()
    {
        GraphMaker graph = new GraphMaker().Input("x", false, "time", "batch", 3);
        string y = graph.Add(
            "LSTM", ["x", graph.Weights(2, 16, 3), graph.Weights(2, 16, 4), graph.Weights(2, 32), "", "", "", graph.Weights(2, 12)], ["Y"],
            Whole("hidden_size", 4), Whole("input_forget", 1), Text("direction", "bidirectional"))[0];
        string joined = graph.Add("Reshape", [graph.Add("Transpose", [y], Wholes("perm", 0, 2, 1, 3)), graph.Integers(0, 0, 8)]);
        Assert.Contains(
            "[Rnn<CoupledPeepholeLstm>(4, Direction = Direction.Bidirectional)]",
            Check(graph.Finish(graph.Add("MatMul", [joined, graph.Weights(8, 2)]))), StringComparison.Ordinal);
    }

    [Fact]
    public void TheLastStepInTimeOfBothDirectionsIsNotTheirLastState()
    {
        GraphMaker graph = new GraphMaker().Input("x", false, "time", "batch", 3);
        string y = graph.Recurrent("GRU", "x", 3, 4, "", Text("direction", "bidirectional"), Whole("linear_before_reset", 1))[0];
        string joined = graph.Add("Reshape", [graph.Add("Transpose", [y], Wholes("perm", 0, 2, 1, 3)), graph.Integers(0, 0, 8)]);
        string last = graph.Add("Gather", [joined, graph.Scalar(-1)], Whole("axis", 0));
        string declaration = Check(graph.Finish(graph.Add("Gemm", [last, graph.Weights(8, 2)])));
        Assert.Contains(
            "[Rnn<Gru>(4, Name = \"rnn1\")]\n[Rnn<Gru>(4, Direction = Direction.Reverse, Name = \"rnn2\", From = "
            + "\"input\")]\n[Pool(Pooling.Last, From = \"rnn1, rnn2\")]",
            declaration, StringComparison.Ordinal);
    }

    [Fact]
    public void TheLastStepInTimeOfAReverseLayer()
    {
        GraphMaker graph = new GraphMaker().Input("x", false, "time", "batch", 3);
        string y = graph.Add("Squeeze", [graph.Recurrent("RNN", "x", 3, 4, "", Text("direction", "reverse"))[0], graph.Integers(1)]);
        string last = graph.Add(
            "Squeeze", [graph.Add("Slice", [y, graph.Integers(-1), graph.Integers(int.MaxValue), graph.Integers(0)]), graph.Integers(0)]);
        Check(graph.Finish(graph.Add("Gemm", [last, graph.Weights(4, 2)])));
    }

    [Fact]
    public void ActivationsThatDifferBetweenDirectionsAreTwoLayers()
    {
        GraphMaker graph = new GraphMaker().Input("x", false, "time", "batch", 3);
        string y = graph.Recurrent(
            "LSTM", "x", 3, 4, "", Text("direction", "bidirectional"),
            Texts("activations", ["Sigmoid", "Tanh", "Tanh", "HardSigmoid", "leakyrelu", "Softsign"]),
            Reals("activation_alpha", [0.3, 0.05, 9]), Reals("activation_beta", [0.4]))[0];
        string declaration =
            Check(graph.Finish(graph.Add("Reshape", [graph.Add("Transpose", [y], Wholes("perm", 0, 2, 1, 3)), graph.Integers(0, 0, 8)])));
        Assert.Contains(
            "[Rnn<Lstm>(4, Direction = Direction.Reverse, Activation = Activation.LeakyRelu, ActivationAlpha = 0.05, GateActivation = "
            + "Activation.HardSigmoid, GateAlpha = 0.3, GateBeta = 0.4, OutputActivation = Activation.Softsign,",
            declaration, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ReduceSum", "Sum")]
    [InlineData("ReduceMean", "Mean")]
    public void DirectionsReduced(string operation, string merge)
    {
        GraphMaker graph = new GraphMaker().Input("x", false, "time", "batch", 3);
        string y = graph.Recurrent("GRU", "x", 3, 4, "", Text("direction", "bidirectional"))[0];
        string merged = graph.Add(
            operation, operation == "ReduceSum" ? [y, graph.Integers(1)] : [y],
            [.. operation == "ReduceSum" ? [] : new[] { Wholes("axes", 1) }, Whole("keepdims", 0)]);
        Assert.Contains(
            $"Merge = Merge.{merge}", Check(graph.Finish(graph.Add("MatMul", [merged, graph.Weights(4, 2)]))), StringComparison.Ordinal);
    }

    [Fact]
    public void EmbeddingGruAndMeanOverTime()
    {
        GraphMaker graph = new GraphMaker().Input("symbols", true, "time", "batch");
        string y = graph.Recurrent(
            "GRU", graph.Add("Gather", [graph.Weights(7, 3), "symbols"]), 3, 4, "", Whole("linear_before_reset", 1), Real("clip", 0.4))[0];
        string mean = graph.Add("ReduceMean", [graph.Add("Squeeze", [y, graph.Integers(1)])], Wholes("axes", 0), Whole("keepdims", 0));
        string declaration = Check(graph.Finish(graph.Add("Gemm", [graph.Add("Relu", [mean]), graph.Weights(4, 2)])));
        Assert.Contains(
            "[Embedding(7, 3)]\n[Rnn<Gru>(4, Clip = 0.4)]\n[Pool(Pooling.Mean)]\n[Activation(Activation.Relu)]\n[Dense(2",
            declaration, StringComparison.Ordinal);
    }

    [Fact]
    public void NormalisedInputsSeveralLayersJoinedAndTwoOutputs()
    {
        // The shape of RNNoise: (x − mean) / deviation, a dense layer, two GRUs of which the second sees everything, two heads.
        GraphMaker graph = new GraphMaker().Input("x", false, "time", "batch", 3);
        string x = graph.Add("Div", [graph.Add("Sub", ["x", graph.Weights(3)]), graph.Constant(2)]);
        string dense = graph.Add("Tanh", [graph.Add("Add", [graph.Add("MatMul", [x, graph.Weights(3, 5)]), graph.Weights(5)])]);
        string vad = graph.Add("Squeeze", [graph.Recurrent("GRU", dense, 5, 4, "")[0], graph.Integers(1)]);
        string noise = graph.Add(
            "Squeeze", [graph.Recurrent("GRU", graph.Add("Concat", [dense, vad, x], Whole("axis", -1)), 12, 6, "")[0], graph.Integers(1)]);
        string first = graph.Add("Sigmoid", [graph.Add("MatMul", [noise, graph.Weights(6, 3)])]);
        string second = graph.Add("MatMul", [vad, graph.Weights(4, 1)]);
        string declaration = Check(graph.Finish(first, second));
        Assert.Contains("From = \"dense2, rnn1, dense1\"", declaration, StringComparison.Ordinal);
    }

    [Fact]
    public void StatesAreInputsAndOutputs()
    {
        GraphMaker graph =
            new GraphMaker().Input("x", false, "time", "batch", 3).Input("h", false, 1, "batch", 4).Input("c", false, 1, "batch", 4);
        string[] outputs = graph.Add(
            "LSTM", ["x", graph.Weights(1, 16, 3), graph.Weights(1, 16, 4), "", "", "h", "c", graph.Weights(1, 12)], ["Y", "Y_h", "Y_c"],
            Whole("hidden_size", 4));
        byte[] file = graph.Finish(graph.Add("MatMul", [outputs[0], graph.Weights(4, 2)]), outputs[1], outputs[2]);
        OnnxImport import = OnnxImport.Read(file);
        Assert.Empty(import.NotTaken);
        Assert.Contains("[Rnn<PeepholeLstm>(4, Bias = false)]", import.Models[0].Declaration, StringComparison.Ordinal);
        Assert.Contains("States of the graph that are RnnGen's State: 'h', 'c'.", import.Models[0].Declaration, StringComparison.Ordinal);

        Model model = Models.Load(import.Models[0]);
        float[] state = [0.1f, -0.2f, 0.3f, 0.4f, -0.5f, 0.6f, 0.7f, -0.8f];
        float[] inputs = [.. Enumerable.Range(0, Steps * 3).Select(i => MathF.Sin(i))];
        var values = Evaluator.Run(
            file,
            new()
            {
                ["x"] = new([Steps, 1, 3], [.. inputs.Select(i => (double)i)]),
                ["h"] = new([1, 1, 4], [.. state[..4].Select(s => (double)s)]),
                ["c"] = new([1, 1, 4], [.. state[4..].Select(s => (double)s)])
            });
        float[] actual = model.Forward(inputs, state);
        RoundTripTests.AssertClose([.. values["matMul_1"].Values.Select(v => (float)v)], actual, "outputs");
        RoundTripTests.AssertClose([.. values["Y_h"].Values.Concat(values["Y_c"].Values).Select(v => (float)v)], state, "states");
    }

    [Fact]
    public void OldOperatorsAndBatchesFirstInTheNode()
    {
        // Axes as attributes (before operator set 13), layout = 1, a convolution over single steps.
        GraphMaker graph = new GraphMaker().Input("x", false, "batch", "time", 3);
        string y = graph.Recurrent("RNN", "x", 3, 4, "", Whole("layout", 1), Texts("activations", ["Relu"]))[0];
        string squeezed = graph.Add("Squeeze", [y], Wholes("axes", 2));
        string channels = graph.Add("Transpose", [graph.Add("Dropout", [squeezed])], Wholes("perm", 0, 2, 1));
        string output =
            graph.Add("Transpose", [graph.Add("Conv", [channels, graph.Weights(2, 4, 1), graph.Weights(2)])], Wholes("perm", 0, 2, 1));
        Check(graph.Finish(output), batchFirst: true);
    }

    /// <summary>Imports, compiles, computes, compares; gives the declaration.</summary>
    private static string Check(byte[] file, bool batchFirst = false)
    {
        OnnxImport import = OnnxImport.Read(file, new() { Namespace = "Some.Place", Name = "Imported" });
        Assert.Empty(import.NotTaken);
        ImportedModel imported = Assert.Single(import.Models);
        Model model = Models.Load(imported, "Some.Place");
        float[] inputs = RoundTripTests.Inputs(model, 3);
        Tensor x = RoundTripTests.InputOf(model, inputs);
        var values = Evaluator.Run(file, new() { [imported.Input] = batchFirst ? x with { Dims = [1, x.Dims[0], x.Dims[2]] } : x });
        Tensor[] heads = [.. imported.Outputs.Select(o => values[o])];
        int[] widths = [.. heads.Select(h => h.Values.Length * model.Shape.OutputSize / heads.Sum(o => o.Values.Length))];
        int steps = heads[0].Values.Length / widths[0];
        float[] expected = [.. Enumerable.Range(0, steps)
            .SelectMany(t => heads.SelectMany((h, i) => h.Values.Skip(t * widths[i]).Take(widths[i]))).Select(v => (float)v)];
        RoundTripTests.AssertClose(expected, model.Forward(inputs), imported.Declaration, 3e-6);
        return imported.Declaration;
    }
}
