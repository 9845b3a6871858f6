namespace RnnGen.Tests.Models;

[RnnModel(Steps = 4, Precision = Precision.Double)]
[Input(2), Rnn<Lstm>(3, Direction = Direction.Bidirectional), Pool(Pooling.Last), Dense(2), SquaredError]
internal sealed partial class LastOfSome;

[RnnModel(Steps = 4, Precision = Precision.Double)]
[Input(2), Rnn<Lstm>(3), Pool(Pooling.Attention, Units = 2), Dense(2, Name = "dense"), SquaredError]
internal sealed partial class AttentionToSome;

/// <summary>
/// A sequence of no steps has its one output all the same, and it counts: Keras trains on rows whose steps are all masked.
/// </summary>
public class PooledLengthTests
{
    [Fact]
    public void AnEmptySequenceCountsAfterLast() => Check(new LastOfSome(3));

    [Fact]
    public void AnEmptySequenceCountsAfterAttention() => Check(new AttentionToSome(3));

    private static void Check<TState>(IRnnModel<double, double, double, TState> model) where TState : struct, IRnnState<double>
    {
        var bias = model.Parameters["dense.bias"];
        bias.CopyFrom([0.25, -0.5]);
        double[] inputs = [.. Enumerable.Range(0, 4 * 2 * 2).Select(i => Math.Sin(i))];
        double[] targets = [1, 0, 0.5, 0.5];
        int[] lengths = [3, 0];

        var tape = model.CreateTape(2);
        tape.Forward(inputs, lengths: lengths);
        Assert.Equal([0.25, -0.5], tape.Output(0, 1).ToArray());
        double[] first = tape.Output(0, 0).ToArray();
        double loss = tape.Loss(targets);
        tape.Backward();
        double[] errors = [first[0] - 1, first[1], 0.25 - 0.5, -0.5 - 0.5];
        Assert.Equal(errors.Sum(e => e * e) / 4, loss, 12);
        Assert.Equal((errors[0] + errors[2]) / 2, tape.Gradients["dense.bias"][0], 12);
        Assert.Equal((errors[1] + errors[3]) / 2, tape.Gradients["dense.bias"][1], 12);
        double[] half = Weights(tape);

        // Without it the mean is over one sequence, and what it gives to the recurrent layer is twice as much.
        tape.Forward(inputs, lengths: lengths);
        Assert.Equal(((errors[0] * errors[0]) + (errors[1] * errors[1])) / 2, tape.Loss(targets, weights: [1, 0]), 12);
        tape.Backward();
        Assert.Equal(half.Select(g => 2 * g), Weights(tape), (a, b) => Math.Abs(a - b) < 1e-12);

        double trained = model.CreateTrainer(new Sgd(0)).Step(inputs, targets, lengths: lengths);
        Assert.Equal(loss, trained, 12);
    }

    private static double[] Weights<TState>(Tape<double, double, double, TState> tape) where TState : struct, IRnnState<double> =>
        ParameterValues.Values(tape.Gradients["rnn.weight_ih_l0"]);
}
