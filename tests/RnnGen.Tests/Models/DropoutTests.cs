using static RnnGen.Tests.ParameterValues;

namespace RnnGen.Tests.Models;

/// <summary>
/// Dropout: drawn anew for every update, from a seed alone; nothing in use; and with masks that stand still, an ordinary part of the
/// gradient.
/// </summary>
public class DropoutTests
{
    private const int Rows = 40;

    private static readonly int[] Inputs =
        [.. Enumerable.Range(0, Classifier.Steps * Rows).Select(i => ((i * 7) + (i / 5)) % Classifier.InputSize)];
    private static readonly int[] Targets = [.. Enumerable.Range(0, Rows).Select(i => i % 3)];

    private static readonly Lazy<Dictionary<string, TestModel>> Models = new(() => ModelFactory.Compile(Graphs, TestCell.Sources));

    public static TheoryData<string> Names => [.. Graphs.Keys];

    private static Dictionary<string, TestGraph> Graphs => new()
    {
        ["Everywhere"] = new(
            4,
            new TestSource("Input", 3),
            new TestDropout(0.5),
            new TestRnn(TestCell.Lstm, 5, 3) { Dropout = 0.4, Direction = "Bidirectional", Merge = "Multiply" },
            new TestDropout(0.3),
            new TestPool("Attention", 3),
            new TestDropout(0.5),
            new TestDense(4) { Name = "dense" },
            new TestHead("SquaredError")),
        ["BesideItself"] = new(
            4,
            new TestSource("Embedding", 6, 5) { Name = "input" },
            new TestDropout(0.4) { Name = "a" },
            new TestDropout(0.4) { From = "input", Name = "b" },
            new TestRnn(TestCell.Gru, 6, 2) { From = "a, b", Dropout = 0.5, Name = "rnn" },
            new TestHead("SquaredError"),
            new TestDropout(0.3) { From = "rnn" },
            new TestDense(3),
            new TestHead("SoftmaxCrossEntropy")),
        ["OfTheOutputs"] =
            new(3, new TestSource("Input", 3), new TestRnn(TestCell.SimpleRnn, 5), new TestDropout(0.5), new TestHead("SquaredError")),
        ["OfLastStates"] = new(
            4, new TestSource("Input", 3), new TestRnn(TestCell.Gru, 5) { Direction = "Bidirectional" }, new TestDropout(0.5),
            new TestPool("Last"), new TestHead("SquaredError")),
        ["OfAnInputGivenOnce"] = new(
            3, new TestSource("Input", 5, Once: true), new TestDropout(0.5), new TestRnn(TestCell.Gru, 5) { FirstState = true },
            new TestHead("SquaredError")),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void TheGradientIsThatOfTheDroppedLoss(string name)
    {
        var model = Models.Value[name];
        model.Randomize(5);
        foreach (bool isRagged in new[] { false, true })
        {
            var batch = TestGraphs.Batch(Graphs[name], model.Shape, 3, isRagged);
            double whole = model.Run(batch).Loss;
            batch = batch with { NoiseSeed = 12 };
            Assert.NotEqual(whole, model.Run(batch).Loss);
            Assert.NotEqual(model.Run(batch with { NoiseSeed = 13 }).Loss, model.Run(batch).Loss);
            Differences.Check(model, batch, name);
        }
    }

    [Fact]
    public void TheSameSeedGivesTheSameBits()
    {
        Assert.Equal(Train(seed: 3), Train(seed: 3));
        Assert.NotEqual(Train(seed: 3), Train(seed: 4));
    }

    [Fact]
    public void EvaluationDropsNothing()
    {
        var model = new Classifier(seed: 1);
        var tape = model.CreateTape(Rows);
        tape.Forward(Inputs);
        double expected = tape.Loss(Targets);
        foreach (ulong seed in new ulong[] { 1, 2 })
            Assert.Equal(expected, (model.CreateTrainer(new Sgd(0)) with { Seed = seed }).Evaluate(Inputs, Targets), 1e-6);
        var trainer = model.CreateTrainer(new Sgd(0));
        double[] losses = [.. Enumerable.Range(0, 20).Select(_ => trainer.Step(Inputs, Targets))];
        Assert.Equal(20, losses.Distinct().Count());
        Assert.DoesNotContain(expected, losses);
        Assert.Equal(expected, losses.Average(), 0.1);
    }

    private static float[] Train(ulong seed)
    {
        var model = new Classifier(seed: 1);
        var trainer = model.CreateTrainer(new Adam(1e-2)) with { Seed = seed };
        for (int i = 0; i < 5; i++)
            trainer.Step(Inputs, Targets);
        return [.. model.Parameters.SelectMany(Values)];
    }
}
