using static RnnGen.Tests.ParameterValues;

namespace RnnGen.Tests.Models;

/// <summary>Every kind of noise at once, in both directions and between layers.</summary>
[RnnModel(Steps = 5, Precision = Precision.Double)]
[Input(3)]
[Rnn<Lstm>(5, Depth = 2, Dropout = 0.2, RecurrentDropout = 0.4, Zoneout = 0.3)]
[Dropout(0.5)]
[Rnn<Gru>(4, Direction = Direction.Bidirectional, RecurrentDropout = 0.2)]
[Rnn<GruResetBefore>(3, Zoneout = 0.5)]
[Dense(2), SquaredError]
public sealed partial class NoisyModel;

/// <summary>
/// Dropout and nothing that bends it: its mean over masks is what the model says without, as long as no mask multiplies itself.
/// </summary>
[RnnModel(Steps = 2, Precision = Precision.Double)]
[Input(4), Dropout(0.25)]
[Rnn<SimpleRnn>(4, Activation = Activation.Linear, RecurrentDropout = 0.5)]
[SquaredError]
public sealed partial class LinearNoise;

/// <summary>Zoneout of a linear layer: in use, the mean of what training does.</summary>
[RnnModel(Steps = 3, Precision = Precision.Double)]
[Input(4)]
[Rnn<SimpleRnn>(4, Activation = Activation.Linear, Zoneout = 0.3)]
[SquaredError]
public sealed partial class LinearZoneout;

/// <summary>Dropout, recurrent dropout and zoneout inside models.</summary>
public class NoiseTests
{
    private const int Rows = 3;

    private readonly NoisyModel model = new(1);
    private readonly double[] inputs = Numbers.Random(1, NoisyModel.Steps * Rows * 3);
    private readonly double[] targets = Numbers.Random(2, NoisyModel.Steps * Rows * 2);

    [Theory]
    [InlineData(null)]
    [InlineData(7)]
    public void GradientsMatchDifferences(int? seed)
    {
        // As long as the seed is the same, so are the masks.
        var tape = model.CreateTape(Rows, inputGradients: true);
        tape.NoiseSeed = (ulong?)seed;
        double Loss()
        {
            tape.Forward(inputs, lengths: [5, 3, 1]);
            return tape.Loss(targets);
        }

        Loss();
        tape.Backward();
        double[] dx = new double[inputs.Length];
        for (int i = 0; i < NoisyModel.Steps * Rows; i++)
            tape.InputGradient(i / Rows, i % Rows).CopyTo(dx.AsSpan(i * 3));
        var gradients = tape.Gradients.ToDictionary(v => v.Name, Values);
        var differences = new Differences(Loss);
        differences.Check(inputs, dx, "inputs");
        foreach (var view in model.Parameters)
            differences.Check(view, gradients[view.Name], view.Name);
    }

    [Fact]
    public void InUseThereIsNone()
    {
        var tape = model.CreateTape(1);
        double[] row = inputs[..(NoisyModel.Steps * 3)], outputs = new double[NoisyModel.Steps * 2];
        tape.Forward(row);
        model.Forward(row, outputs);
        Assert.Equal(outputs, Outputs(tape, 1));
        tape.NoiseSeed = 1;
        tape.Forward(row);
        Assert.NotEqual(outputs, Outputs(tape, 1));
        tape.NoiseSeed = null;
        tape.Forward(row);
        Assert.Equal(outputs, Outputs(tape, 1));
    }

    [Fact]
    public void RowsAndSeedsHaveMasksOfTheirOwn()
    {
        double[] same = [.. Enumerable.Range(0, NoisyModel.Steps)
            .SelectMany(step => Enumerable.Repeat(inputs[(step * 3)..][..3], Rows).SelectMany(r => r))];
        double[] first = Outputs(1, 0, same), again = Outputs(1, 0, same), other = Outputs(2, 0, same);
        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
        Assert.NotEqual(first[..2], first[2..4]);
        // The same rows elsewhere in the batch have the masks of that place.
        Assert.Equal(first[2..4], Outputs(1, 1, same)[..2]);
    }

    [Fact]
    public void MasksDoNotDependOnThreads()
    {
        const int Batch = 50;
        double[] many = Numbers.Random(3, NoisyModel.Steps * Batch * 3), wanted = Numbers.Random(4, NoisyModel.Steps * Batch * 2);
        double[] Train(int threads, ulong seed)
        {
            var trained = new NoisyModel(1);
            var trainer = trained.CreateTrainer(new Adam(1e-2)) with { Threads = threads, Seed = seed };
            for (int update = 0; update < 3; update++)
                trainer.Step(many, wanted);
            return [.. trained.Parameters.SelectMany(Values)];
        }

        Assert.Equal(Train(1, 5), Train(3, 5));
        Assert.NotEqual(Train(1, 5), Train(1, 6));
    }

    [Fact]
    public void EvaluationHasNoNoise()
    {
        var trainer = model.CreateTrainer(new Sgd(0)) with { Seed = 3 };
        double quiet = trainer.Evaluate(inputs, targets);
        Assert.NotEqual(quiet, trainer.Step(inputs, targets));
        Assert.Equal(quiet, trainer.Evaluate(inputs, targets));
    }

    [Fact]
    public void TheMeanOverMasksOfALinearModelIsTheModel()
    {
        var linear = new LinearNoise(2);
        Mean(linear.CreateTape(1), tape => tape.Forward(inputs.AsSpan(0, LinearNoise.Steps * 4)), LinearNoise.Steps);
        var zoned = new LinearZoneout(2);
        Mean(zoned.CreateTape(1), tape => tape.Forward(inputs.AsSpan(0, LinearZoneout.Steps * 4)), LinearZoneout.Steps);
    }

    private static void Mean<TState>(
        Tape<double, double, double, TState> tape, Action<Tape<double, double, double, TState>> forward, int steps)
        where TState : struct, IRnnState<double>
    {
        const int Count = 40_000;
        forward(tape);
        int last = steps - 1;
        double[] quiet = tape.Output(last, 0).ToArray(), mean = new double[4], square = new double[4];
        for (int seed = 0; seed < Count; seed++)
        {
            tape.NoiseSeed = (ulong)seed;
            forward(tape);
            for (int unit = 0; unit < 4; unit++)
            {
                double value = tape.Output(last, 0)[unit];
                mean[unit] += value / Count;
                square[unit] += value * value / Count;
            }
        }

        for (int unit = 0; unit < 4; unit++)
        {
            double deviation = Math.Sqrt((square[unit] - (mean[unit] * mean[unit])) / Count);
            Assert.InRange(mean[unit] - quiet[unit], -5 * deviation, 5 * deviation);
        }
    }

    private double[] Outputs(ulong seed, long firstRow, double[] same)
    {
        var tape = model.CreateTape(Rows);
        tape.NoiseSeed = seed;
        tape.FirstRow = firstRow;
        tape.Forward(same);
        return Outputs(tape, Rows);
    }

    private static double[] Outputs(NoisyModel.Tape tape, int rows) =>
        [.. Enumerable.Range(0, NoisyModel.Steps * rows).SelectMany(i => tape.Output(i / rows, i % rows).ToArray())];
}
