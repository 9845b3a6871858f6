using RnnGen.Generated;
using RnnGen.Numerics;

namespace RnnGen.Tests.Models;

/// <summary>
/// Graphs of everything there is, with sequences of different lengths and weighted losses: outputs, losses, final states and every gradient
/// against the oracle; and in use, without a tape, the same bits.
/// </summary>
public class GraphTests
{
    private const int Rows = 4;

    /// <summary>The models of all graphs.</summary>
    internal static readonly Lazy<Dictionary<string, TestModel>> Models = new(() => ModelFactory.Compile(TestGraphs.All, TestCell.Sources));

    public static TheoryData<string, bool> Graphs
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (string name in TestGraphs.All.Keys)
            {
                data.Add(name, false);
                data.Add(name, true);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Graphs))]
    public void MatchesTheOracle(string name, bool isRagged)
    {
        var (graph, model) = (TestGraphs.All[name], Models.Value[name]);
        model.Randomize(20);
        var batch = TestGraphs.Batch(graph, model.Shape, Rows, isRagged);
        Numbers.AssertClose(Oracle.Run(graph, model, batch), model.Run(batch), 1e-11, name);
    }

    [Theory]
    [MemberData(nameof(Graphs))]
    public void InUseTheOutputsAreThoseOfTheTape(string name, bool isRagged)
    {
        var (graph, model) = (TestGraphs.All[name], Models.Value[name]);
        model.Randomize(21);
        var shape = model.Shape;
        var batch = TestGraphs.Batch(graph, shape, Rows, isRagged);
        var pass = model.Run(batch);
        for (int row = 0; row < Rows; row++)
        {
            int length = batch.Lengths?[row] ?? graph.Steps;
            if (length == 0)
                continue;
            int inputWidth = shape.InputWidth;
            double[] Of(double[] numbers, int steps, int width) =>
                [.. Enumerable.Range(0, steps).SelectMany(step => numbers.AsSpan(((step * Rows) + row) * width, width).ToArray())];
            var (outputs, state) = model.Infer(Of(batch.Inputs, graph.Source.Once ? 1 : length, inputWidth), length, batch.States?[row]);
            Assert.Equal(Activate(graph, shape, Of(pass.Outputs, shape.OutputSteps == 1 ? 1 : length, shape.OutputSize)), outputs);
            Assert.Equal(pass.FinalStates[row], state);
        }
    }

    [Theory]
    [InlineData("Tagger")]
    [InlineData("PooledHeads")]
    [InlineData("DeepLinear")]
    [InlineData("ThereAndBack")]
    public void WeightsSurviveAFile(string name)
    {
        using var folder = new TemporaryFolder();
        var model = Models.Value[name];
        model.Randomize(22);
        var batch = TestGraphs.Batch(TestGraphs.All[name], model.Shape, Rows, isRagged: true);
        var before = model.Run(batch);
        WeightFile.Save(folder["weights.safetensors"], model.Parameters);
        model.Randomize(23);
        Assert.NotEqual(before.Outputs, model.Run(batch).Outputs);
        WeightFile.Load(folder["weights.safetensors"], model.Parameters);
        Assert.Equal(before.Outputs, model.Run(batch).Outputs);
    }

    /// <summary>What the losses keep to themselves on a tape: softmax and sigmoid.</summary>
    internal static double[] Activate(TestGraph graph, ModelShape shape, double[] scores)
    {
        var outputs = (double[])scores.Clone();
        for (int offset = 0; offset < scores.Length;)
        {
            foreach (var (head, size) in graph.Heads.Zip(shape.Heads, (h, s) => (h, s.Size)))
            {
                if (head.Loss is "SoftmaxCrossEntropy" or "Ctc")
                    Losses.Softmax(ref scores[offset], ref outputs[offset], size);
                else if (head.Loss == "SigmoidCrossEntropy")
                    Losses.Sigmoid(ref scores[offset], ref outputs[offset], size);
                offset += size;
            }
        }

        return outputs;
    }
}
