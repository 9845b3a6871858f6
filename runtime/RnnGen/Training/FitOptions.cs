using RnnGen.Generated;

namespace RnnGen;

/// <summary>What <c>trainer.Fit</c> does beside learning from one batch after the other.</summary>
/// <remarks>
/// The learning rate's course, warm-up and plateaus included, is the trainer's <see cref="Trainer{T}.Schedule"/>; clipping, threads and the
/// seed of noise are the trainer's, too.
/// </remarks>
public sealed record FitOptions
{
    private readonly int epochs = 10;
    private readonly int? patience;
    private readonly double minimumImprovement;
    private readonly IReadOnlyList<Metric> metrics = [];
    private readonly int accumulate = 1;
    private readonly double? averageDecay;
    private readonly int checkpointEvery;

    /// <summary>Times that all training data are gone through, at least 1. The default is 10.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int Epochs
    {
        get => epochs;
        init => epochs = AtLeast(1, value, nameof(Epochs));
    }

    /// <summary>
    /// Epochs in a row without a better value on validation data after which training stops, at least 1. Null, the default, never stops it.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int? Patience
    {
        get => patience;
        init => patience = value is { } some ? AtLeast(1, some, nameof(Patience)) : null;
    }

    /// <summary>What a value must be better by to count as better, at least 0. The default is 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double MinimumImprovement
    {
        get => minimumImprovement;
        init => minimumImprovement = value >= 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MinimumImprovement), value, "Must be finite and at least 0.");
    }

    /// <summary>
    /// True, the default, if the model ends with the weights of its best epoch on validation data; false for those of the last.
    /// </summary>
    public bool RestoresBest { get; init; } = true;

    /// <summary>Metrics of the validation data, of which the history has every epoch's. The default is none.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public IReadOnlyList<Metric> Metrics
    {
        get => metrics;
        init => metrics = [.. Guard.NotNull(value, nameof(Metrics))];
    }

    /// <summary>The metric by which an epoch is better, one of <see cref="Metrics"/>. Null, the default, for the loss.</summary>
    public Metric? Monitor { get; init; }

    /// <summary>Batches whose gradients make one update, at least 1. The default is 1. The last update of an epoch may have
    /// fewer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int Accumulate
    {
        get => accumulate;
        init => accumulate = AtLeast(1, value, nameof(Accumulate));
    }

    /// <summary>
    /// The decay of a <see cref="WeightAverage{T}"/>, at least 0 and less than 1: the average is what is validated and what the model ends
    /// with. Null, the default, for none.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public double? AverageDecay
    {
        get => averageDecay;
        init => averageDecay = value is null or (>= 0 and < 1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(AverageDecay), value, "Must be at least 0 and less than 1.");
    }

    /// <summary>
    /// The file of checkpoints: all that is needed to go on to the bit, replaced as a whole. It is written after each epoch, when training
    /// is cancelled, and as <see cref="CheckpointEvery"/> says. Null, the default, for none.
    /// </summary>
    public string? Checkpoint { get; init; }

    /// <summary>Updates from a checkpoint to the next, within epochs too; 0, the default, for none but those after epochs.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int CheckpointEvery
    {
        get => checkpointEvery;
        init => checkpointEvery = AtLeast(0, value, nameof(CheckpointEvery));
    }

    /// <summary>
    /// True if training goes on from <see cref="Checkpoint"/> where that file exists; false, the default, begins anew and replaces it.
    /// </summary>
    public bool Resume { get; init; }

    /// <summary>Texts to keep in each checkpoint, for instance a vocabulary's JSON. Null, the default, for none.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>Is told after each update and each epoch. Null, the default, for nobody.</summary>
    public IProgress<FitProgress>? Progress { get; init; }

    private static int AtLeast(int least, int value, string name) =>
        value >= least ? value : throw new ArgumentOutOfRangeException(name, value, $"Must be at least {least}.");
}

/// <summary>How far training is.</summary>
/// <param name="Epoch">The index of the epoch, from 0.</param>
/// <param name="Epochs">The most epochs there will be.</param>
/// <param name="Batch">Batches of the epoch so far.</param>
/// <param name="Batches">Batches of an epoch; null where that is not known before its end.</param>
/// <param name="Updates">All updates so far.</param>
/// <param name="Loss">The loss of the last batch, before its update.</param>
/// <param name="TrainingLoss">The mean of the epoch so far.</param>
/// <param name="ValidationLoss">That of the validation data, at the end of an epoch; otherwise NaN.</param>
/// <param name="IsEpochEnd">True after an epoch, false after an update.</param>
public readonly record struct FitProgress(
    int Epoch, int Epochs, int Batch, int? Batches, long Updates, double Loss, double TrainingLoss, double ValidationLoss,
    bool IsEpochEnd);
