using static RnnGen.Tests.ParameterValues;

namespace RnnGen.Tests.Models;

[RnnModel(Steps = 3, Precision = Precision.Double), Input(4), Rnn<Gru>(256, Depth = 2), SquaredError]
public sealed partial class WholeWays;

/// <summary>
/// Four slots of 256 units are a whole way of a cache: on a tape each row of them has something behind it, which nobody may read or count.
/// </summary>
public class SlotRowTests
{
    private const int Rows = 5;

    private readonly WholeWays model = new(3);
    private readonly double[] inputs = Numbers.Random(1, WholeWays.Steps * Rows * WholeWays.InputSize);
    private readonly double[] targets = Numbers.Random(2, WholeWays.Steps * Rows * WholeWays.OutputSize);

    [Fact]
    public void RowsAreSequences()
    {
        var tape = model.CreateTape(Rows);
        tape.Forward(inputs);
        for (int row = 0; row < Rows; row++)
        {
            double[] sequence = [.. Enumerable.Range(0, WholeWays.Steps)
                .SelectMany(step => inputs.AsSpan(((step * Rows) + row) * WholeWays.InputSize, WholeWays.InputSize).ToArray())];
            var outputs = new double[WholeWays.Steps * WholeWays.OutputSize];
            WholeWays.State state = default;
            model.Forward(sequence, ref state, outputs);
            for (int step = 0; step < WholeWays.Steps; step++)
                Assert.Equal(outputs[(step * WholeWays.OutputSize)..][..WholeWays.OutputSize], tape.Output(step, row).ToArray());
        }
    }

    [Fact]
    public void AStepAlongTheGradientChangesTheLossByItsSquare()
    {
        const double Small = 1e-6;
        var tape = model.CreateTape(Rows);
        tape.Forward(inputs);
        tape.Loss(targets);
        tape.Backward();
        double[][] gradients = [.. tape.Gradients.Select(Values)];
        double square = gradients.Sum(g => g.Sum(v => v * v));
        Assert.Equal(1, (LossAt(Small) - LossAt(-Small)) / (2 * Small * square), 1e-6);

        double LossAt(double distance)
        {
            var moved = new WholeWays(3);
            foreach (var (view, gradient) in moved.Parameters.Zip(gradients))
                view.CopyFrom([.. Values(view).Zip(gradient, (w, g) => w + (distance * g))]);
            var other = moved.CreateTape(Rows);
            other.Forward(inputs);
            return other.Loss(targets);
        }
    }

    [Fact]
    public void SaturatedGatesAreCountedWhereTheyLie()
    {
        // Without weights a gate is the sigmoid of its bias: of one gate all are open, of the other none.
        foreach (var view in model.Parameters)
            view.CopyFrom([.. Enumerable.Range(0, view.Count)
                .Select(i => view.Name.StartsWith("rnn.bias_ih", StringComparison.Ordinal) && i < WholeWays.OutputSize ? 5.0 : 0)]);
        var tape = model.CreateTape(Rows);
        tape.Forward(inputs);
        tape.Loss(targets);
        Assert.All(tape.Probe().Layers, layer => Assert.Equal(0.5, layer.SaturatedGates));
    }
}
