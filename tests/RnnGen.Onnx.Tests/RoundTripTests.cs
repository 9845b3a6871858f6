namespace RnnGen.Onnx.Tests;

/// <summary>
/// Random models as ONNX: a plain evaluation of the graph, and the model that is imported from it again, give the same outputs.
/// </summary>
public class RoundTripTests
{
    private const int Count = 40;
    private const int Steps = 5;

    [Fact]
    public void ExportedModelsComputeTheSame()
    {
        var random = new RandomModels(20);
        var declared = Enumerable.Range(0, Count).Select(i => random.Next($"Random{i}")).ToList();
        var assembly = Models.Compile(declared.Select(d => d.Source));
        int complete = 0;
        for (int i = 0; i < Count; i++)
        {
            Model model = Models.Create(assembly, $"Random{i}", (ulong)i);
            float[] inputs = Inputs(model, i);
            float[] expected = model.Forward(inputs);
            byte[] file = OnnxExport.ToBytes(model.Type, model.Weights);
            AssertClose(expected, Evaluate(file, model, inputs), declared[i].Source);

            OnnxImport import = OnnxImport.Read(file, new() { Name = $"Again{i}" });
            if (!import.IsComplete)
                continue;
            complete++;
            Model again = Models.Load(Assert.Single(import.Models));
            AssertClose(expected, again.Forward(inputs), declared[i].Source + import.Models[0].Declaration, 2e-6);
        }

        // What is not imported again beside these: attention over time, and several heads of which one is a sigmoid inside.
        string[] outward = ["Norm", "[Softmax]", "[LogSoftmax]", "[PRelu", "Gelu", "Silu", "[Standardize"];
        int inward = declared.Count(d => !outward.Any(o => d.Source.Contains(o, StringComparison.Ordinal)));
        Assert.True(inward >= Count / 3 && complete >= inward * 2 / 3, $"{complete} of {inward} models came back");
    }

    /// <summary>W, R, B and P in and out again.</summary>
    [Theory]
    [InlineData("SimpleRnn")]
    [InlineData("Lstm")]
    [InlineData("PeepholeLstm")]
    [InlineData("CoupledLstm")]
    [InlineData("CoupledPeepholeLstm")]
    [InlineData("Gru")]
    [InlineData("GruResetBefore")]
    public void WeightsComeBackBitByBit(string cell)
    {
        var assembly = Models.Compile($"using RnnGen;\n[RnnModel(Steps = 4)]\n[Embedding(7, 3), Rnn<{cell}>(4, Direction = "
            + "Direction.Bidirectional), Dense(5), SoftmaxCrossEntropy, "
            + "Compressed(WeightFormat.Int8)]\npublic sealed partial class Whole;");
        Model model = Models.Create(assembly, "Whole", 5), copy = Models.Create(assembly, "Whole", 6);
        copy.Weights = Assert.Single(OnnxImport.Read(OnnxExport.ToBytes(model.Type, model.Weights)).Models).Weights;
        Assert.Equal(
            model.Weights.Tensors.Select(t => (t.Name, Convert.ToHexString(t.Data.Span))),
            copy.Weights.Tensors.Select(t => (t.Name, Convert.ToHexString(t.Data.Span))));
    }

    [Fact]
    public void StreamsGoOnWhereTheyStopped()
    {
        var random = new RandomModels(21);
        var declared =
            Enumerable.Range(0, Count).Select(i => random.Next($"Random{i}")).Where(d => d.CanStream).Select((d, i) => d.Source).ToList();
        Assert.True(declared.Count >= 10);
        var assembly = Models.Compile(declared);
        foreach (Type type in assembly.GetTypes().Where(t => t.Name.StartsWith("Random", StringComparison.Ordinal) && !t.IsNested))
        {
            Model model = Models.Create(assembly, type.Name, 3);
            byte[] file = OnnxExport.ToBytes(type, model.Weights, OnnxForm.Stream);
            var graph = Protos.ModelProto.Parser.ParseFrom(file).Graph;
            Dictionary<string, Tensor> states =
                graph.Input.Skip(1).ToDictionary(s => s.Name, s => Tensor.Of([1, 1, (int)s.Type.TensorType.Shape.Dim[2].DimValue], _ => 0));
            float[] state = new float[model.Shape.StateSize];
            for (int call = 0; call < 3; call++)
            {
                float[] inputs = Inputs(model, call);
                states["input"] = InputOf(model, inputs);
                var values = Evaluator.Run(file, states);
                AssertClose(model.Forward(inputs, state), Outputs(graph, values), type.Name);
                states = graph.Input.Skip(1).ToDictionary(s => s.Name, s => values[$"new_{s.Name}"]);
            }
        }
    }

    [Theory]
    [InlineData("[Input(3), Rnn<LeakyRnn>(4), SquaredError]", "ONNX has no operator for the cell LeakyRnn")]
    [InlineData("[Input(3), Rnn<Lstm>(4, Zoneout = 0.1), SquaredError]", "Zoneout")]
    [InlineData("[Input(3), Feedback(4), Rnn<Lstm>(4), SquaredError]", "[Feedback]")]
    [InlineData("[Input(3, Once = true), Repeat, Rnn<Lstm>(4), SquaredError]", "Once")]
    [InlineData("[Input(3), Rnn<GruTakeNew>(4, GateActivation = Activation.HardSigmoid), SquaredError]", "σ")]
    [InlineData("[Input(3), Rnn<SimpleRnn>(4, Activation = Activation.Gelu), SquaredError]", "ONNX's RNN has no Gelu")]
    public void WhatOnnxDoesNotHaveIsRefused(string attributes, string message)
    {
        var assembly = Models.Compile($"using RnnGen;\n[RnnModel(Steps = 4)]\n{attributes}\npublic sealed partial class Refused;");
        Model model = Models.Create(assembly, "Refused");
        var problem = Assert.Throws<NotSupportedException>(() => OnnxExport.ToBytes(model.Type, model.Weights));
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    internal static float[] Inputs(Model model, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, Steps * (model.IsSymbolic ? 1 : model.Shape.InputSize))
            .Select(_ => model.IsSymbolic ? random.Next(model.Shape.InputSize) : (random.NextSingle() * 2) - 1)];
    }

    internal static Tensor InputOf(Model model, float[] inputs) =>
        new(
            model.IsSymbolic ? [inputs.Length, 1] : [inputs.Length / model.Shape.InputSize, 1, model.Shape.InputSize],
            [.. inputs.Select(i => (double)i)]);

    internal static void AssertClose(float[] expected, float[] actual, string what, double tolerance = 1e-5)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(
                Math.Abs(expected[i] - actual[i]) <= tolerance * (1 + Math.Abs(expected[i])),
                $"output {i}: {expected[i]} and {actual[i]}\n{what}");
    }

    private static float[] Evaluate(byte[] file, Model model, float[] inputs) =>
        Outputs(Protos.ModelProto.Parser.ParseFrom(file).Graph, Evaluator.Run(file, new() { ["input"] = InputOf(model, inputs) }));

    /// <summary>Heads side by side, as RnnGen has them.</summary>
    private static float[] Outputs(Protos.GraphProto graph, Dictionary<string, Tensor> values)
    {
        Tensor[] heads = [.. graph.Output.Where(o => o.Name.StartsWith("output", StringComparison.Ordinal)).Select(o => values[o.Name])];
        int steps = heads[0].Values.Length / heads[0].Dims[^1];
        return [.. Enumerable.Range(0, steps)
            .SelectMany(t => heads.SelectMany(h => h.Values.Skip(t * h.Dims[^1]).Take(h.Dims[^1])))
            .Select(v => (float)v)];
    }
}
