using System.Diagnostics.Metrics;

namespace RnnGen.Training.Tests;

/// <summary>What <c>Fit</c> does, against loops written by hand.</summary>
public class FitTests
{
    [Fact]
    public void FitIsALoopThatAnyoneCouldHaveWritten()
    {
        SequencePairs<float, float> pairs = FitRun.Steps(40);
        SequenceBatches<float, float> training = pairs[..30].Batches(8, seed: 1, steps: 6);
        SequenceBatches<float, float> validation = pairs[30..].Batches(8, order: BatchOrder.InOrder, steps: 6);
        StepModel model = new(seed: 2);
        var trainer = model.CreateTrainer(new Adam(0.02)) with { ClipNorm = 1 };
        double best = double.PositiveInfinity;
        ParameterSet<float> bestWeights = model.Parameters.Copy();
        List<(double, double)> losses = [];
        for (int epoch = 0; epoch < 5; epoch++)
        {
            double sum = 0, count = 0;
            foreach (SequenceBatch<float, float> batch in training.Epoch(epoch))
            {
                sum += trainer.Step(batch) * batch.Weight;
                count += batch.Weight;
            }

            double loss = trainer.Evaluate(validation);
            losses.Add((sum / count, loss));
            if (loss < best)
            {
                best = loss;
                model.Parameters.CopyTo(bestWeights);
            }
        }

        bestWeights.CopyTo(model.Parameters);

        StepModel fitted = new(seed: 2);
        FitHistory history =
            (fitted.CreateTrainer(new Adam(0.02)) with { ClipNorm = 1 }).Fit(training, validation, new() { Epochs = 5 });
        Assert.Equal(FitResult.WeightsOf(model.Parameters), FitResult.WeightsOf(fitted.Parameters));
        Assert.Equal(losses, history.Epochs.Select(epoch => (epoch.TrainingLoss, epoch.ValidationLoss)));
        Assert.Equal(losses.FindIndex(pair => pair.Item2 == best), history.BestEpoch);
        Assert.Equal([4, 8, 12, 16, 20], history.Epochs.Select(epoch => epoch.Updates));
        Assert.False(history.StoppedEarly);
    }

    [Fact]
    public void TheBestWeightsComeBack()
    {
        // A rate far too large: the loss on validation data gets worse sooner or later.
        SequencePairs<float, float> pairs = FitRun.Steps(40);
        SequenceBatches<float, float> validation = pairs[30..].Batches(10, order: BatchOrder.InOrder, steps: 6);
        StepModel model = new(seed: 2);
        var trainer = model.CreateTrainer(new Adam(0.3));
        FitHistory history = trainer.Fit(
            pairs[..30].Batches(5, steps: 6), validation, new() { Epochs = 30, Patience = 4 });
        double best = history.Epochs.Min(epoch => epoch.ValidationLoss);
        Assert.Equal(best, history.Epochs[history.BestEpoch!.Value].ValidationLoss);
        Assert.Equal(best, trainer.Evaluate(validation));
        Assert.True(history.StoppedEarly);
        Assert.Equal(history.BestEpoch + 5, history.Epochs.Count);
    }

    [Fact]
    public void AMetricMayDecide()
    {
        ClassModel model = new(seed: 1);
        var trainer = model.CreateTrainer(new Adam(0.02));
        int[][] inputs =
            [.. Enumerable.Range(0, 60).Select(i => Enumerable.Range(0, 1 + (i % 6)).Select(step => (i + step) % 5).ToArray())];
        SequencePairs<int, int> pairs = SequencePairs.Of(
            Sequences.Of(inputs), Sequences.OfRows<int>(inputs.Select(input => input[^1] % 3).ToArray(), steps: 1));
        var (train, held) = pairs.SplitAtRandom(0.7);
        Accuracy accuracy = new();
        ConfusionMatrix matrix = new(3);
        SequenceBatches<int, int> validation = held.Batches(30, order: BatchOrder.InOrder, steps: 6);
        FitHistory history = trainer.Fit(
            train.Batches(6, steps: 6), validation, new() { Epochs = 25, Metrics = [matrix, accuracy], Monitor = accuracy });
        IReadOnlyList<double> values = history.ValuesOf(accuracy);
        Assert.Equal(25, values.Count);
        Assert.Equal(values.Max(), values[history.BestEpoch!.Value]);
        Assert.Equal(values.ToList().IndexOf(values.Max()), history.BestEpoch);
        trainer.Evaluate(validation, accuracy, matrix);
        Assert.Equal(values.Max(), accuracy.Value);
        Assert.Equal(history.ValuesOf(matrix)[history.BestEpoch.Value], matrix.MacroF1());
        Assert.InRange(values.Max(), 0.9, 1);
        Assert.Throws<ArgumentException>(() => history.ValuesOf(new Accuracy()));
    }

    [Fact]
    public void PlateausAreReportedAndWarmUpsCount()
    {
        StepModel model = new(seed: 1);
        // Nothing is ever better by that much: every second epoch the rate falls.
        PlateauSchedule schedule = new(0.5, 1) { LinearWarmup = 3, Threshold = 0.99 };
        var trainer = model.CreateTrainer(new Adam(1e-3)) with { Schedule = schedule };
        SequenceBatches<float, float> batches = FitRun.Steps(20).Batches(10, steps: 6);
        FitHistory history = trainer.Fit(batches, batches, new() { Epochs = 7, RestoresBest = false });
        Assert.Equal(
            [1e-3 * 3 / 4, 1e-3, 5e-4, 5e-4, 2.5e-4, 2.5e-4, 1.25e-4], history.Epochs.Select(epoch => Math.Round(epoch.LearningRate, 12)));
    }

    [Fact]
    public void AccumulatedGradientsAreThoseOfOneLargeBatch()
    {
        SequencePairs<int, int> pairs = TextPairs();
        DoubleTextModel large = new(seed: 1), small = new(seed: 1);
        var trainer = large.CreateTrainer(new Sgd(0.5));
        var accumulating = small.CreateTrainer(new Sgd(0.5));
        for (int turn = 0; turn < 3; turn++)
        {
            double loss = 0, sum = 0, weight = 0;
            foreach (SequenceBatch<int, int> batch in pairs.Batches(24, order: BatchOrder.InOrder, steps: 6))
                loss = trainer.Step(batch);
            foreach (SequenceBatch<int, int> batch in pairs.Batches(7, order: BatchOrder.InOrder, steps: 6))
            {
                sum += accumulating.Accumulate(batch) * batch.Weight;
                weight += batch.Weight;
            }

            Assert.Equal(4, accumulating.Accumulated);
            Assert.Equal(turn, accumulating.Updates);
            accumulating.Update();
            Assert.Equal((0, turn + 1), (accumulating.Accumulated, accumulating.Updates));
            Assert.Equal(loss, sum / weight, 1e-12);
            Assert.All(
                FitResult.WeightsOf(large.Parameters).Zip(FitResult.WeightsOf(small.Parameters)),
                pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        }

        // Without any nothing happens.
        accumulating.Update();
        Assert.Equal(3, accumulating.Updates);
    }

    [Fact]
    public void WhatIsAccumulatedMustBeUsedFirst()
    {
        DoubleTextModel model = new(seed: 1);
        var trainer = model.CreateTrainer(new Sgd(0.5));
        SequenceBatches<int, int> batches = TextPairs().Batches(24, steps: 6);
        foreach (SequenceBatch<int, int> batch in batches)
            trainer.Accumulate(batch);
        Refuse("Gradients of 1 batches are accumulated: Update() comes first", () => trainer.Save("nowhere"));
        Refuse("Gradients of 1 batches are accumulated: Update() comes first", () => trainer.Fit(batches));
        Refuse("Gradients of 1 batches are accumulated: Update() comes first", () =>
        {
            foreach (SequenceBatch<int, int> batch in batches)
                trainer.Step(batch);
        });
        string path = Path.GetTempFileName();
        new DoubleTextModel(seed: 2).Save(path);
        model.Load(path);
        File.Delete(path);
        Refuse("The model's parameters were replaced", trainer.Update);
        Assert.Equal(0, trainer.Accumulated);

        static void Refuse(string message, Action action) =>
            Assert.Contains(message, Assert.Throws<InvalidOperationException>(action).Message);
    }

    [Fact]
    public void MasksOfAccumulatedBatchesDiffer()
    {
        // The same batch twice has other masks the second time, and so another loss.
        StepModel model = new(seed: 1);
        var trainer = model.CreateTrainer(new Sgd(0.1));
        SequenceBatches<float, float> batches = FitRun.Steps(20).Batches(20, steps: 6);
        double first = 0, second = 0;
        foreach (SequenceBatch<float, float> batch in batches)
            (first, second) = (trainer.Accumulate(batch), trainer.Accumulate(batch));
        Assert.NotEqual(first, second);
        // The first has those of a single step.
        double step = 0;
        foreach (SequenceBatch<float, float> batch in batches)
            step = new StepModel(seed: 1).CreateTrainer(new Sgd(0.1)).Step(batch);
        Assert.Equal(step, first);
    }

    [Fact]
    public void AnAverageIsItsDefinition()
    {
        DoubleTextModel model = new(seed: 1);
        var trainer = model.CreateTrainer(new Adam(0.05));
        WeightAverage<double> average = new(model, 0.5);
        double[] expected = FitResult.WeightsOf(model.Parameters);
        for (int epoch = 0; epoch < 12; epoch++)
        {
            foreach (SequenceBatch<int, int> batch in TextPairs().Batches(24, steps: 6))
                trainer.Step(batch);
            average.Observe();
            double decay = Math.Min(0.5, (1.0 + epoch) / (10.0 + epoch));
            expected = [.. expected.Zip(FitResult.WeightsOf(model.Parameters), (a, w) => (decay * a) + ((1 - decay) * w))];
        }

        Assert.Equal(12, average.Updates);
        double[] own = FitResult.WeightsOf(model.Parameters);
        AssertNear(expected, FitResult.WeightsOf(average.Parameters));
        using (average.Use())
            AssertNear(expected, FitResult.WeightsOf(model.Parameters));
        Assert.Equal(own, FitResult.WeightsOf(model.Parameters));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WeightAverage<double>(model, 1));
        Allocations.AssertNone(() =>
        {
            average.Observe();
            using (average.Use())
                _ = model.Parameters;
        });

        static void AssertNear(double[] expected, double[] actual) =>
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-14));
    }

    [Theory]
    [InlineData(1, null)]
    [InlineData(2, 0.99)]
    public void AfterTheFirstEpochNothingIsAllocated(int accumulate, double? decay)
    {
        SequencePairs<float, float> pairs = FitRun.Steps(70);
        Check(progress =>
        {
            MeanAbsoluteError error = new();
            var trainer = new StepModel(seed: 1).CreateTrainer(new Adam()) with { Schedule = new PlateauSchedule(0.5, 1) };
            trainer.Fit(pairs[..50].Batches(8, steps: 6), pairs[50..].Batches(8, steps: 6), new()
            {
                Epochs = 8,
                Patience = 20,
                Metrics = [error],
                Accumulate = accumulate,
                AverageDecay = decay,
                Progress = progress,
            });
        });
        SymbolStream text = new(Enumerable.Range(0, 1400).Select(i => i * i % 11 % 7).ToArray());
        Check(progress =>
        {
            var trainer = new TextModel(seed: 1).CreateTrainer(new Adam());
            trainer.Fit(text[..1100].Batches(4, 8), text[1100..].Batches(2, 8), new()
            {
                Epochs = 8,
                Accumulate = accumulate,
                AverageDecay = decay,
                Progress = progress,
            });
        });

        static void Check(Action<IProgress<FitProgress>> fit) => Allocations.AssertNoneOf(
            () =>
            {
                Allocated allocated = new();
                fit(allocated);
                return allocated.AfterTheFirstEpoch;
            },
            times: 3);
    }

    [Fact]
    public void MetersAndProgressSayHowFarItIs()
    {
        Dictionary<string, double> measured = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, its) =>
        {
            if (instrument.Meter.Name == "RnnGen.Training")
                its.EnableMeasurementEvents(instrument);
        };
        int thread = Environment.CurrentManagedThreadId;
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Add(instrument, value));
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => Add(instrument, 1));
        listener.Start();
        List<FitProgress> progress = [];
        SequencePairs<float, float> pairs = FitRun.Steps(20);
        new StepModel(seed: 1).CreateTrainer(new Adam()).Fit(
            pairs.Batches(8, steps: 6), pairs.Batches(8, steps: 6), new() { Epochs = 2, Progress = new Listing(progress) });
        Assert.Equal(6, measured["rnngen.training.updates"]);
        Assert.Equal(2, measured["rnngen.training.epochs"]);
        Assert.Equal(6, measured["rnngen.training.loss"]);
        Assert.Equal(2, measured["rnngen.training.validation_loss"]);
        Assert.Equal(2, measured["rnngen.training.learning_rate"]);
        Assert.Equal(2, measured["rnngen.training.epoch.duration"]);
        Assert.Equal([1, 2, 3, 3, 4, 5, 6, 6], progress.Select(p => (int)p.Updates));
        Assert.Equal([1, 2, 3, 3, 1, 2, 3, 3], progress.Select(p => p.Batch));
        Assert.All(progress, p => Assert.Equal((3, 2), (p.Batches, p.Epochs)));
        Assert.Equal([3, 7], progress.Index().Where(pair => pair.Item.IsEpochEnd).Select(pair => pair.Index));
        Assert.All(progress, p => Assert.Equal(p.IsEpochEnd, double.IsFinite(p.ValidationLoss)));

        void Add(Instrument instrument, double value)
        {
            // Other tests train at the same time.
            if (Environment.CurrentManagedThreadId == thread)
                measured[instrument.Name] = measured.GetValueOrDefault(instrument.Name) + value;
        }
    }

    [Fact]
    public void OptionsThatDoNotGoTogetherAreRefused()
    {
        var trainer = new StepModel(seed: 1).CreateTrainer(new Adam());
        SequenceBatches<float, float> batches = FitRun.Steps(20).Batches(5, steps: 6);
        Refuse("Patience and Metrics need validation data", new() { Patience = 3 });
        Refuse("Patience and Metrics need validation data", new() { Metrics = [new MeanAbsoluteError()] });
        Refuse("The monitored metric, MAE, is not among the Metrics", new() { Monitor = new MeanAbsoluteError() });
        Refuse("need a Checkpoint", new() { CheckpointEvery = 3 });
        Refuse("need a Checkpoint", new() { Resume = true });
        Assert.Throws<ArgumentOutOfRangeException>(() => new FitOptions { Epochs = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new FitOptions { Patience = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new FitOptions { Accumulate = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new FitOptions { AverageDecay = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new FitOptions { CheckpointEvery = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new FitOptions { MinimumImprovement = double.NaN });
        Assert.Equal(0, trainer.Updates);

        void Refuse(string message, FitOptions options) =>
            Assert.Contains(message, Assert.Throws<ArgumentException>(() => trainer.Fit(batches, null, options)).Message);
    }

    [Fact]
    public void WeightsAreCopiedBetweenModelsOfAClass()
    {
        StepModel one = new(seed: 1), two = new(seed: 2);
        one.Parameters.CopyTo(two.Parameters);
        Assert.Equal(FitResult.WeightsOf(one.Parameters), FitResult.WeightsOf(two.Parameters));
        Assert.Throws<ArgumentException>(() => one.Parameters.CopyTo(new TextModel(seed: 1).Parameters));
    }

    private static SequencePairs<int, int> TextPairs()
    {
        int[][] inputs =
            [.. Enumerable.Range(0, 24).Select(i => Enumerable.Range(0, 1 + (i % 6)).Select(step => (i + step) % 5).ToArray())];
        return new(Sequences.Of(inputs), Sequences.Of(inputs));
    }

    private sealed class Listing(List<FitProgress> progress) : IProgress<FitProgress>
    {
        public void Report(FitProgress value) => progress.Add(value);
    }

    private sealed class Allocated : IProgress<FitProgress>
    {
        private long first;

        public long AfterTheFirstEpoch { get; private set; }

        public void Report(FitProgress value)
        {
            if (!value.IsEpochEnd)
                return;
            if (value.Epoch == 0)
                first = GC.GetAllocatedBytesForCurrentThread();
            AfterTheFirstEpoch = GC.GetAllocatedBytesForCurrentThread() - first;
        }
    }
}
