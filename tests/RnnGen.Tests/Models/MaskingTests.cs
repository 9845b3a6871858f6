using static RnnGen.Tests.ParameterValues;

namespace RnnGen.Tests.Models;

/// <summary>Lengths and weights: what is refused, and what happens where nothing counts.</summary>
public class MaskingTests
{
    private const int Rows = 3;

    private static readonly int[] Symbols = [.. Enumerable.Range(0, Classifier.Steps * Rows).Select(i => i * 7 % Classifier.InputSize)];

    public static TheoryData<int[], string> BadLengths => new()
    {
        { [6, 7, 6], "Length 1 must be 0 to 6" },
        { [6, 6, -1], "Length 2 must be 0 to 6" },
        { [int.MinValue, 6, 6], "Length 0 must be 0 to 6" },
        { [6, 6], "Expected 3 lengths, but there are 2" },
        { [6, 6, 6, 6], "Expected 3 lengths, but there are 4" },
    };

    public static TheoryData<float[], string> BadWeights => new()
    {
        { [1, 1], "Expected 3 weights, but there are 2" },
        { new float[Classifier.Steps * Rows], "Expected 3 weights, but there are 18" },
        { [1, -0.5f, 1], "Weight 1 is -0.5" },
        { [1, 1, float.NaN], "Weight 2 is NaN" },
        { [float.PositiveInfinity, 1, 1], "Weight 0 is" },
    };

    [Theory]
    [MemberData(nameof(BadLengths))]
    public void LengthsThatAreNone(int[] lengths, string message)
    {
        var model = new Classifier(seed: 1);
        float[] before = Weights(model.Parameters);
        var trainer = model.CreateTrainer(new Adam());
        Refuses(message, () => trainer.Step(Symbols, [0, 1, 2], lengths: lengths));
        Refuses(message, () => trainer.Evaluate(Symbols, [0, 1, 2], lengths: lengths));
        Refuses(message, () => model.CreateTape(Rows).Forward(Symbols, lengths: lengths));
        Assert.Equal(before, Weights(model.Parameters));
        Assert.Equal(0, trainer.Updates);
    }

    [Theory]
    [MemberData(nameof(BadWeights))]
    public void WeightsThatAreNone(float[] weights, string message)
    {
        var model = new Classifier(seed: 1);
        float[] before = Weights(model.Parameters);
        var trainer = model.CreateTrainer(new Adam());
        Refuses(message, () => trainer.Step(Symbols, [0, 1, 2], weights: weights));
        Refuses(message, () => trainer.Evaluate(Symbols, [0, 1, 2], weights: weights));
        var tape = model.CreateTape(Rows);
        tape.Forward(Symbols);
        Refuses(message, () => tape.Loss([0, 1, 2], weights));
        Assert.Equal(before, Weights(model.Parameters));
        Assert.Equal(0, trainer.Updates);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void WhereNothingCountsTheLossIsZeroAndNothingMoves(bool byLength)
    {
        var model = new TwoHeads(seed: 3);
        float[] before = Weights(model.Parameters);
        var inputs = new float[TwoHeads.Steps * Rows * TwoHeads.InputSize];
        Array.Fill(inputs, 0.5f);
        var targets = new float[TwoHeads.Steps * Rows * TwoHeads.OutputSize];
        Array.Fill(targets, float.NaN);
        int[] lengths = byLength ? new int[Rows] : [];
        float[] weights = byLength ? [] : new float[TwoHeads.Steps * Rows];
        foreach (Optimizer optimizer in new Optimizer[]
        {
            new Adam(), new AdamW { WeightDecay = 0 }, new Sgd(0.1) { Momentum = 0.9 }, new RmsProp(), new Adagrad()
        })
        {
            var trainer = model.CreateTrainer(optimizer) with { ClipNorm = 1 };
            Assert.Equal(0, trainer.Step(inputs, targets, default, lengths, weights));
            Assert.Equal(0, trainer.Evaluate(inputs, targets, default, lengths, weights));
            Assert.Equal(before, Weights(model.Parameters));
        }

        var tape = model.CreateTape(Rows, inputGradients: true);
        tape.Forward(inputs, default, lengths);
        Assert.Equal(0, tape.Loss(targets, weights));
        tape.Backward();
        Assert.All(Weights(tape.Gradients), gradient => Assert.Equal(0, gradient));
        Assert.All(tape.InputGradient(2, 1).ToArray(), gradient => Assert.Equal(0, gradient));
    }

    [Fact]
    public void TargetsThatDoNotCountMayBeAnything()
    {
        var model = new Classifier(seed: 1);
        var trainer = model.CreateTrainer(new Adam());
        double without = trainer.Evaluate(Symbols, [1, 0, 2], weights: [1, 0, 1]);
        Assert.Equal(without, trainer.Evaluate(Symbols, [1, -7, 2], weights: [1, 0, 1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Evaluate(Symbols, [1, 99, 2], weights: [1, 0.1f, 1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Evaluate(Symbols, [1, 99, 2], lengths: [6, 0, 6]));
    }

    [Fact]
    public void ARowWithoutStepsEndsInZeros()
    {
        var model = new Classifier(seed: 1);
        var states = new Classifier.State[Rows];
        var ones = new float[Classifier.StateSize];
        Array.Fill(ones, 1);
        foreach (ref var state in states.AsSpan())
            state.CopyFrom(ones);
        var tape = model.CreateTape(Rows);
        tape.Forward(Symbols, states, [6, 0, 2]);
        // What stands behind the pool goes on from its zeros.
        float[] bias = Values(model.Parameters["class.bias"]);
        Assert.Equal(bias, tape.Output(0, 1).ToArray());
        Assert.NotEqual(bias, tape.Output(0, 2).ToArray());
        tape.OutputGradient(0, 0).Clear();
        tape.OutputGradient(0, 1).Fill(1);
        tape.OutputGradient(0, 2).Clear();
        tape.GetFinalStates(states);
        tape.Backward();
        Assert.All(tape.Gradients, view => Assert.All(Values(view), gradient => Assert.Equal(view.Name == "class.bias" ? 1 : 0, gradient)));
        states[1].CopyTo(ones);
        Assert.All(ones, x => Assert.Equal(0, x));
        states[2].CopyTo(ones);
        Assert.Contains(ones, x => x is not (0 or 1));
    }

    [Fact]
    public void AWeightIsACopyOfARow()
    {
        // Twice the weight counts as much as the same row twice.
        var model = new Classifier(seed: 1);
        int[] first = [.. Enumerable.Range(0, Classifier.Steps).SelectMany(step => Symbols.AsSpan(step * Rows, 2).ToArray())];
        int[] twice = [.. Enumerable.Range(0, Classifier.Steps)
            .SelectMany(step => new[] { Symbols[step * Rows], Symbols[step * Rows], Symbols[(step * Rows) + 1] })];
        var weighted = Gradients(first, [1, 2], [2, 1]);
        var repeated = Gradients(twice, [1, 1, 2], []);
        Assert.All(weighted.Zip(repeated), pair => Assert.Equal(pair.First, pair.Second, 1e-6));

        float[] Gradients(int[] inputs, int[] targets, float[] weights)
        {
            var tape = model.CreateTape(targets.Length);
            tape.Forward(inputs);
            tape.Loss(targets, weights);
            tape.Backward();
            return Weights(tape.Gradients);
        }
    }

    [Fact]
    public void SpansOfOneInputOrOneOutput()
    {
        var classifier = new Classifier();
        var state = new Classifier.State();
        Refuses("Expected 3 numbers, but there are 6", () => classifier.Forward(new int[2], ref state, new float[6]));
        Refuses("positive multiple of 1", () => classifier.Forward([], ref state, new float[3]));
        Refuses("Expected 3 symbols, but there are 18", () => classifier.CreateTrainer(new Adam()).Step(Symbols, new int[Symbols.Length]));
        var describer = new Describer();
        var own = new Describer.State();
        Refuses("Expected 6 numbers, but there are 12", () => describer.Forward(new float[12], ref own, new float[8]));
        Refuses("multiple of 4", () => describer.Forward(new float[6], ref own, new float[7]));
        Refuses("Expected 10 symbols, but there are 2", () => describer.CreateTrainer(new Adam()).Step(new float[12], new int[2]));
        var tape = describer.CreateTape(2, inputGradients: true);
        Refuses("Expected 12 numbers, but there are 60", () => tape.Forward(new float[60]));
        tape.Forward(new float[12]);
        tape.Loss(new int[10]);
        tape.Backward();
        Assert.Equal(6, tape.InputGradient(0, 1).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => tape.InputGradient(1, 0).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => tape.InputGradient(0, 2).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => classifier.CreateTape(2).Output(1, 0).Length);
    }

    private static void Refuses(string message, Action action) =>
        Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);

    private static float[] Weights(ParameterSet<float> parameters) => [.. parameters.SelectMany(Values)];
}
