using RnnGen;

namespace Voice.Learning;

/// <summary>Trains both networks, each batch for both.</summary>
/// <param name="utterances">Speech to learn from.</param>
/// <param name="updates">How many batches the first stage has. The second has an eighth of that.</param>
/// <param name="threads">How many work on a batch; the result is the same.</param>
internal sealed class Teacher(float[][] utterances, int updates, int threads)
{
    private readonly Mixer mixer = new(utterances);
    private readonly Batch batch = new();

    /// <summary>The network for speech.</summary>
    public SpeechModel Speech { get; } = new(seed: 1, Initialization.Glorot);

    /// <summary>The network against noise.</summary>
    public MaskModel Mask { get; } = new(seed: 2, Initialization.Glorot);

    /// <summary>Batches of both stages.</summary>
    public int Updates => updates + SecondStage;

    private int SecondStage => (updates + 7) / 8;

    /// <summary>Trains: from sound with all frequencies first, then also from sound that lacks the high ones.</summary>
    /// <param name="isSecondOnly">Whether the networks have had the first stage.</param>
    /// <param name="trained">Is told after each update its number and both losses.</param>
    public void Run(bool isSecondOnly, Action<int, double, double> trained)
    {
        if (!isSecondOnly)
            Run(1, updates, 2e-3, isNarrow: false, trained);
        Run(updates + 1, SecondStage, 1e-3, isNarrow: true, trained);
    }

    private void Run(int first, int count, double rate, bool isNarrow, Action<int, double, double> trained)
    {
        CosineSchedule schedule = new(count, finalFactor: 0.01, linearWarmup: count / 60);
        SpeechModel.Trainer speech = Speech.CreateTrainer(new Adam(rate)) with { ClipNorm = 1, Threads = threads, Schedule = schedule };
        MaskModel.Trainer mask = Mask.CreateTrainer(new Adam(rate)) with { ClipNorm = 1, Threads = threads, Schedule = schedule };
        for (int update = first; update < first + count; update++)
        {
            batch.Fill(mixer, update, isNarrow, threads);
            trained(update, speech.Step(batch.Inputs, batch.Speaks), mask.Step(batch.Inputs, batch.Roots));
        }
    }
}
