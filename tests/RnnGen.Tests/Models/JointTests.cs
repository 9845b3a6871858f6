namespace RnnGen.Tests.Models;

/// <summary>
/// Encoders and decoders in one: outputs, losses, final states, attention and every gradient against the oracle; and in use, without a
/// tape, the same bits. Tapes and memories are used for all batches of a model in turn, as in training.
/// </summary>
public class JointTests
{
    private const int Rows = 4;

    private static readonly Lazy<Dictionary<string, TestJointModel>>[] Models =
        [.. JointGraphs.Groups.Select(graphs => new Lazy<Dictionary<string, TestJointModel>>(
            () => ModelFactory.CompileJoint(graphs, JointGraphs.Cell)))];

    public static TheoryData<string> Graphs => [.. JointGraphs.Groups.SelectMany(g => g.Keys)];

    [Theory]
    [MemberData(nameof(Graphs))]
    public void MatchesTheOracle(string name)
    {
        var (graph, model) = Of(name);
        model.Randomize(20);
        foreach (var (what, batch) in Batches(graph, model))
            Numbers.AssertClose(Oracle.Run(graph, model, batch), model.Run(batch), 1e-11, $"{name} {what}");
    }

    [Theory]
    [MemberData(nameof(Graphs))]
    public void InUseOutputsAndAttentionAreThoseOfTheTape(string name)
    {
        var (graph, model) = Of(name);
        model.Randomize(21);
        bool isTold = JointGraphs.FedBack.ContainsKey(name);
        foreach (var (_, batch) in Batches(graph, model))
        {
            var shape = model.Shape;
            int steps = batch.Steps ?? shape.Steps, sourceSteps = batch.SourceSteps ?? model.Source.Steps;
            var told = isTold ? batch with { Targets = Say(model, batch) } : batch;
            var pass = model.Run(told);
            for (int row = 0; row < Rows; row++)
            {
                int length = batch.Lengths?[row] ?? steps, sourceLength = batch.SourceLengths?[row] ?? sourceSteps;
                if (length == 0)
                    continue;
                double[] source = RowOf(batch.Sources, row, sourceLength), inputs = RowOf(batch.Inputs, row, length, steps);
                foreach (bool atOnce in new[] { true, false })
                {
                    var (outputs, attention, state) = model.Decode(source, inputs, batch.States?[row], atOnce);
                    Assert.Equal(GraphTests.Activate(graph, shape, RowOf(pass.Outputs, row, length, steps)), outputs);
                    Assert.Equal(model.AttentionOf(pass, batch, row), attention);
                    Assert.Equal(pass.FinalStates[row], state);
                }
            }

            double[] RowOf(double[] numbers, int row, int count, int? of = null)
            {
                int width = numbers.Length / Rows / (of ?? sourceSteps);
                return [.. Enumerable.Range(0, count).SelectMany(step => numbers.AsSpan(((step * Rows) + row) * width, width).ToArray())];
            }
        }
    }

    /// <summary>Attention's weights are shares of what there is to see.</summary>
    [Fact]
    public void WeightsSumToOneInsideTheSource()
    {
        var (graph, model) = Of("TwoAttentions");
        model.Randomize(22, 2);
        var batch = TestGraphs.Batch(graph, model.Shape, Rows, isRagged: true);
        var pass = model.Run(batch);
        foreach (var (weights, i) in pass.Attention.Chunk(model.Source.Steps).Select((w, i) => (w, i)))
        {
            int step = i / 2 / Rows, row = i / 2 % Rows;
            bool isOver = step >= batch.Lengths![row];
            Assert.Equal(isOver ? 0 : 1, weights.Sum(), 1e-14);
            Assert.All(weights[batch.SourceLengths![row]..], w => Assert.Equal(0, w));
            Assert.All(weights[..batch.SourceLengths[row]], w => Assert.True(isOver ? w == 0 : w > 0));
        }
    }

    [Fact]
    public void WhatLiesBehindALengthIsNotSeen()
    {
        var (graph, model) = Of("AdditiveScoreFed");
        model.Randomize(23);
        var batch = TestGraphs.Batch(graph, model.Shape, Rows, isRagged: true);
        var before = model.Run(batch);
        double[] sources = [.. batch.Sources], inputs = [.. batch.Inputs], targets = [.. batch.Targets!];
        Scramble(sources, 3, batch.SourceLengths!);
        Scramble(inputs, 3, batch.Lengths!);
        Scramble(targets, 4, batch.Lengths!);
        var after = model.Run(batch with { Sources = sources, Inputs = inputs, Targets = targets });
        Assert.Equal(before.Loss, after.Loss);
        Assert.Equal(before.Outputs, after.Outputs);
        Assert.Equal(before.SourceGradients, after.SourceGradients);
        foreach (var (name, gradient) in before.Gradients)
            Assert.Equal(gradient, after.Gradients[name]);

        static void Scramble(double[] numbers, int width, int[] lengths)
        {
            for (int i = 0; i < numbers.Length; i++)
            {
                if (i / width / Rows >= lengths[i / width % Rows])
                    numbers[i] = 1000 + i;
            }
        }
    }

    [Theory]
    [InlineData("AdditiveScoreFed")]
    [InlineData("CarriedThroughABridge")]
    [InlineData("DenseBidirectional1ProjectedLstmToProjectedLstm")]
    [InlineData("EndsInLinear")]
    public void WeightsSurviveAFile(string name)
    {
        using var folder = new TemporaryFolder();
        var (graph, model) = Of(name);
        model.Randomize(24);
        var batch = TestGraphs.Batch(graph, model.Shape, Rows, isRagged: true);
        var before = model.Run(batch);
        WeightFile.Save(folder["weights.safetensors"], model.Parameters);
        model.Randomize(25);
        Assert.NotEqual(before.Outputs, model.Run(batch).Outputs);
        WeightFile.Load(folder["weights.safetensors"], model.Parameters);
        Assert.Equal(before.Outputs, model.Run(batch).Outputs);
    }

    private static (TestGraph Graph, TestJointModel Model) Of(string name)
    {
        int group = JointGraphs.Groups.ToList().FindIndex(g => g.ContainsKey(name));
        return (JointGraphs.Groups[group][name], Models[group].Value[name]);
    }

    /// <summary>All there is, ragged, fewer steps on one side and the other, one, and all again.</summary>
    private static IEnumerable<(string What, TestBatch Batch)> Batches(TestGraph graph, TestJointModel model)
    {
        int steps = graph.Steps, sourceSteps = model.Source.Steps;
        yield return ("full", Make(false));
        yield return ("ragged", Make(true));
        if (steps > 1)
            yield return ("fewer steps", Make(true, Math.Min(steps - 1, 6)));
        if (sourceSteps > 1)
            yield return ("fewer source steps", Make(true, null, Math.Min(sourceSteps - 1, 6)));
        if (steps > 2)
            yield return ("both fewer", Make(false, 2, Math.Max(sourceSteps - 2, 1)));
        yield return ("one step", Make(false, 1, 1));
        yield return ("one ragged step", Make(true, 1));
        yield return ("full again", Make(false));

        TestBatch Make(bool isRagged, int? steps = null, int? sourceSteps = null) =>
            TestGraphs.Batch(graph, model.Shape, Rows, isRagged, steps, sourceSteps);
    }

    /// <summary>What a model says when it is told what it said: [step][row][output].</summary>
    private static double[] Say(TestJointModel model, TestBatch batch)
    {
        var targets = (double[])batch.Targets!.Clone();
        int steps = batch.Steps ?? model.Shape.Steps, sourceSteps = batch.SourceSteps ?? model.Source.Steps, size = model.Shape.OutputSize;
        int width = batch.Inputs.Length / Rows / steps, sourceWidth = batch.Sources.Length / Rows / sourceSteps;
        for (int row = 0; row < Rows; row++)
        {
            int sourceLength = batch.SourceLengths?[row] ?? sourceSteps;
            double[] source = [.. Enumerable.Range(0, sourceLength)
                .SelectMany(s => batch.Sources.AsSpan(((s * Rows) + row) * sourceWidth, sourceWidth).ToArray())];
            double[] inputs =
                [.. Enumerable.Range(0, steps).SelectMany(s => batch.Inputs.AsSpan(((s * Rows) + row) * width, width).ToArray())];
            double[] outputs = model.Decode(source, inputs, batch.States?[row], atOnce: true).Outputs;
            for (int step = 0; step < steps; step++)
                outputs.AsSpan(step * size, size).CopyTo(targets.AsSpan(((step * Rows) + row) * size));
        }

        return targets;
    }
}
