using RnnGen.Numerics;

namespace RnnGen.Tests;

/// <summary>Inputs that a decoder chooses itself in training.</summary>
public class ScheduledSamplingTests
{
    private const int Steps = ToySeq2Seq<int>.Steps, Classes = ToySeq2Seq<int>.Classes, End = ToySeq2Seq<int>.End;

    private static readonly RunOptions Half = new(Learn: true, NoiseSeed: 11, SamplingProbability: 0.5, End);

    [Fact]
    public void SymbolsAreDrawnFromTheOutputsBefore()
    {
        // All scores are those of class 0…4 with the probabilities 0.1, 0.2, 0.3, 0.2, 0.2; an end leaves the true symbol, which is 5.
        const int Rows = 4000;
        ToySeq2Seq<int> model = new();
        double[] probabilities = [0.1, 0.2, 0.3, 0.2, 0.2];
        model.Weights.Span.Clear();
        for (int i = 0; i < model.Weights.Length; i++)
            model.Weights.Span[i] = i < 4 * Classes ? 0 : Math.Log(probabilities[i % Classes]);
        int[] inputs = Replaced(model, Rows, Half);
        Assert.All(inputs[..Rows], input => Assert.Equal(5, input));
        int[] free = inputs[Rows..];
        for (int symbol = 0; symbol < End; symbol++)
            Assert.Equal(0.5 * probabilities[symbol], (double)free.Count(input => input == symbol) / free.Length, 0.01);
        Assert.DoesNotContain(End, free);
        Assert.Equal(0.5 + (0.5 * 0.2), (double)free.Count(input => input == 5) / free.Length, 0.015);

        // Each step draws for itself.
        Assert.Equal(0.25, Enumerable.Range(0, Rows).Average(row => free[row] != 5 && free[Rows + row] != 5 ? 1.0 : 0) / (0.8 * 0.8), 0.03);
    }

    [Fact]
    public void ARowDrawsTheSameInAnyPartOfABatch()
    {
        ToySeq2Seq<int> model = new();
        int[] whole = Replaced(model, 20, Half), part = Replaced(model, 5, Half, firstRow: 9);
        for (int i = 0; i < part.Length; i++)
            Assert.Equal(whole[(i / 5 * 20) + 9 + (i % 5)], part[i]);
        Assert.NotEqual(whole, Replaced(model, 20, Half with { NoiseSeed = 12 }));
        Assert.Equal(whole, Replaced(model, 20, Half));
    }

    [Fact]
    public void NothingBehindAnEndIsReplaced()
    {
        ToySeq2Seq<int> model = new();
        int[] lengths = [.. Enumerable.Range(0, 40).Select(row => row % (Steps + 1))];
        int[] inputs = Replaced(model, 40, Half with { SamplingProbability = 0.999 }, lengths: lengths);
        for (int i = 0; i < inputs.Length; i++)
        {
            if (i / 40 >= lengths[i % 40])
                Assert.Equal(5, inputs[i]);
        }

        Assert.Contains(inputs, input => input != 5);
    }

    [Fact]
    public void OutputsThatAreNotFiniteChooseNothing()
    {
        ToySeq2Seq<int> model = new();
        model.Weights.Span.Fill(double.NaN);
        Assert.All(Replaced(model, 8, Half), input => Assert.Equal(5, input));
        var trainer = model.CreateTrainer(new Sgd(1)) with { SamplingProbability = 0.5 };
        Assert.Throws<NotFiniteNumberException>(() => trainer.Step([0, 1], [0, 1, 2, 3], [1, 1]));
    }

    [Fact]
    public void LossAndGradientAreThoseOfTheInputsThatWereChosen()
    {
        ToySeq2Seq<int> model = new();
        int[] sources = [.. Enumerable.Range(0, 12).Select(i => i % 4)], sourceLengths = [.. Enumerable.Repeat(1, 12)];
        int[] inputs = [.. Enumerable.Repeat(5, 12 * Steps)], targets = [.. Enumerable.Range(0, 12 * Steps).Select(i => i % Classes)];
        RunOptions first = new(true, new CounterRandom(3).Bits(0), 0.5, End);
        var tape = model.CreateTape(12);
        tape.Encode(sources);
        tape.Forward(inputs);
        int[] chosen = [.. inputs];
        Assert.True(new ScheduledSampling<double>(Classes).Replace(tape, chosen, first));
        double[] before = model.Weights.Span.ToArray();
        tape.Encode(sources);
        tape.Forward(chosen);
        double loss = tape.Loss(targets);
        tape.Backward();
        double[] gradients = tape.Gradients.Buffer.Span.ToArray();

        var trainer = model.CreateTrainer(new Sgd(1)) with { SamplingProbability = 0.5, Seed = 3 };
        double teacherForced = trainer.Evaluate(sources, inputs, targets, sourceLengths, default);
        Assert.NotEqual(teacherForced, loss);
        Assert.Equal(loss, trainer.Step(sources, inputs, targets, sourceLengths, default), 1e-14);
        Assert.All(before.Zip(model.Weights.Span.ToArray(), gradients), m => Assert.Equal(m.Third, m.First - m.Second, 1e-13));
    }

    /// <summary>What becomes of inputs that are all 5.</summary>
    private static int[] Replaced(ToySeq2Seq<int> model, int rows, RunOptions pass, int firstRow = 0, int[]? lengths = null)
    {
        var tape = model.CreateTape(rows);
        tape.FirstRow = firstRow;
        int[] inputs = [.. Enumerable.Repeat(5, rows * Steps)];
        tape.Encode(new int[rows]);
        tape.Forward(inputs, lengths: lengths);
        new ScheduledSampling<double>(Classes).Replace(tape, inputs, pass);
        return inputs;
    }
}
