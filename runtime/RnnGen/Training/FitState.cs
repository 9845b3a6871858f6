using System.Globalization;

namespace RnnGen;

/// <summary>Where a training stands, beside weights and moments: what a checkpoint has in its metadata.</summary>
internal sealed class FitState(FitHistory history)
{
    private const string Prefix = "fit.";
    private const int NumbersOfEpoch = 6;

    /// <summary>The epoch that is under way, and the batches of it that were learned.</summary>
    public int Epoch { get; set; }

    public int Batch { get; set; }

    /// <summary>The losses of these batches. A field: they are added to in place.</summary>
    public WeightedMean Loss;

    /// <summary>The best value on validation data, smaller being better.</summary>
    public double Best { get; set; } = double.PositiveInfinity;

    /// <summary>Epochs since then.</summary>
    public int Waiting { get; set; }

    public FitHistory History { get; } = history;

    /// <summary>Writes all of it.</summary>
    /// <param name="texts">Receives it.</param>
    /// <param name="setup">Numbers that a resumed run must have, too.</param>
    /// <param name="average">Updates of the average.</param>
    public void Write(Dictionary<string, string> texts, ReadOnlySpan<double> setup, long average)
    {
        Add("setup", setup);
        Add("place", [Epoch, Batch, Loss.Sum, Loss.Weight]);
        Add("best", [Best, History.BestEpoch ?? -1, Waiting]);
        Add("average", [average]);
        Add("history", [.. History.Epochs.SelectMany(epoch => new[]
        {
            epoch.Epoch, epoch.Updates, epoch.TrainingLoss, epoch.ValidationLoss, epoch.LearningRate, epoch.Seconds,
        })]);
        Add("values", [.. History.Values]);

        void Add(string key, ReadOnlySpan<double> numbers)
        {
            if (!texts.TryAdd(Prefix + key, string.Join(' ', numbers.ToArray().Select(n => n.ToString("R", CultureInfo.InvariantCulture)))))
                throw new ArgumentException($"The key {Prefix}{key} belongs to Fit.", nameof(texts));
        }
    }

    /// <summary>Reads it.</summary>
    /// <param name="texts">What <see cref="Write"/> wrote.</param>
    /// <param name="setup">The numbers of this run.</param>
    /// <param name="metrics">The metrics of an epoch.</param>
    /// <returns>Updates of the average.</returns>
    /// <exception cref="InvalidDataException">It is no such text, or a run of another setup.</exception>
    public long Read(IReadOnlyDictionary<string, string> texts, ReadOnlySpan<double> setup, int metrics)
    {
        double[] saved = Numbers("setup", setup.Length);
        if (!saved.AsSpan().SequenceEqual(setup))
            throw new InvalidDataException(
                "The checkpoint is of a training with another number of rows, accumulated batches or metrics, or with or without an "
                + $"average or validation: expected {string.Join(' ', setup.ToArray())}, but it has {string.Join(' ', saved)}.");
        double[] place = Numbers("place", 4), best = Numbers("best", 3), epochs = Numbers("history", null);
        double[] values = Numbers("values", epochs.Length / NumbersOfEpoch * metrics);
        double average = Numbers("average", 1)[0];
        if (!(place[0] >= 0 && place[1] >= 0 && best[2] >= 0 && average >= 0 && double.IsFinite(place[2]) && place[3] >= 0))
            throw new InvalidDataException("The checkpoint has a negative number, or one that is not finite, where Fit counts.");
        if (epochs.Length % NumbersOfEpoch != 0)
            throw new InvalidDataException($"The checkpoint has {epochs.Length} numbers of epochs, {NumbersOfEpoch} of each.");
        (Epoch, Batch) = ((int)place[0], (int)place[1]);
        Loss = new() { Sum = place[2], Weight = place[3] };
        (Best, Waiting) = (best[0], (int)best[2]);
        History.BestEpoch = best[1] < 0 ? null : (int)best[1];
        History.Restore(
            epochs.Chunk(NumbersOfEpoch).Select(n => new FitEpoch((int)n[0], (long)n[1], n[2], n[3], n[4], n[5])), values);
        return (long)average;

        double[] Numbers(string key, int? count)
        {
            string[] parts = texts.TryGetValue(Prefix + key, out string? text)
                ? text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                : throw new InvalidDataException($"The checkpoint has no {Prefix}{key}: it was not written by Fit.");
            double[] numbers = new double[parts.Length];
            for (int i = 0; i < parts.Length; i++)
            {
                if (!double.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]))
                    throw new InvalidDataException(
                        $"The checkpoint has {FileText.Quote(parts[i])} under {Prefix}{key}, which is no number.");
            }

            return count is null || count == numbers.Length
                ? numbers
                : throw new InvalidDataException($"The checkpoint has {numbers.Length} numbers under {Prefix}{key}; expected {count}.");
        }
    }
}
