using static RnnGen.Tests.ParameterValues;

namespace RnnGen.Tests.Models;

/// <summary>
/// Numbers that are not finite: where they come in, or where they arise, there is an exception, and the model is as it was
/// (docs/numbers.md).
/// </summary>
public class FiniteTests
{
    public static TheoryData<string> Squaring => ["Adam", "AdamW", "RmsProp", "Adagrad"];

    [Theory]
    [MemberData(nameof(Squaring))]
    public void AnUpdateWhoseSquaresOverflowIsRefusedAndTrainingGoesOn(string name)
    {
        Optimizer optimizer = OptimizerUpdateTests.Optimizers[name];
        var (x, y) = Data();
        var model = new Exploding(1);
        var trainer = model.CreateTrainer(optimizer);
        for (int i = 0; i < 50; i++)
            trainer.Step(x, y);
        var recurrent = model.Parameters["rnn.weight_hh_l0"];
        float[] usual = Values(recurrent);
        recurrent.CopyFrom([.. Enumerable.Range(0, 64).Select(i => i % 9 == 0 ? 1.47f : 0)]);
        float[] before = Weights(model.Parameters);
        var error = Assert.Throws<NotFiniteNumberException>(() => trainer.Step(x, y));
        Assert.Matches(@"would make (rnn|dense)\.(weight|bias)\w*\[\d+(, \d+)?\] or a moment of it infinite or NaN", error.Message);
        Assert.Equal(before, Weights(model.Parameters));
        Assert.Equal(50, trainer.Updates);

        // With the usual weights, training goes on as if the refused step had never been.
        recurrent.CopyFrom(usual);
        var control = new Exploding(1);
        var undisturbed = control.CreateTrainer(optimizer);
        for (int i = 0; i < 70; i++)
            undisturbed.Step(x, y);
        for (int i = 0; i < 20; i++)
            trainer.Step(x, y);
        Assert.Equal(Weights(control.Parameters), Weights(model.Parameters));

        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            trainer.Save(path);
            trainer.Load(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-1)]
    public void AScheduleThatGivesNoFactorChangesNothing(double factor)
    {
        var (x, y) = Data();
        var model = new Exploding(1);
        float[] before = Weights(model.Parameters);
        var trainer = model.CreateTrainer(new Adam()) with { Schedule = new Factor(factor) };
        var error = Assert.Throws<InvalidOperationException>(() => trainer.Step(x, y));
        Assert.Contains($"Factor gives the factor {factor} for update 0", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, Weights(model.Parameters));
        Assert.Equal(0, trainer.Updates);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void AStateThatIsNotFiniteIsRefusedWhereverItIsRead(float bad)
    {
        var model = new Exploding(1);
        var state = new Exploding.State();
        Assert.True(state.IsFinite);
        state.RnnH[5] = bad;
        Assert.False(state.IsFinite);
        Exploding.State[] states = [default, state, default, default];
        var (x, y) = Data();
        float[] outputs = new float[4];
        Refuses("the state", () => model.Step([0.5f], ref state, outputs.AsSpan(0, 1)));
        Refuses("the state", () => model.Forward(x.AsSpan(0, 4), ref state, outputs));
        Refuses("state 1", () => model.Step(x.AsSpan(0, 4), states, outputs));
        var trainer = model.CreateTrainer(new Adam());
        Refuses("state 1", () => trainer.Step(x, y, states));
        Refuses("state 1", () => trainer.Evaluate(x, y, states));
        var tape = model.CreateTape(4);
        Refuses("state 1", () => tape.Forward(x, states));
        tape.Forward(x);
        tape.Loss(y);
        Refuses("state 1", () => tape.Backward(states));
        tape.Backward();
        Assert.Equal(0, trainer.Updates);
        Assert.All(outputs, output => Assert.Equal(0, output));

        static void Refuses(string which, Action action)
        {
            var error = Assert.Throws<ArgumentException>(action);
            Assert.Contains($"Number 5 of {which} is ", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void PaddingOfAStateMayHoldAnything()
    {
        var state = new Exploding.State();
        state.Padded[^1] = float.NaN;
        Assert.True(state.IsFinite);
    }

    [Fact]
    public void OutputsThatAreNotFiniteAreToldByStepAndStream()
    {
        var model = new Exploding(1);
        model.Parameters["rnn.weight_ih_l0"].CopyFrom([.. Enumerable.Repeat(100f, 8)]);
        float[] before = Weights(model.Parameters);
        var state = new Exploding.State();
        float[] outputs = new float[3];
        var error = Assert.Throws<NotFiniteNumberException>(() => model.Forward([0.1f, 3e38f, 0.1f], ref state, outputs));
        Assert.Contains("Output 0 of step 1 is", error.Message, StringComparison.Ordinal);
        Assert.True(float.IsFinite(outputs[0]));
        // What was computed is no state to go on with, and the next call says so.
        Assert.Throws<ArgumentException>(() => model.Step([0.1f], ref state, outputs.AsSpan(0, 1)));
        state = default;
        Assert.Throws<NotFiniteNumberException>(() => model.Step([3e38f], ref state, outputs.AsSpan(0, 1)));

        var states = new Exploding.State[3];
        error = Assert.Throws<NotFiniteNumberException>(() => model.Step([0.1f, 0.2f, 3e38f], states, outputs));
        Assert.Contains("Output 0 of stream 2 is", error.Message, StringComparison.Ordinal);
        float[] alone = new float[1];
        state = default;
        model.Step([0.2f], ref state, alone);
        Assert.Equal(alone[0], outputs[1]);
        Assert.True(states[1].IsFinite);

        var (x, y) = Data();
        x[7] = 3e38f;
        Assert.Throws<NotFiniteNumberException>(() => model.CreateTrainer(new Adam()).Evaluate(x, y));
        Assert.Throws<NotFiniteNumberException>(() => model.CreateTrainer(new Adam()).Step(x, y));
        var tape = model.CreateTape(4);
        tape.Forward(x);
        Assert.Throws<NotFiniteNumberException>(() => tape.Loss(y));
        Assert.Equal(before, Weights(model.Parameters));
    }

    [Fact]
    public void NormalisedLayersAreRightForLargeInputsAndNeverNaNInSilence()
    {
        int refused = 0, finite = 0;
        for (ulong seed = 0; seed < 20; seed++)
        {
            var model = new Normalised(seed);
            var reference = new DoubleNormalised(seed);
            foreach (var view in model.Parameters)
                reference.Parameters[view.Name].CopyFrom([.. Values(view).Select(v => (double)v)]);
            foreach (float size in new[] { 1f, 1e19f, 1e25f, 2e37f, 3.4e38f })
            {
                float[] inputs =
                    [.. Enumerable.Range(0, 3 * Normalised.InputSize).Select(i => size * MathF.Sin(i + 1))], outputs = new float[3];
                double[] expected = new double[3];
                reference.Forward([.. inputs.Select(v => (double)v)], expected);
                try
                {
                    model.Forward(inputs, outputs);
                    finite++;
                    Assert.All(expected.Zip(outputs), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
                }
                catch (NotFiniteNumberException)
                {
                    refused++;
                    Assert.Equal(3.4e38f, size);
                }
            }
        }

        Assert.InRange(finite, 80, 100);
        Assert.Equal(100, finite + refused);
    }

    [Fact]
    public void AStepInWhichNothingCountsIsNoUpdate()
    {
        var (x, y) = Data();
        var model = new Exploding(1);
        var trainer = model.CreateTrainer(new Adam(0.1) { WeightDecay = 0.1 });
        for (int i = 0; i < 3; i++)
            trainer.Step(x, y);
        float[] before = Weights(model.Parameters);
        Assert.Equal(0, trainer.Step(x, y, lengths: [0, 0, 0, 0]));
        // States move on all the same: the steps count, only their outputs do not.
        Exploding.State[] states = new Exploding.State[4], expected = new Exploding.State[4];
        Assert.Equal(0, trainer.Step(x, y, states, weights: new float[400]));
        Assert.Equal(before, Weights(model.Parameters));
        Assert.Equal(3, trainer.Updates);
        trainer.Evaluate(x, y, expected);
        Assert.Equal(expected[2].RnnH.ToArray(), states[2].RnnH.ToArray());

        var toy = new ToySeq2Seq<int>();
        var toyTrainer = toy.CreateTrainer(new Adam(0.1));
        double[] toyBefore = Weights(toy.Parameters);
        Assert.Equal(0, toyTrainer.Step([1, 2], [1, 2], [1, 2], [1, 1], [1, 1], new double[2]));
        Assert.Equal(toyBefore, Weights(toy.Parameters));
        Assert.Equal(0, toyTrainer.Updates);
    }

    [Theory]
    [InlineData(1.5f)]
    [InlineData(-0.001f)]
    [InlineData(float.NaN)]
    public void ATargetThatIsNoProbabilityIsRefusedWithItsPlace(float bad)
    {
        var trainer = new EmbeddedGru().CreateTrainer(new Adam());
        var targets = new float[EmbeddedGru.Steps * EmbeddedGru.OutputSize];
        targets[137] = bad;
        var error = Assert.Throws<ArgumentException>(() => trainer.Step(new int[EmbeddedGru.Steps], targets));
        Assert.Contains($" 137 is {bad}", error.Message, StringComparison.Ordinal);
        targets[137] = 1;
        trainer.Step(new int[EmbeddedGru.Steps], targets);
        Assert.Equal(1, trainer.Updates);
    }

    private static (float[] X, float[] Y) Data()
    {
        Random random = new(1);
        float[] x = new float[400], y = new float[400];
        for (int i = 0; i < 400; i++)
            (x[i], y[i]) = (random.NextSingle(), random.NextSingle());
        return (x, y);
    }

    private static T[] Weights<T>(ParameterSet<T> parameters) where T : unmanaged => [.. parameters.SelectMany(Values)];

    private sealed record Factor(double Value) : LearningRateSchedule(0)
    {
        protected override double Shape(long step) => Value;
    }
}

[RnnModel(Steps = 100)]
[Input(1)]
[Rnn<SimpleRnn>(8, Activation = Activation.Relu, Name = "rnn")]
[Dense(1), SquaredError]
public sealed partial class Exploding;

[RnnModel(Steps = 3)]
[Input(4)]
[Rnn<LayerNormLstm>(20)]
[Dense(1), SquaredError]
public sealed partial class Normalised;

[RnnModel(Steps = 3, Precision = Precision.Double)]
[Input(4)]
[Rnn<LayerNormLstm>(20)]
[Dense(1), SquaredError]
public sealed partial class DoubleNormalised;
