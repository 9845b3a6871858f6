namespace RnnGen;

/// <summary>An epoch of a history.</summary>
/// <param name="Epoch">Its index, from 0.</param>
/// <param name="Updates">All updates until its end.</param>
/// <param name="TrainingLoss">The mean loss of its batches, each before its update and with noise.</param>
/// <param name="ValidationLoss">The loss of the validation data; NaN without any.</param>
/// <param name="LearningRate">That of the next update.</param>
/// <param name="Seconds">What it took; those of a resumed run begin with its process.</param>
public readonly record struct FitEpoch(
    int Epoch, long Updates, double TrainingLoss, double ValidationLoss, double LearningRate, double Seconds);

/// <summary>What happened in a training, epoch by epoch: to be plotted, or written as CSV.</summary>
public sealed class FitHistory
{
    private readonly List<FitEpoch> epochs;
    private readonly List<double> values;
    private readonly IReadOnlyList<Metric> metrics;

    internal FitHistory(int epochs, IReadOnlyList<Metric> metrics)
    {
        // All at once: an epoch allocates nothing. Of endless trainings the lists grow.
        int capacity = Math.Min(epochs, 10_000);
        this.epochs = new(capacity);
        values = new(capacity * metrics.Count);
        this.metrics = metrics;
    }

    /// <summary>The epochs that were completed, those before a resumption included.</summary>
    public IReadOnlyList<FitEpoch> Epochs => epochs;

    /// <summary>The index of the epoch that was best on validation data; null if there were none.</summary>
    public int? BestEpoch { get; internal set; }

    /// <summary>True if training ended because it had got no better for as long as <see cref="FitOptions.Patience"/> says.</summary>
    public bool StoppedEarly { get; internal set; }

    /// <summary>A metric's value on the validation data after each epoch.</summary>
    /// <param name="metric">One of <see cref="FitOptions.Metrics"/>.</param>
    /// <exception cref="ArgumentException">It was not measured.</exception>
    public IReadOnlyList<double> ValuesOf(Metric metric)
    {
        int index = 0;
        while (index < metrics.Count && !ReferenceEquals(metrics[index], metric))
            index++;
        if (index == metrics.Count)
            throw new ArgumentException("The metric was not among the options' Metrics.", nameof(metric));
        return [.. Enumerable.Range(0, epochs.Count).Select(epoch => values[(epoch * metrics.Count) + index])];
    }

    /// <summary>The values of all metrics, [epoch][metric].</summary>
    internal IReadOnlyList<double> Values => values;

    internal void Add(FitEpoch epoch)
    {
        epochs.Add(epoch);
        for (int i = 0; i < metrics.Count; i++)
            values.Add(metrics[i].Value);
    }

    /// <summary>Puts epochs of an earlier process in front.</summary>
    internal void Restore(IEnumerable<FitEpoch> earlier, IEnumerable<double> itsValues)
    {
        epochs.AddRange(earlier);
        values.AddRange(itsValues);
    }
}
