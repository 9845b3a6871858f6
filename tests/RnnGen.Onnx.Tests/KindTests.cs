using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using RnnGen.Onnx.Protos;
using static RnnGen.Onnx.GraphWriter;

namespace RnnGen.Onnx.Tests;

/// <summary>Graphs of every kind that is taken: the imported model computes what ONNX Runtime does.</summary>
public sealed class KindTests : IDisposable
{
    private const int Steps = 7;
    private const int Width = 4;

    private static readonly Dictionary<string, Func<GraphMaker, string, string>> Layers = new()
    {
        ["residual"] = (g, x) => g.Add("Add", [Rnn(g, x), x]),
        ["gate"] = (g, x) => g.Add("Mul", [g.Add("Sigmoid", [Dense(g, x)]), g.Add("Sub", [Rnn(g, x), x])]),
        ["gate by one number"] = (g, x) => g.Add("Mul", [g.Add("Sigmoid", [Dense(g, Rnn(g, x), 1)]), x]),
        ["one minus"] = (g, x) => g.Add("Sub", [g.Constant(1), Rnn(g, x)]),
        ["shared sums"] = (g, x) =>
        {
            string sum = g.Add("Add", [Rnn(g, x), x]), twice = g.Add("Mul", [sum, sum]);
            return g.Add("Add", [g.Add("Mul", [twice, twice]), g.Add("Mul", [twice, sum])]);
        },
        ["Silu"] = (g, x) => Silu(g, Dense(g, Rnn(g, x))),
        ["Silu of a vector"] = (g, x) => Silu(g, Rnn(g, x)),
        ["Gelu"] = (g, x) => Gelu(g, Dense(g, Rnn(g, x))),
        ["Gelu of a vector"] = (g, x) => Gelu(g, Rnn(g, x)),
        ["HardSigmoid by Clip"] = (g, x) => g.Add(
            "Clip", [g.Add("Add", [g.Add("Mul", [Rnn(g, x), g.Constant(0.2f)]), g.Constant(0.5f)]), Scalar(g, 0), Scalar(g, 1)]),
        ["Elu"] = (g, x) => g.Add("Elu", [Rnn(g, x)], Real("alpha", 0.7)),
        ["Selu"] = (g, x) => g.Add("Selu", [Dense(g, Rnn(g, x))]),
        ["Softplus"] = (g, x) => g.Add("Softplus", [Rnn(g, x)]),
        ["PRelu"] = (g, x) => g.Add("PRelu", [Rnn(g, x), g.Weights(Width)]),
        ["softmax inside"] = (g, x) => Dense(g, g.Add("Softmax", [Rnn(g, x)], Whole("axis", -1))),
        ["log softmax"] = (g, x) => g.Add("LogSoftmax", [Rnn(g, x)], Whole("axis", -1)),
        ["log of softmax"] = (g, x) => g.Add("Log", [g.Add("Softmax", [Rnn(g, x)], Whole("axis", -1))]),
        ["LayerNormalization"] = (g, x) => Rnn(
            g, g.Add("LayerNormalization", [x, g.Weights(Width), g.Weights(Width)], Real("epsilon", 1e-3))),
        ["layer norm apart"] = (g, x) => Rnn(g, LayerNorm(g, x)),
        ["layer norm of Keras"] = (g, x) => Rnn(g, KerasNorm(g, x)),
        ["RMS norm apart"] = (g, x) => Rnn(g, g.Add(
            "Mul",
            [
                g.Add("Div", [x, g.Add("Sqrt", [g.Add("Add", [Mean(g, g.Add("Pow", [x, Scalar(g, 2)])), g.Constant(1e-3f)])])]),
                g.Weights(Width),
            ])),
        ["batch norm"] = (g, x) => Rnn(g, BatchNorm(g, Rnn(g, x))),
        ["batch norm as Mul and Add"] = (g, x) =>
            g.Add("Relu", [g.Add("Add", [g.Add("Mul", [Rnn(g, x), g.Weights(1, 1, Width)]), g.Weights(Width)])]),
        ["causal convolution"] = (g, x) => Rnn(g, Causal(g, x, 3, 1)),
        ["dilated convolution"] = (g, x) => g.Add("Relu", [Causal(g, Rnn(g, x), 2, 3)]),
        ["depthwise convolution"] = (g, x) => Rnn(g, Causal(g, x, 3, 1, Width)),
        ["depthwise convolution of one step"] = (g, x) => Rnn(g, Causal(g, x, 1, 1, Width)),
        ["convolution in groups"] = (g, x) => g.Add("Tanh", [Causal(g, Rnn(g, x), 2, 2, 2)]),
        ["parts of vectors"] = (g, x) => g.Add("Add", [Part(g, Rnn(g, x), 0, 2), Part(g, x, 2, 4)]),
        ["largest over time"] = (g, x) => g.Add("ReduceMax", [Rnn(g, x)], Wholes("axes", 0), Whole("keepdims", 0)),
        ["attention over time"] = (g, x) =>
        {
            string y = Rnn(g, x), w = g.Add("Softmax", [Dense(g, g.Add("Tanh", [Dense(g, y, 3)]), 1, 3)], Whole("axis", 0));
            return g.Add("ReduceSum", [g.Add("Mul", [y, w]), g.Integers(0)], Whole("keepdims", 0));
        },
        ["quantised weights"] = (g, x) => g.Add("MatMul", [Rnn(g, x), g.Add(
            "DequantizeLinear", [g.Bytes([Width, 3], 7), g.Weights(3), g.Bytes([3], 5)], Whole("axis", 1))]),
    };

    private static readonly Dictionary<string, Func<GraphMaker, string, string, string>> Cells = new()
    {
        ["SimpleRnn"] = (g, x, h) => g.Add("Tanh", [g.Add("Add", [Dense(g, x), Dense(g, h)])]),
        ["Gru"] = (g, x, h) => Gru(g, x, h, resetsAfter: true, keeps: true),
        ["GruTakeNew"] = (g, x, h) => Gru(g, x, h, resetsAfter: true, keeps: false),
        ["GruResetBefore"] = (g, x, h) => Gru(g, x, h, resetsAfter: false, keeps: true),
        ["GruResetBeforeTakeNew"] = (g, x, h) => Gru(g, x, h, resetsAfter: false, keeps: false),
        ["ImportedCell"] = (g, x, h) => g.Add(
            "Add",
            [
                g.Add("Mul", [g.Add("Exp", [g.Add("Neg", [g.Add("Softplus", [Dense(g, x)])])]), h]),
                g.Add("Tanh", [g.Add("Add", [g.Add("Mul", [h, g.Weights(Width)]), x])]),
            ]),
        ["ImportedCell "] = (g, x, h) => g.Add(
            "Add",
            [
                g.Add("Mul", [g.Constant(0.9f), h]),
                g.Add("Mul", [g.Constant(0.1f), g.Add("Tanh", [Dense(g, g.Add("Concat", [x, h], Whole("axis", 1)), Width, 2 * Width)])]),
            ]),
    };

    private readonly SessionOptions options = new()
    {
        IntraOpNumThreads = 1,
        LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        // It would compute with rounded numbers what a file only keeps in 8 bits.
        GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL,
    };

    public static TheoryData<string> LayerNames => [.. Layers.Keys];

    public static TheoryData<string> CellNames => [.. Cells.Keys];

    [Theory]
    [MemberData(nameof(LayerNames))]
    public void LayersOfEveryKind(string kind)
    {
        GraphMaker graph = new GraphMaker().Input("x", false, "time", 1, Width);
        Check(graph.Finish(Layers[kind](graph, "x")));
    }

    /// <summary>The body of a Scan is a cell, whatever it is: a built-in one where it has its equations.</summary>
    [Theory]
    [MemberData(nameof(CellNames))]
    public void ScanOfACell(string cell)
    {
        GraphMaker graph = new GraphMaker().Input("x", false, "time", 1, Width);
        GraphMaker body = new GraphMaker().Input("h", false, 1, Width).Input("step", false, 1, Width);
        string next = Cells[cell](body, "step", "h"), output = body.Add("Identity", [next]);
        string[] results = graph.Add(
            "Scan", [graph.Zeros(1, Width), "x"], ["last", "all"], Whole("num_scan_inputs", 1), body.Body(next, output));
        string declaration = Check(graph.Finish(results[1]));
        Assert.Contains(
            cell.StartsWith("ImportedCell", StringComparison.Ordinal) ? "[Rnn<ImportedCell>(4" : $"[Rnn<{cell}>(4", declaration, StringComparison.Ordinal);
    }

    [Fact]
    public void ScanInReverse()
    {
        GraphMaker graph = new GraphMaker().Input("x", false, "time", 1, Width);
        GraphMaker body = new GraphMaker().Input("h", false, 1, Width).Input("step", false, 1, Width);
        string next = Gru(body, "step", "h", resetsAfter: true, keeps: true), output = body.Add("Identity", [next]);
        string[] results = graph.Add(
            "Scan", [graph.Zeros(1, Width), "x"], ["last", "all"], Whole("num_scan_inputs", 1), Wholes("scan_input_directions", 1),
            Wholes("scan_output_directions", 1), body.Body(next, output));
        Assert.Contains("Direction = Direction.Reverse", Check(graph.Finish(results[1])), StringComparison.Ordinal);
    }

    /// <summary>Two LSTMs in one loop, the second of which takes the first one's output, and a layer on top of both.</summary>
    [Fact]
    public void LoopOfTwoLayers()
    {
        GraphMaker graph = new GraphMaker().Input("x", false, Steps, 1, Width);
        GraphMaker body = new GraphMaker().Number("i", TensorProto.Types.DataType.Int64).Number("goes", TensorProto.Types.DataType.Bool);
        foreach (string state in new[] { "h1", "c1", "h2", "c2" })
            body.Input(state, false, 1, Width);
        string step = body.Add("Gather", ["x", "i"], Whole("axis", 0)), goes = body.Add("Identity", ["goes"]);
        var (h1, c1) = Lstm(body, step, "h1", "c1");
        var (h2, c2) = Lstm(body, h1, "h2", "c2");
        string output = body.Add("Tanh", [Dense(body, body.Add("Concat", [h2, h1], Whole("axis", -1)), 3, 2 * Width)]);
        string zeros = graph.Zeros(1, Width);
        string[] results = graph.Add(
            "Loop", [graph.Scalar(Steps), graph.True(), zeros, zeros, zeros, zeros], ["a", "b", "c", "d", "all"],
            body.Body(goes, h1, c1, h2, c2, output));
        string declaration = Check(graph.Finish(results[4]));
        Assert.Contains("[Rnn<Lstm>(4, Name = \"rnn1\")]\n[Rnn<Lstm>(4, Name = \"rnn2\")]", declaration, StringComparison.Ordinal);
    }

    /// <summary>A graph of one step, whose state is an input and an output.</summary>
    [Fact]
    public void AStepWithItsState()
    {
        GraphMaker graph = new GraphMaker().Input("x", false, 1, Width).Input("state", false, 1, 2 * Width);
        string h = Part(graph, "state", 0, Width, 1), c = Part(graph, "state", Width, 2 * Width, 1);
        var (next, memory) = Lstm(graph, "x", h, c);
        string state = graph.Add("Concat", [next, memory], Whole("axis", 1));
        byte[] file = graph.Finish(Dense(graph, next, 2), state);
        ImportedModel imported = Imported(file);
        Assert.Contains("[Rnn<Lstm>(4)]\n[Dense(2)]", imported.Declaration, StringComparison.Ordinal);
        Model model = Models.Load(imported);
        float[] numbers = new float[model.Shape.StateSize], fed = new float[2 * Width];
        using InferenceSession session = new(file, options);
        for (int t = 0; t < Steps; t++)
        {
            float[] x = [.. Enumerable.Range(0, Width).Select(i => MathF.Sin((t * Width) + i))];
            using var results = session.Run(
            [
                NamedOnnxValue.CreateFromTensor("x", new DenseTensor<float>(x, [1, Width])),
                NamedOnnxValue.CreateFromTensor("state", new DenseTensor<float>(fed, [1, 2 * Width])),
            ]);
            RoundTripTests.AssertClose(results[0].AsEnumerable<float>().ToArray(), model.Forward(x, numbers), $"step {t}", 1e-6);
            fed = [.. results[1].AsEnumerable<float>()];
            ImportedState places = Assert.Single(imported.States);
            Assert.Equal(("state", state), (places.Input, places.Output));
            RoundTripTests.AssertClose(fed, [.. places.Places.Select(p => numbers[p])], $"state {t}", 1e-6);
        }
    }

    /// <summary>Several inputs are one, side by side.</summary>
    [Fact]
    public void TwoInputs()
    {
        GraphMaker graph = new GraphMaker().Input("a", false, "time", 1, 3).Input("b", false, "time", 1, 2);
        string y = Rnn(graph, graph.Add("Concat", ["b", "a"], Whole("axis", -1)), 5);
        byte[] file = graph.Finish(graph.Add("Add", [y, Dense(graph, "a", Width, 3)]));
        ImportedModel imported = Imported(file);
        Assert.Equal([("b", 0), ("a", 2)], imported.InputTensors.Select(t => (t.Name, t.Start)));
        float[] inputs = [.. Enumerable.Range(0, Steps * 5).Select(i => MathF.Sin(i))];
        float[] a = [.. inputs.Chunk(5).SelectMany(v => v[2..])], b = [.. inputs.Chunk(5).SelectMany(v => v[..2])];
        using InferenceSession session = new(file, options);
        using var results = session.Run(
        [
            NamedOnnxValue.CreateFromTensor("a", new DenseTensor<float>(a, [Steps, 1, 3])),
            NamedOnnxValue.CreateFromTensor("b", new DenseTensor<float>(b, [Steps, 1, 2])),
        ]);
        RoundTripTests.AssertClose(results[0].AsEnumerable<float>().ToArray(), Models.Load(imported).Forward(inputs), "two inputs", 3e-6);
    }

    /// <summary>A convolution that looks ahead over time is refused, and so is a state that goes out in another order.</summary>
    [Fact]
    public void WhatIsNotTheSameIsRefused()
    {
        GraphMaker graph = new GraphMaker().Input("x", false, "time", 1, Width);
        string channels = graph.Add("Transpose", ["x"], Wholes("perm", 1, 2, 0));
        string seen = graph.Add("Conv", [channels, graph.Weights(Width, Width, 3)], Wholes("pads", 1, 1));
        byte[] file = graph.Finish(Rnn(graph, graph.Add("Transpose", [seen], Wholes("perm", 2, 0, 1))));
        Assert.False(OnnxImport.Read(file).IsComplete);

        graph = new GraphMaker().Input("x", false, 1, Width).Input("state", false, 1, 2 * Width);
        var (next, memory) = Lstm(graph, "x", Part(graph, "state", 0, Width, 1), Part(graph, "state", Width, 2 * Width, 1));
        file = graph.Finish(graph.Add("Concat", [memory, next], Whole("axis", 1)));
        Assert.DoesNotContain("Rnn<Lstm>", OnnxImport.Read(file).Models.SingleOrDefault()?.Declaration ?? "", StringComparison.Ordinal);
    }

    public void Dispose() => options.Dispose();

    private static ImportedModel Imported(byte[] file)
    {
        OnnxImport import = OnnxImport.Read(file, new() { Name = "Imported" });
        Assert.Empty(import.NotTaken);
        return Assert.Single(import.Models);
    }

    private string Check(byte[] file)
    {
        ImportedModel imported = Imported(file);
        Model model = Models.Load(imported);
        float[] inputs = [.. Enumerable.Range(0, Steps * Width).Select(i => MathF.Sin(i * 0.61f))];
        using InferenceSession session = new(file, options);
        using var results = session.Run([NamedOnnxValue.CreateFromTensor("x", new DenseTensor<float>(inputs, [Steps, 1, Width]))]);
        RoundTripTests.AssertClose(results[0].AsEnumerable<float>().ToArray(), model.Forward(inputs), imported.Declaration, 3e-6);
        return imported.Declaration;
    }

    private static string Rnn(GraphMaker g, string x, int inputs = Width) =>
        g.Add("Squeeze", [g.Recurrent("LSTM", x, inputs, Width, "")[0], g.Integers(1)]);

    private static string Dense(GraphMaker g, string x, int size = Width, int inputs = Width) =>
        g.Add("Add", [g.Add("MatMul", [x, g.Weights(inputs, size)]), g.Weights(size)]);

    private static string Scalar(GraphMaker g, float value) => g.Add("Squeeze", [g.Constant(value), g.Integers(0)]);

    private static string Silu(GraphMaker g, string x) => g.Add("Mul", [x, g.Add("Sigmoid", [x])]);

    private static string Gelu(GraphMaker g, string x) => g.Add("Mul", [g.Add("Mul", [x, g.Add(
        "Add", [g.Add("Erf", [g.Add("Div", [x, g.Constant(MathF.Sqrt(2))])]), g.Constant(1)])]), g.Constant(0.5f)]);

    private static string Mean(GraphMaker g, string x) => g.Add("ReduceMean", [x], Wholes("axes", -1), Whole("keepdims", 1));

    private static string LayerNorm(GraphMaker g, string x)
    {
        string centred = g.Add("Sub", [x, Mean(g, x)]), variance = Mean(g, g.Add("Mul", [centred, centred]));
        string normal = g.Add("Div", [centred, g.Add("Sqrt", [g.Add("Add", [variance, g.Constant(1e-5f)])])]);
        return g.Add("Add", [g.Add("Mul", [normal, g.Weights(Width)]), g.Weights(Width)]);
    }

    private static string KerasNorm(GraphMaker g, string x)
    {
        string mean = Mean(g, x), centred = g.Add("Sub", [x, mean]), variance = Mean(g, g.Add("Pow", [centred, Scalar(g, 2)]));
        string factor = g.Add("Mul", [g.Add("Reciprocal", [g.Add("Sqrt", [g.Add("Add", [variance, g.Constant(1e-3f)])])]), g.Weights(Width)]);
        return g.Add("Add", [g.Add("Mul", [x, factor]), g.Add("Sub", [g.Weights(Width), g.Add("Mul", [mean, factor])])]);
    }

    private static string BatchNorm(GraphMaker g, string x)
    {
        string turned = g.Add("Transpose", [x], Wholes("perm", 1, 2, 0));
        string variance = g.Add("Abs", [g.Weights(Width)]);
        string normal = g.Add("BatchNormalization", [turned, g.Weights(Width), g.Weights(Width), g.Weights(Width), variance]);
        return g.Add("Transpose", [normal], Wholes("perm", 2, 0, 1));
    }

    private static string Causal(GraphMaker g, string x, int kernel, int dilation, int groups = 1)
    {
        string turned = g.Add("Transpose", [x], Wholes("perm", 1, 2, 0));
        string padded = g.Add("Pad", [turned, g.Integers(0, 0, (kernel - 1) * dilation, 0, 0, 0)]);
        string seen = g.Add(
            "Conv", [padded, g.Weights(Width, Width / groups, kernel), g.Weights(Width)], Wholes("dilations", dilation),
            Whole("group", groups));
        return g.Add("Transpose", [seen], Wholes("perm", 2, 0, 1));
    }

    private static string Part(GraphMaker g, string x, long from, long to, long axis = 2) =>
        g.Add("Slice", [x, g.Integers(from), g.Integers(to), g.Integers(axis)]);

    private static string Gru(GraphMaker g, string x, string h, bool resetsAfter, bool keeps)
    {
        string gates = g.Add("Sigmoid", [g.Add("Add", [Dense(g, x, 2 * Width), g.Add("MatMul", [h, g.Weights(Width, 2 * Width)])])]);
        string r = Part(g, gates, 0, Width, 1), z = Part(g, gates, Width, 2 * Width, 1);
        string hidden = resetsAfter ? g.Add("Mul", [r, Dense(g, h)]) : g.Add("MatMul", [g.Add("Mul", [r, h]), g.Weights(Width, Width)]);
        string n = g.Add("Tanh", [g.Add("Add", [Dense(g, x), hidden])]);
        string kept = g.Add("Mul", [z, keeps ? h : n]), rest = g.Add("Mul", [g.Add("Sub", [g.Constant(1), z]), keeps ? n : h]);
        return g.Add("Add", [kept, rest]);
    }

    /// <summary>TensorFlow's BasicLSTMCell: one matrix of both, gates i, g, f, o, and 1 added to f.</summary>
    private static (string H, string C) Lstm(GraphMaker g, string x, string h, string c)
    {
        string sums = Dense(g, g.Add("Concat", [x, h], Whole("axis", 1)), 4 * Width, 2 * Width);
        string[] gates = g.Add("Split", [sums], [.. Enumerable.Range(0, 4).Select(i => $"{sums}_{i}")], Whole("axis", 1));
        string f = g.Add("Sigmoid", [g.Add("Add", [gates[2], g.Constant(1)])]);
        string memory = g.Add(
            "Add", [g.Add("Mul", [f, c]), g.Add("Mul", [g.Add("Sigmoid", [gates[0]]), g.Add("Tanh", [gates[1]])])]);
        return (g.Add("Mul", [g.Add("Tanh", [memory]), g.Add("Sigmoid", [gates[3]])]), memory);
    }
}
