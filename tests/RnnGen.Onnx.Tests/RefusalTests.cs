using static RnnGen.Onnx.GraphWriter;

namespace RnnGen.Onnx.Tests;

/// <summary>What cannot be taken is named, all of it at once, and the rest is still there.</summary>
public class RefusalTests
{
    [Fact]
    public void EveryNodeThatCannotBeTakenIsNamed()
    {
        GraphMaker graph = new GraphMaker().Input("x", false, "time", "batch", 3);
        string pow = graph.Add("Pow", ["x", graph.Constant(2.5f)]);
        string y = graph.Add("Squeeze", [graph.Recurrent("LSTM", pow, 3, 4, "")[0], graph.Integers(1)]);
        string sum = graph.Add("Add", [y, graph.Add("Erf", [y])]);
        OnnxImport import = OnnxImport.Read(graph.Finish(graph.Add("LogSoftmax", [sum])));
        Assert.Equal(
            [
                "Pow 'pow_1_node': its exponent is none of 0.5, 1, 2, 3 and 4",
                "Erf 'erf_1_node': RnnGen has Erf within cells only",
                "Add 'add_1_node': its other operand is 'erf_1' of Erf 'erf_1_node', which is not taken, no constant",
                "LogSoftmax 'logSoftmax_1_node': it takes 'add_1' of Add 'add_1_node', which is not taken",
            ],
            import.NotTaken.Select(n => n.ToString()));
        ImportedModel part = Assert.Single(import.Models);
        Assert.Equal("pow_1", part.Input);
        Assert.Equal(["squeeze_1"], part.Outputs);
        Assert.Contains("[Input(3)]\n[Rnn<Lstm>(4)]\n[SquaredError]", part.Declaration, StringComparison.Ordinal);
    }

    [Fact]
    public void ANumberWhereAVectorBelongs()
    {
        GraphMaker graph = new GraphMaker().Input("x");
        AssertRefused(
            graph.Finish(graph.Add("MatMul", ["x", graph.Weights(4, 2)])), "MatMul 'matMul_1_node'",
            "it takes vectors, but the input 'x' has 0 axes");
    }

    [Fact]
    public void WeightsThatAreNotFinite()
    {
        GraphMaker graph = new GraphMaker().Input("x", false, "time", "batch", 3);
        string[] y = graph.Add("RNN", ["x", graph.Weights(1, 8, 3), graph.Filled(float.NaN, 1, 8, 8)], ["Y"], Whole("hidden_size", 8));
        AssertRefused(graph.Finish(y), "RNN 'Y_node'", "its R has numbers that are not finite");
    }

    [Fact]
    public void WeightsOfAnotherSize()
    {
        GraphMaker graph = new GraphMaker().Input("x", false, "time", "batch", 3);
        string[] y = graph.Add("GRU", ["x", graph.Weights(1, 12, 3), graph.Weights(1, 12, 5)], ["Y"], Whole("hidden_size", 4));
        AssertRefused(graph.Finish(y), "GRU 'Y_node'", "its R is a constant [1, 12, 5], not [1, 12, 4]");
    }

    [Fact]
    public void AStateThatAnotherLayerComputes()
    {
        GraphMaker graph = new GraphMaker().Input("x", false, "time", "batch", 3);
        string[] encoder = graph.Recurrent("GRU", "x", 3, 4, "");
        string[] decoder = graph.Recurrent("GRU", "x", 3, 4, encoder[1]);
        AssertRefused(graph.Finish(decoder[0]), "GRU 'y_2_node'", "RnnGen starts with zeros or the State it is given");
    }

    [Fact]
    public void AStepInTheMiddle()
    {
        GraphMaker graph = new GraphMaker().Input("x", false, "time", "batch", 3);
        string y = graph.Recurrent("GRU", "x", 3, 4, "")[0];
        AssertRefused(
            graph.Finish(graph.Add("Gather", [y, graph.Scalar(2)], Whole("axis", 0))), "Gather 'gather_1_node'",
            "RnnGen takes the last one");
    }

    [Fact]
    public void AnotherDomainsOperator()
    {
        GraphMaker graph = new GraphMaker().Input("x", false, "time", "batch", 3);
        var model = Protos.ModelProto.Parser.ParseFrom(graph.Finish(graph.Recurrent("LSTM", "x", 3, 4, "")[0]));
        model.Graph.Node[0].Domain = "com.example";
        AssertRefused(Google.Protobuf.MessageExtensions.ToByteArray(model), "LSTM 'y_1_node'", "'com.example'");
    }

    [Theory]
    [InlineData("")]
    [InlineData("no protobuf at all")]
    [InlineData("{\"layers\": []}")]
    public void WhatIsNoOnnxFileIsBroken(string text) =>
        Assert.Throws<InvalidDataException>(() => OnnxImport.Read(System.Text.Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("class", "")]
    [InlineData("1st", "")]
    [InlineData("Good", "Not.a b")]
    public void NamesMustBeNames(string name, string nameSpace)
    {
        GraphMaker graph = new GraphMaker().Input("x", false, "time", "batch", 3);
        byte[] file = graph.Finish(graph.Recurrent("LSTM", "x", 3, 4, "")[0]);
        Assert.Throws<ArgumentException>(() => OnnxImport.Read(file, new() { Name = name, Namespace = nameSpace }));
    }

    [Fact]
    public void NamesInTheFileCannotLeaveTheirComment()
    {
        const string Name = "x\npublic class Evil;\u2028*/";
        GraphMaker graph = new GraphMaker().Input(Name, false, "time", "batch", 3);
        ImportedModel imported = Assert.Single(OnnxImport.Read(graph.Finish(graph.Recurrent("RNN", Name, 3, 4, "")[0])).Models);
        Assert.Contains(@"'x\u000Apublic class Evil;\u2028*/'", imported.Declaration, StringComparison.Ordinal);
        Models.Load(imported);
    }

    /// <summary>Files that are made to cost more than they weigh.</summary>
    [Theory]
    [InlineData("nodes")]
    [InlineData("weights")]
    [InlineData("concat")]
    [InlineData("constants")]
    [InlineData("matrix")]
    [InlineData("layers")]
    [InlineData("sums")]
    [InlineData("functions")]
    public void SmallFilesTakeLittle(string kind)
    {
        GraphMaker graph = new GraphMaker().Input("x", false, "time", "batch", 1000);
        string last = kind == "constants" ? graph.Weights(2) : "x";
        string matrix = kind == "matrix" ? graph.Weights(300, 300) : "";
        string w = kind == "layers" ? graph.Weights(1, 100, 1000) : "";
        string r = kind == "layers" ? graph.Weights(1, 100, 100) : "", constant = graph.Constant(1);
        for (int i = 0; i < (kind is "constants" or "concat" ? 60 : kind == "nodes" ? 9_900 : 4_000); i++)
        {
            last = kind switch
            {
                "nodes" => graph.Add("Nothing", []),
                "weights" => graph.Weights(0),
                "concat" or "constants" => graph.Add("Concat", [last, last], Whole("axis", -1)),
                "matrix" => graph.Add("MatMul", [last == "x" ? graph.Add("MatMul", ["x", graph.Weights(1000, 300)]) : last, matrix]),
                "layers" => graph.Add("RNN", ["x", w, r], [graph.Add("Identity", ["x"]) + "y"], Real("clip", 1 + i))[0],
                "sums" => graph.Add("Add", [last, constant]),
                _ => graph.Add(i % 2 == 0 ? "Tanh" : "Relu", [last]),
            };
        }

        byte[] file = graph.Finish(last);
        long before = GC.GetAllocatedBytesForCurrentThread();
        var clock = System.Diagnostics.Stopwatch.StartNew();
        try
        {
            Assert.False(OnnxImport.Read(file).IsComplete);
        }
        catch (InvalidDataException)
        {
            // More nodes than are read.
        }

        long bound =
            FuzzedOnnx.MemoryAtOnce
                + (FuzzedOnnx.MemoryPerByte * (long)file.Length), allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < bound, $"{allocated >> 20} MB of {bound >> 20} MB for {file.Length} bytes");
        // Far more than it takes: other tests run beside it, and what this is about would take forever.
        Assert.True(clock.Elapsed.TotalSeconds < 60, $"{clock.Elapsed}");
    }

    [Fact]
    public void MutatedFilesNeverCrash()
    {
        List<string> declarations = [];
        var result = FuzzedOnnx.Reader(model =>
        {
            if (declarations.Count < 300)
                declarations.Add(model.Declaration.Replace(
                    $"class {model.Name}", $"class {model.Name}Of{declarations.Count}", StringComparison.Ordinal));
        }).Run(10_000, seed: 1);
        Assert.True(result["imported"] > 500 && result["imported in part"] > 500 && result["refused"] > 500, $"{result}");
        // What is imported can be declared, whatever it was made of.
        foreach (var problem in Models.Generate(declarations, out _)
            .Where(d => d.Severity >= Microsoft.CodeAnalysis.DiagnosticSeverity.Warning))
            Assert.Fail($"{problem}\n{problem.Location.SourceTree}");
    }

    /// <summary>
    /// What has no default to rely on is refused without its numbers, and taken with them; what has one is taken without.
    /// </summary>
    [Theory]
    [InlineData("Affine", 1, 1)]
    [InlineData("ScaledTanh", 1, 1)]
    [InlineData("ThresholdedRelu", 1, 0)]
    [InlineData("LeakyRelu", 0, 0)]
    [InlineData("HardSigmoid", 0, 0)]
    [InlineData("Elu", 0, 0)]
    [InlineData("Softsign", 0, 0)]
    public void ActivationsWithoutTheirNumbers(string function, int alphas, int betas)
    {
        for (int a = 0; a <= alphas; a++)
        {
            for (int b = 0; b <= betas; b++)
            {
                GraphMaker graph = new GraphMaker().Input("x", false, "time", "batch", 3);
                Google.Protobuf.Collections.RepeatedField<Protos.AttributeProto> attributes =
                    [Texts("activations", ["Sigmoid", function.ToUpperInvariant(), "Tanh"])];
                if (a > 0)
                    attributes.Add(Reals("activation_alpha", [0.5]));
                if (b > 0)
                    attributes.Add(Reals("activation_beta", [0.25]));
                byte[] file = graph.Finish(graph.Recurrent("LSTM", "x", 3, 4, "", [.. attributes])[0]);
                if (a == alphas && b == betas)
                    Assert.Contains(
                        $"[Rnn<Lstm>(4, Activation = Activation.{function}", Assert.Single(OnnxImport.Read(file).Models).Declaration,
                        StringComparison.Ordinal);
                else
                    AssertRefused(file, "LSTM 'y_1_node'", $"its {function} has no number in activation_{(a < alphas ? "alpha" : "beta")}");
            }
        }
    }

    private static void AssertRefused(byte[] file, string node, string reason)
    {
        OnnxImport import = OnnxImport.Read(file);
        NotTakenNode first = import.NotTaken[0];
        Assert.Equal(node, first.Node);
        Assert.Contains(reason, first.Reason, StringComparison.Ordinal);
    }
}
