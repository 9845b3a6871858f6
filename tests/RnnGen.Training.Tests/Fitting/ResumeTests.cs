namespace RnnGen.Training.Tests;

/// <summary>An interrupted training that is resumed gives the bits of one that was not.</summary>
public sealed class ResumeTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory().FullName;

    public static TheoryData<FitRun, int, double?> Cases
    {
        get
        {
            TheoryData<FitRun, int, double?> cases = [];
            foreach (FitRun run in FitRun.All)
            {
                cases.Add(run, 1, null);
                cases.Add(run, 3, 0.9);
            }

            return cases;
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [MemberData(nameof(Cases))]
    public void CancelledInTheMiddleOfAnEpochAndResumed(FitRun run, int accumulate, double? decay)
    {
        FitOptions options =
            new() { Epochs = 4, Accumulate = accumulate, AverageDecay = decay, Checkpoint = Path.Combine(folder, "whole") };
        FitResult whole = run.Run(options);
        int perEpoch = (int)whole.History.Epochs[0].Updates;
        Assert.True(perEpoch >= 3, $"{perEpoch} updates an epoch have no middle.");
        // In the middle of the second epoch, after its last update, and after the first of the fourth.
        foreach (int stop in new[] { perEpoch + (perEpoch / 2), 2 * perEpoch, (3 * perEpoch) + 1 })
        {
            options = options with { Checkpoint = Path.Combine(folder, $"stopped-{stop}"), Resume = true };
            using CancellationTokenSource source = new();
            Assert.Throws<OperationCanceledException>(() => run.Run(options with { Progress = new Stop(stop, source) }, source.Token));
            run.Run(options).AssertSame(whole);
            // What has ended stays as it is.
            run.Run(options).AssertSame(whole);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void KilledAndResumedFromTheLastCheckpoint(FitRun run, int accumulate, double? decay)
    {
        FitOptions options = new()
        {
            Epochs = 3,
            Accumulate = accumulate,
            AverageDecay = decay,
            Checkpoint = Path.Combine(folder, "run"),
            CheckpointEvery = 2,
        };
        // A copy of the file as it is after an update is what a killed process leaves.
        FitResult whole = run.Run(options with { Progress = new Keep(options.Checkpoint, update: 5) });
        Assert.True(File.Exists(options.Checkpoint + "-killed"));
        run.Run(options with { Checkpoint = options.Checkpoint + "-killed", Resume = true, CheckpointEvery = 0 }).AssertSame(whole);
    }

    [Fact]
    public void PatienceIsRememberedToo()
    {
        FitRun run = FitRun.All[0];
        // Nothing counts as better but the first: three epochs later it ends.
        FitOptions options = new()
        {
            Epochs = 20,
            Patience = 3,
            MinimumImprovement = 1e9,
            Checkpoint = Path.Combine(folder, "patience"),
        };
        FitResult whole = run.Run(options);
        Assert.Equal(4, whole.History.Epochs.Count);
        Assert.True(whole.History.StoppedEarly);
        Assert.Equal(0, whole.History.BestEpoch);
        File.Delete(options.Checkpoint);
        using CancellationTokenSource source = new();
        Assert.Throws<OperationCanceledException>(() =>
            run.Run(options with { Progress = new Stop((int)whole.History.Epochs[1].Updates + 2, source) }, source.Token));
        run.Run(options with { Resume = true }).AssertSame(whole);
        run.Run(options with { Resume = true }).AssertSame(whole);
    }

    [Fact]
    public void ACheckpointIsAWeightFileAndATrainingFileToo()
    {
        StepModel model = new(seed: 1);
        var trainer = model.CreateTrainer(new Adam(0.01));
        string path = Path.Combine(folder, "checkpoint");
        SequenceBatches<float, float> batches = FitRun.Steps(20).Batches(5, steps: 6);
        trainer.Fit(batches, batches, new()
        {
            Epochs = 2,
            Checkpoint = path,
            AverageDecay = 0.9,
            RestoresBest = false,
            Metadata = new Dictionary<string, string> { ["vocabulary"] = new ByteVocabulary().ToJson() },
        });
        StepModel plain = new(), resumed = new();
        plain.Load(path);
        IReadOnlyDictionary<string, string> texts = resumed.CreateTrainer(new Adam(0.01)).Load(path);
        Assert.IsType<ByteVocabulary>(TextVocabulary.FromJson(texts["vocabulary"]));
        Assert.Equal(FitResult.WeightsOf(plain.Parameters), FitResult.WeightsOf(resumed.Parameters));
        // The model itself ended with the average, which the file has beside the weights.
        ParameterSet<float> average = plain.Parameters.Copy();
        resumed.CreateTrainer(new Adam(0.01)).Load(path, new Dictionary<string, ParameterSet<float>> { ["average"] = average });
        Assert.Equal(FitResult.WeightsOf(model.Parameters), FitResult.WeightsOf(average));
        Assert.NotEqual(FitResult.WeightsOf(model.Parameters), FitResult.WeightsOf(plain.Parameters));
        Assert.Contains(
            "is missing",
            Assert.Throws<InvalidDataException>(() =>
                plain.CreateTrainer(new Adam()).Load(path, new Dictionary<string, ParameterSet<float>> { ["best"] = average })).Message);
    }

    [Fact]
    public void ACheckpointOfAnotherTrainingIsRefused()
    {
        StepModel model = new(seed: 1);
        var trainer = model.CreateTrainer(new Adam(0.01));
        SequenceBatches<float, float> batches = FitRun.Steps(20).Batches(5, steps: 6);
        FitOptions options = new() { Epochs = 1, Checkpoint = Path.Combine(folder, "checkpoint"), Resume = true };
        trainer.Fit(batches, null, options);
        double[] before = FitResult.WeightsOf(model.Parameters);
        Refuse("another number of rows, accumulated batches or metrics", options with { Accumulate = 2 });
        Refuse("another number of rows, accumulated batches or metrics", options with { AverageDecay = 0.9 });
        trainer.Save(options.Checkpoint, new Dictionary<string, string> { ["fit.setup"] = "5 1 0 0 0", ["fit.place"] = "1 x 0 0" });
        Refuse("'x' under fit.place, which is no number", options);
        trainer.Save(options.Checkpoint, new Dictionary<string, string> { ["fit.setup"] = "5 1 0 0 0", ["fit.place"] = "1 0" });
        Refuse("has 2 numbers under fit.place; expected 4", options);
        trainer.Save(options.Checkpoint);
        Refuse("has no fit.setup: it was not written by Fit", options);
        Assert.Equal(before, FitResult.WeightsOf(model.Parameters));

        void Refuse(string message, FitOptions other) =>
            Assert.Contains(message, Assert.Throws<InvalidDataException>(() => trainer.Fit(batches, null, other)).Message);
    }

    private sealed class Stop(int update, CancellationTokenSource source) : IProgress<FitProgress>
    {
        public void Report(FitProgress value)
        {
            if (value.Updates == update && !value.IsEpochEnd)
                source.Cancel();
        }
    }

    private sealed class Keep(string path, int update) : IProgress<FitProgress>
    {
        public void Report(FitProgress value)
        {
            // The checkpoint of the update before is there now.
            if (value.Updates == update && !value.IsEpochEnd)
                File.Copy(path, path + "-killed");
        }
    }
}
