using System.Diagnostics;

namespace RnnGen;

/// <summary>
/// The loop of <c>trainer.Fit</c>. It stands on the public members of trainers, batches and parameters alone, so whoever wants another loop
/// writes one like it.
/// </summary>
internal sealed class FitLoop<T, TInput, TTarget>
    where T : unmanaged
    where TInput : unmanaged
    where TTarget : unmanaged
{
    private readonly ILearner<T, TInput, TTarget> learner;
    private readonly Trainer<T> trainer;
    private readonly ITrainedModel<T> model;
    private readonly Batches<TInput, TTarget> training;
    private readonly Batches<TInput, TTarget>? validation;
    private readonly FitOptions options;
    private readonly Metric[] metrics;
    private readonly FitState state;
    private readonly ParameterSet<T>? best;
    private readonly WeightAverage<T>? average;

    public FitLoop(
        ILearner<T, TInput, TTarget> learner, Batches<TInput, TTarget> training, Batches<TInput, TTarget>? validation, FitOptions options)
    {
        (this.learner, this.training, this.validation, this.options) = (learner, training, validation, options);
        (trainer, model) = (learner.Trainer, learner.Model);
        if (validation is null && (options.Patience is not null || options.Metrics.Count > 0))
            throw new ArgumentException("Patience and Metrics need validation data, but there are none.", nameof(options));
        if (options.Monitor is { } monitor && !options.Metrics.Contains(monitor))
            throw new ArgumentException($"The monitored metric, {monitor.Name}, is not among the Metrics.", nameof(options));
        if (options.Checkpoint is null && (options.CheckpointEvery > 0 || options.Resume))
            throw new ArgumentException("CheckpointEvery and Resume need a Checkpoint, the file's path.", nameof(options));
        metrics = [.. options.Metrics];
        state = new(new(options.Epochs, metrics));
        best = validation is not null && options.RestoresBest ? model.Parameters.Copy() : null;
        average = options.AverageDecay is { } decay ? new(model, decay) : null;
    }

    public FitHistory Run(CancellationToken cancellation)
    {
        if (options.Resume && File.Exists(options.Checkpoint))
            Load();
        while (state.Epoch < options.Epochs && !(state.Waiting >= options.Patience))
        {
            long start = Stopwatch.GetTimestamp();
            Learn(cancellation);
            double loss = Validate();
            if (trainer.Schedule is LossSchedule)
                trainer.Report(validation is null ? state.Loss.Value : loss);
            Judge(loss);
            EndEpoch(loss, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        state.History.StoppedEarly = state.Waiting >= options.Patience;
        if (best is not null && state.History.BestEpoch is not null)
            best.CopyTo(model.Parameters);
        else
            average?.Parameters.CopyTo(model.Parameters);
        return state.History;
    }

    /// <summary>Learns from what is left of the epoch.</summary>
    private void Learn(CancellationToken cancellation)
    {
        if (state.Batch == 0)
        {
            state.Loss = default;
            learner.ClearStates();
        }

        double loss = 0;
        foreach (SequenceBatch<TInput, TTarget> batch in training.Epoch(state.Epoch, state.Batch))
        {
            long updates = trainer.Updates;
            loss = options.Accumulate == 1 ? learner.Step(batch) : learner.Accumulate(batch);
            state.Loss.Add(loss, learner.WeightOf(batch));
            state.Batch++;
            if (options.Accumulate > 1 && trainer.Accumulated == options.Accumulate)
                trainer.Update();
            if (trainer.Updates > updates)
                EndUpdate(loss, cancellation);
        }

        if (trainer.Accumulated > 0)
        {
            trainer.Update();
            EndUpdate(loss, cancellation);
        }
    }

    private void EndUpdate(double loss, CancellationToken cancellation)
    {
        average?.Observe();
        TrainingMeter.Update(loss);
        options.Progress?.Report(Progress(loss, double.NaN, isEpochEnd: false));
        bool isCancelled = cancellation.IsCancellationRequested;
        if (options.Checkpoint is { } path
            && (isCancelled || (options.CheckpointEvery > 0 && trainer.Updates % options.CheckpointEvery == 0)))
            Save(path);
        if (isCancelled)
            cancellation.ThrowIfCancellationRequested();
    }

    private double Validate()
    {
        if (validation is null)
            return double.NaN;
        using (average is null ? default : average.Use())
            return learner.Evaluate(validation, metrics);
    }

    /// <summary>Keeps the weights if the epoch was the best so far.</summary>
    private void Judge(double loss)
    {
        if (validation is null)
            return;
        double value = options.Monitor is { } monitor ? monitor.IsBetterWhenLarger ? -monitor.Value : monitor.Value : loss;
        if (value < state.Best - options.MinimumImprovement)
        {
            (state.Best, state.Waiting, state.History.BestEpoch) = (value, 0, state.Epoch);
            if (best is not null)
                (average?.Parameters ?? model.Parameters).CopyTo(best);
        }
        else
        {
            state.Waiting++;
        }
    }

    private void EndEpoch(double loss, double seconds)
    {
        FitEpoch epoch = new(state.Epoch, trainer.Updates, state.Loss.Value, loss, trainer.LearningRate, seconds);
        state.History.Add(epoch);
        TrainingMeter.Epoch(epoch);
        FitProgress progress = Progress(state.Loss.Value, loss, isEpochEnd: true);
        (state.Epoch, state.Batch) = (state.Epoch + 1, 0);
        if (options.Checkpoint is { } path)
            Save(path);
        options.Progress?.Report(progress);
    }

    private FitProgress Progress(double loss, double validationLoss, bool isEpochEnd) => new(
        state.Epoch, options.Epochs, state.Batch, training.KnownCount, trainer.Updates, loss, state.Loss.Value, validationLoss, isEpochEnd);

    private void Save(string path)
    {
        Dictionary<string, string> texts = new(options.Metadata ?? new Dictionary<string, string>());
        state.Write(texts, Setup(), average?.Updates ?? 0);
        learner.WriteStates(texts);
        trainer.Save(path, texts, Beside());
    }

    private void Load()
    {
        // What can be wrong is found before the model changes.
        long updates;
        using (SafetensorsFile file = SafetensorsFile.Open(options.Checkpoint!))
        {
            updates = state.Read(file.Metadata, Setup(), metrics.Length);
            learner.ReadStates(file.Metadata);
        }

        trainer.Load(options.Checkpoint!, Beside());
        if (average is not null)
            average.Updates = updates;
    }

    private Dictionary<string, ParameterSet<T>> Beside()
    {
        Dictionary<string, ParameterSet<T>> sets = [];
        if (best is not null)
            sets.Add("best", best);
        if (average is not null)
            sets.Add("average", average.Parameters);
        return sets;
    }

    private double[] Setup() =>
        [training.Rows, options.Accumulate, metrics.Length, average is null ? 0 : 1, best is null ? 0 : 1];
}
