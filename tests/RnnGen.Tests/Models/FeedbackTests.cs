namespace RnnGen.Tests.Models;

/// <summary>Jordan's network: no recurrent layer, only the last outputs.</summary>
[RnnModel(Steps = 6, Precision = Precision.Double)]
[Input(3), Feedback(2)]
[Dense(5, Activation = Activation.Tanh), Dense(2), SquaredError]
public sealed partial class Jordan;

/// <summary>Outputs fed back to a recurrent layer, through a sigmoid and beside a second head.</summary>
[RnnModel(Steps = 5, Precision = Precision.Double)]
[Input(2), Feedback(3)]
[Rnn<Gru>(4, Name = "gru"), Dense(1), SigmoidCrossEntropy]
[Dense(2, From = "gru"), SquaredError]
public sealed partial class TwoHeadedFeedback;

/// <summary>Outputs that come back as inputs: told in training, the model's own in use.</summary>
public class FeedbackTests
{
    private const int Rows = 3;

    [Fact]
    public void InUseTheOutputsAreWhatTrainingIsTold()
    {
        // Told what the model itself says, a tape gives what the model gives by itself.
        var model = new TwoHeadedFeedback(1);
        double[] inputs = Numbers.Random(1, TwoHeadedFeedback.Steps * 2), outputs = new double[TwoHeadedFeedback.Steps * 3];
        model.Forward(inputs, outputs);
        var tape = model.CreateTape(1);
        tape.Teach(outputs);
        tape.Forward(inputs);
        for (int step = 0; step < TwoHeadedFeedback.Steps; step++)
        {
            Assert.Equal(outputs[step * 3], 1 / (1 + Math.Exp(-tape.Output(step, 0)[0])), 1e-14);
            Assert.Equal(outputs.AsSpan((step * 3) + 1, 2), tape.Output(step, 0)[1..]);
        }

        // The state carries them: step by step, and from one call to the next, gives the same.
        TwoHeadedFeedback.State state = default;
        double[] one = new double[3];
        for (int step = 0; step < TwoHeadedFeedback.Steps; step++)
        {
            model.Step(inputs.AsSpan(step * 2, 2), ref state, one);
            Assert.Equal(outputs.AsSpan(step * 3, 3).ToArray(), one);
            Assert.Equal(one, state.Feedback.ToArray());
        }
    }

    [Fact]
    public void GradientsMatchDifferences()
    {
        var model = new TwoHeadedFeedback(2);
        var tape = model.CreateTape(Rows, inputGradients: true);
        double[] inputs = Numbers.Random(3, TwoHeadedFeedback.Steps * Rows * 2);
        double[] targets = [.. Numbers.Random(4, TwoHeadedFeedback.Steps * Rows * 3).Select(t => 1 / (1 + Math.Exp(-t)))];
        double[][] states = Numbers.Random(5, Rows, TwoHeadedFeedback.StateSize);
        int[] lengths = [5, 2, 1];
        double Loss()
        {
            var packed = new TwoHeadedFeedback.State[Rows];
            for (int row = 0; row < Rows; row++)
                packed[row].CopyFrom(states[row]);
            tape.Teach(targets);
            tape.Forward(inputs, packed, lengths);
            return tape.Loss(targets);
        }

        Loss();
        tape.Backward();
        var differences = new Differences(Loss);
        double[] dx = new double[inputs.Length];
        for (int i = 0; i < TwoHeadedFeedback.Steps * Rows; i++)
            tape.InputGradient(i / Rows, i % Rows).CopyTo(dx.AsSpan(i * 2));
        var initial = new TwoHeadedFeedback.State[Rows];
        tape.GetInitialStateGradients(initial);
        var gradients = tape.Gradients.ToDictionary(v => v.Name, v =>
        {
            var values = new double[v.Count];
            v.CopyTo(values);
            return values;
        });
        differences.Check(inputs, dx, "inputs");
        for (int row = 0; row < Rows; row++)
        {
            double[] gradient = new double[TwoHeadedFeedback.StateSize];
            initial[row].CopyTo(gradient);
            differences.Check(states[row], gradient, $"state {row}");
        }

        foreach (var view in model.Parameters)
            differences.Check(view, gradients[view.Name], view.Name);
    }

    [Fact]
    public void StatesEndWithTheTargetOfTheLastStep()
    {
        var tape = new TwoHeadedFeedback(2).CreateTape(Rows);
        double[] targets = [.. Enumerable.Range(0, TwoHeadedFeedback.Steps * Rows * 3).Select(i => i / 100.0)];
        tape.Teach(targets);
        tape.Forward(new double[TwoHeadedFeedback.Steps * Rows * 2], lengths: [5, 2, 0]);
        var states = new TwoHeadedFeedback.State[Rows];
        tape.GetFinalStates(states);
        Assert.Equal(targets.AsSpan(((4 * Rows) + 0) * 3, 3).ToArray(), states[0].Feedback.ToArray());
        Assert.Equal(targets.AsSpan(((1 * Rows) + 1) * 3, 3).ToArray(), states[1].Feedback.ToArray());
        Assert.All(states[2].Feedback.ToArray(), v => Assert.Equal(0, v));
    }

    /// <summary>y_t = 0.9 y_{t−1} + x_t needs the output of the step before: without it no dense network can.</summary>
    [Fact]
    public void ADenseNetworkLearnsARecurrenceOnItsOutputs()
    {
        var model = new Jordan(3);
        var trainer = model.CreateTrainer(new Adam(1e-2));
        double[] inputs = new double[Jordan.Steps * 16 * 3], targets = new double[Jordan.Steps * 16 * 2];
        double loss = 0;
        for (ulong update = 0; update < 1500; update++)
        {
            Numbers.Random(update, inputs.Length, 0.3).CopyTo(inputs, 0);
            for (int i = 0; i < Jordan.Steps * 16; i++)
            {
                for (int j = 0; j < 2; j++)
                    targets[(i * 2) + j] = (i < 16 ? 0 : 0.5 * targets[((i - 16) * 2) + j]) + inputs[(i * 3) + j];
            }

            loss = trainer.Step(inputs, targets);
        }

        Assert.InRange(loss, 0, 1e-3);
        double[] outputs = new double[Jordan.Steps * 2];
        model.Forward([1, 0, 0, .. new double[15]], outputs);
        Assert.Equal(1, outputs[0], 0.15);
        Assert.Equal(0.25, outputs[4], 0.1);
    }

    [Fact]
    public void ATapeMustBeTaught()
    {
        var tape = new Jordan(1).CreateTape(1);
        Assert.Contains(
            "Teach", Assert.Throws<InvalidOperationException>(() => tape.Forward(new double[18])).Message, StringComparison.Ordinal);
        double[] targets = new double[12];
        tape.Teach(targets);
        tape.Forward(new double[18]);
        Assert.Throws<InvalidOperationException>(() => tape.Forward(new double[18]));
        targets[7] = double.NaN;
        Assert.Throws<ArgumentException>(() => tape.Teach(targets));
        Assert.Throws<ArgumentException>(() => tape.Teach(new double[11]));
    }
}
