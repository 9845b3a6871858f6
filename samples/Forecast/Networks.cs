using RnnGen;

namespace Forecast;

/// <summary>Networks that differ in their random start and forecast by their mean.</summary>
internal sealed class Networks : IForecaster
{
    private const int Rows = 32;
    private readonly Scaled scaled;
    private readonly Model[] models;
    private readonly float[] outputs = new float[Model.Window * Model.OutputSize];

    private Networks(Scaled scaled, Model[] models, string name) => (this.scaled, this.models, Name) = (scaled, models, name);

    public string Name { get; }

    /// <summary>The networks.</summary>
    public IReadOnlyList<Model> Models => models;

    /// <summary>Trains networks until each is no better any more on the days that they are validated with.</summary>
    /// <param name="scaled">All days.</param>
    /// <param name="learned">The first days, from which they learn.</param>
    /// <param name="validated">Days after these, to validate with.</param>
    /// <param name="members">The number of networks.</param>
    /// <param name="epochs">The most epochs of each.</param>
    /// <param name="progress">Is told the share that is done, and a few words.</param>
    public static Networks Train(Scaled scaled, int learned, int validated, int members, int epochs, Action<double, string> progress)
    {
        SequenceBatches<float, float> validation = Windows(scaled, learned - Model.Window, validated + Model.Window)
            .Batches(Rows, order: BatchOrder.InOrder, steps: Model.Window);
        Model[] models = new Model[members];
        for (int member = 0; member < members; member++)
        {
            int done = member;
            models[member] = new(seed: (ulong)member + 1, Initialization.Glorot);
            var trainer = models[member].CreateTrainer(new AdamW(3e-3) { WeightDecay = 0.05 }) with
            {
                ClipNorm = 1,
                Seed = (ulong)member + 1,
                Schedule = new PlateauSchedule(0.5, patience: 2) { LinearWarmup = 20 },
            };
            trainer.Fit(Windows(scaled, 0, learned).Batches(Rows, seed: (ulong)member + 1, steps: Model.Window), validation, new()
            {
                Epochs = epochs,
                Patience = 6,
                AverageDecay = 0.98,
                Progress = new Told(value => progress(
                    (done + ((value.Epoch + 1.0) / value.Epochs)) / members,
                    $"network {done + 1} of {members}, epoch {value.Epoch + 1}, validation {value.ValidationLoss:F4}")),
            });
        }

        progress(1, "");
        return new(scaled, models, $"{members} GRU networks");
    }

    public void Forecast(int day, Span<double> ahead)
    {
        ahead.Clear();
        foreach (Model model in models)
        {
            Model.State state = default;
            int first = day - Model.Window + 1;
            model.Forward(scaled.InputValues.AsSpan(first * Scaled.Inputs, Model.Window * Scaled.Inputs), ref state, outputs);
            ReadOnlySpan<float> last = outputs.AsSpan(^Model.OutputSize..);
            for (int i = 0; i < ahead.Length; i++)
                ahead[i] += scaled.Number(last[i], i % Weather.Targets) / models.Length;
        }
    }

    /// <summary>Copies of the networks that go on learning day by day.</summary>
    public Online GoOn() => new(scaled, new(scaled, [.. models.Select(model => model.Snapshot())], Name));

    /// <summary>Windows over some days, each with what follows every one of its days.</summary>
    private static SequencePairs<float, float> Windows(Scaled scaled, int from, int days) => SequencePairs.Windows(
        Sequences.Series<float>(scaled.InputValues.AsMemory(from * Scaled.Inputs, days * Scaled.Inputs), Scaled.Inputs),
        Sequences.Series<float>(scaled.TargetValues.AsMemory(from * Weather.Targets, days * Weather.Targets), Weather.Targets),
        Model.Window, Model.Horizon, everyStep: true);

    // Called where it is reported, unlike Progress<T>.
    private sealed class Told(Action<FitProgress> tell) : IProgress<FitProgress>
    {
        public void Report(FitProgress value)
        {
            if (value.IsEpochEnd)
                tell(value);
        }
    }
}

/// <summary>Networks that learn from each day as soon as it is known, before they forecast the next ones. Nothing is allocated.</summary>
internal sealed class Online : IForecaster
{
    private const double LearningRate = 2e-4;
    private readonly Scaled scaled;
    private readonly Networks networks;
    private readonly Model.Trainer[] trainers;
    private readonly float[] inputs = new float[Model.Window * Scaled.Inputs];
    private readonly float[] targets = new float[Model.Window * Model.OutputSize];

    internal Online(Scaled scaled, Networks networks)
    {
        (this.scaled, this.networks) = (scaled, networks);
        trainers = [.. networks.Models.Select((model, member) =>
            model.CreateTrainer(new Adam(LearningRate)) with { ClipNorm = 1, Seed = (ulong)member + 1 })];
    }

    public string Name => $"{networks.Name}, online";

    public void Forecast(int day, Span<double> ahead)
    {
        // The last window whose targets are known ends a horizon ago.
        int first = day - Model.Horizon - Model.Window + 1;
        scaled.InputValues.AsSpan(first * Scaled.Inputs, inputs.Length).CopyTo(inputs);
        for (int step = 0; step < Model.Window; step++)
        {
            scaled.TargetValues.AsSpan((first + step + 1) * Weather.Targets, Model.OutputSize)
                .CopyTo(targets.AsSpan(step * Model.OutputSize));
        }

        foreach (Model.Trainer trainer in trainers)
            trainer.Step(inputs, targets);
        networks.Forecast(day, ahead);
    }
}
