using RnnGen.Generated;
using RnnGen.Numerics;

namespace RnnGen.Tests;

/// <summary>
/// Sequence-to-sequence trainers: rows and steps of any number, symbols in and out, and the same bits on any number of threads.
/// </summary>
public class Seq2SeqTrainerTests
{
    private const int Rows = 53, Start = ToySeq2Seq<int>.Start, End = ToySeq2Seq<int>.End;

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void AnyNumberOfThreadsGivesTheSameBits(int threads)
    {
        Assert.Equal(Train(1, 0), Train(threads, 0));
        Assert.Equal(Train(1, 0.5), Train(threads, 0.5));
    }

    [Fact]
    public void APartOfABatchCountsAsManyRowsAsItHas()
    {
        var model = new ToySeq2Seq<int>();
        Data data = new(Rows, 4, 3, seed: 1);
        int[] inputs =
            [.. Enumerable.Range(0, 4 * Rows).Select(i => i % 6)], targets = [.. Enumerable.Range(0, 4 * Rows).Select(i => i % 5)];
        double[] weights = [.. Enumerable.Range(0, 4 * Rows).Select(i => i % 3 * 0.5)];
        var tape = model.CreateTape(Rows);
        tape.Encode(data.Sources, data.SourceLengths);
        tape.Forward(inputs, lengths: data.Lengths);
        double loss = tape.Loss(targets, weights);
        tape.Backward();
        double[] before = Weights(model);
        var trainer = model.CreateTrainer(new Sgd(1));
        Assert.Equal(loss, trainer.Evaluate(data.Sources, inputs, targets, data.SourceLengths, data.Lengths, weights), 1e-13);
        Assert.Equal(loss, trainer.Step(data.Sources, inputs, targets, data.SourceLengths, data.Lengths, weights), 1e-13);
        Assert.All(before.Zip(Weights(model), tape.Gradients.Buffer.Span.ToArray()), m => Assert.Equal(m.Third, m.First - m.Second, 1e-13));
        Assert.Equal(1, trainer.Updates);
    }

    [Fact]
    public void TargetsGetAStartAndAnEnd()
    {
        // Two rows: 1 3 and 2; what is behind the second may be anything.
        int[] sources = [0, 1, 2, 3];
        var given = new ToySeq2Seq<int>().CreateTrainer(new Adam());
        var laid = new ToySeq2Seq<int>().CreateTrainer(new Adam());
        int[] inputs = [Start, Start, 1, 2, 3, 0], targets = [1, 2, 3, End, End, 0];
        Assert.Equal(laid.Evaluate(sources, inputs, targets, [2, 1], [3, 2]), given.Evaluate(sources, [1, 2, 3, -7], [2, 1], [2, 1]));
        for (int i = 0; i < 3; i++)
            Assert.Equal(laid.Step(sources, inputs, targets, [2, 1], [3, 2]), given.Step(sources, [1, 2, 3, -7], [2, 1], [2, 1]));
        Assert.Equal(Weights(laid.Model), Weights(given.Model));

        // A target may be empty: only its end counts.
        Assert.Equal(
            laid.Evaluate(sources, [Start, Start], [End, End], [2, 1], default), given.Evaluate(sources, [9, 9], [2, 1], [0, 0]), 1e-15);
    }

    [Fact]
    public void RowsFollowFromLengthsOrTheDeclaredSteps()
    {
        var trainer = new ToySeq2Seq<int>().CreateTrainer(new Adam());
        int[] whole = [.. Enumerable.Range(0, 14).Select(i => i % 4)], targets = [1, 2, 3, 0];
        double loss = trainer.Evaluate(whole, targets);
        Assert.Equal(loss, trainer.Evaluate(whole, targets, [7, 7], [2, 2]));
        Assert.Equal(loss, trainer.Evaluate(whole, targets, default, [2, 2]));
        Assert.Equal(loss, trainer.Evaluate(whole, targets, [7, 7]));
        Assert.Contains("multiple of 7 elements", Assert.Throws<ArgumentException>(() => trainer.Evaluate(new int[6], targets)).Message);
        Assert.Contains(
            "Expected 2 lengths, but there are 1",
            Assert.Throws<ArgumentException>(() => trainer.Evaluate(whole, targets, [7, 7], [2])).Message);
    }

    [Fact]
    public void BatchesOfOtherSizesAndStepsAllocateNothing()
    {
        var trainer = new ToySeq2Seq<int>().CreateTrainer(new Adam()) with { Threads = 2, SamplingProbability = 0.3, ClipNorm = 1 };
        Data[] batches = [new(40, 5, 7, 1), new(40, 2, 3, 2), new(40, 1, 1, 3), new(9, 3, 4, 4), new(9, 5, 2, 5), new(3, 4, 6, 6)];
        Allocations.AssertNone(() =>
        {
            foreach (Data data in batches)
            {
                trainer.Step(data.Sources, data.Targets, data.SourceLengths, data.Lengths);
                trainer.Evaluate(data.Sources, data.Targets, data.SourceLengths, data.Lengths);
            }
        });
    }

    [Fact]
    public void ManySizesInTurnAreForgottenAndMadeAgain()
    {
        var trainer = new ToySeq2Seq<int>().CreateTrainer(new Sgd(0.1));
        Data[] batches = [.. Enumerable.Range(1, 7).Select(rows => new Data(rows, 3, 3, (ulong)rows))];
        double[] first = [.. batches.Select(Evaluate)];
        Assert.Equal(first, batches.Select(Evaluate));
        Assert.Equal(first, batches.Select(data =>
        {
            var fresh = trainer.Model.CreateTrainer(new Sgd(0.1));
            return fresh.Evaluate(data.Sources, data.Targets, data.SourceLengths, data.Lengths);
        }));
        double Evaluate(Data data) => trainer.Evaluate(data.Sources, data.Targets, data.SourceLengths, data.Lengths);
    }

    [Fact]
    public void AnotherOptionGoesOnWithTheSameTraining()
    {
        double[] Run(Func<ToySeq2Seq<int>.Trainer, ToySeq2Seq<int>.Trainer> change)
        {
            var trainer = new ToySeq2Seq<int>().CreateTrainer(new Adam(0.1));
            Data data = new(5, 4, 4, 1);
            for (int i = 0; i < 4; i++)
            {
                trainer.Step(data.Sources, data.Targets, data.SourceLengths, data.Lengths);
                trainer = change(trainer);
            }

            Assert.Equal(4, trainer.Updates);
            return Weights(trainer.Model);
        }

        Assert.Equal(Run(t => t), Run(t => t with { SamplingProbability = 0 }));
        Assert.NotEqual(Run(t => t), Run(t => t with { SamplingProbability = 0.9 }));
    }

    [Fact]
    public void WhatDoesNotFitIsRefusedAndChangesNothing()
    {
        var trainer = new ToySeq2Seq<int>().CreateTrainer(new Adam(0.1));
        double[] before = Weights(trainer.Model);
        int[] sources = [0, 1, 2, 3], lengths = [2, 2];
        Refuse("Symbol 3 must be 0 to 4", () => trainer.Step(sources, [0, 1, 2, 5], lengths));
        Refuse("Symbol 2 is 4, the end", () => trainer.Step(sources, [0, 1, End, 1], lengths));
        Refuse("Expected 1 to 5 steps of 2 elements each, but there are 12", () => trainer.Step(sources, new int[12], lengths));
        Refuse("Length 1 must be 0 to 2", () => trainer.Step(sources, [0, 1, 2, 3], lengths, [2, 3]));
        Refuse("Length 0 must be 1 to 2", () => trainer.Step(sources, [0, 1, 2, 3], [0, 2]));
        Refuse("Symbol 0 must be 0 to 3", () => trainer.Step([-1, 1, 2, 3], [0, 1, 2, 3], lengths));
        Refuse("Expected 1 to 7 steps of 2 elements each, but there are 3", () => trainer.Step([1, 2, 3], [0, 1, 2, 3], lengths));
        Refuse("Weight 1 is NaN", () => trainer.Step(sources, [5, 5], [1, 1], lengths, default, [1, double.NaN]));
        Refuse("Symbol 1 must be 0 to 5", () => trainer.Step(sources, [5, 6], [1, 1], lengths, default));
        Refuse("Must be at least 0 and less than 1", () => trainer = trainer with { SamplingProbability = 1 });
        Refuse("Must be at least 0 and less than 1", () => trainer = trainer with { SamplingProbability = double.NaN });
        Assert.Equal(before, Weights(trainer.Model));
        Assert.Equal(0, trainer.Updates);
        static void Refuse(string message, Action action) => Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(action).Message);
    }

    [Fact]
    public void StartAndEndMustBeThere()
    {
        ToySeq2Seq<int> model = new();
        Assert.Contains(
            "The start must be 0 to 5",
            Assert.Throws<ArgumentOutOfRangeException>(() => new ToySeq2Seq<int>.Trainer(model, new Sgd(1), First: 6)).Message);
        Assert.Contains(
            "The end must be 0 to 4",
            Assert.Throws<ArgumentOutOfRangeException>(() => new ToySeq2Seq<int>.Trainer(model, new Sgd(1), Last: 5)).Message);

        ModelShape Shape(int inputs, int outputs, int steps = 4, bool isClass = true) =>
            new(steps, steps, inputs, 1, steps, outputs, 1, [new(outputs, isClass)]);
        _ = new TaughtSequences(Shape(3, 4), 0, end: 3);
        Assert.Contains(
            "says symbols 0 to 3, but its inputs are only 0 to 2",
            Assert.Throws<ArgumentException>(() => new TaughtSequences(Shape(3, 4), 0, end: 1)).Message);
        Assert.Throws<ArgumentException>(() => new TaughtSequences(Shape(4, 4, steps: 1), 0, 3));
        Assert.Throws<ArgumentException>(() => new TaughtSequences(Shape(4, 4, isClass: false), 0, 3));
    }

    [Fact]
    public void NumbersAreSourcesToo()
    {
        var trainer = new ToySeq2Seq<double>().CreateTrainer(new Adam(0.05));
        // The one class where a source's first number is positive, the other where it is not.
        double[] sources = [.. Enumerable.Range(0, 3 * 40 * 2).Select(i => i / 2 % 40 % 2 == 0 ? 1.0 : -1.0)];
        int[] targets = [.. Enumerable.Range(0, 40).Select(row => row % 2)], lengths = [.. Enumerable.Repeat(3, 40)];
        double before = trainer.Evaluate(sources, targets, lengths);
        for (int i = 0; i < 200; i++)
            trainer.Step(sources, targets, lengths);
        Assert.InRange(trainer.Evaluate(sources, targets, lengths), 0, before / 10);
    }

    private static double[] Train(int threads, double sampling)
    {
        var trainer = new ToySeq2Seq<int>().CreateTrainer(new Adam(1e-2)) with
        {
            Threads = threads,
            SamplingProbability = sampling,
            Seed = 7,
            ClipNorm = 1
        };
        List<double> losses = [];
        for (int i = 0; i < 6; i++)
        {
            Data data = new(Rows, 2 + (i % 4), 1 + i, (ulong)i);
            losses.Add(trainer.Step(data.Sources, data.Targets, data.SourceLengths, data.Lengths));
        }

        return [.. losses, .. Weights(trainer.Model)];
    }

    private static double[] Weights(ToySeq2Seq<int> model) => model.Weights.Span.ToArray();

    /// <summary>Random sources and targets, without starts and ends.</summary>
    private sealed class Data
    {
        public Data(int rows, int steps, int sourceSteps, ulong seed)
        {
            CounterRandom random = new(seed);
            int[] Draw(int count, ulong stream, int below, int least = 0) =>
                [.. Enumerable.Range(0, count).Select(i => least + (int)(random.Uniform((stream << 32) + (ulong)i) * (below - least)))];
            Sources = Draw(rows * sourceSteps, 1, 4);
            Targets = Draw(rows * steps, 2, End);
            SourceLengths = Draw(rows, 3, sourceSteps + 1, 1);
            Lengths = Draw(rows, 4, steps + 1);
        }

        public int[] Sources { get; }

        public int[] Targets { get; }

        public int[] SourceLengths { get; }

        public int[] Lengths { get; }
    }
}
