using RnnGen;

namespace Classify;

/// <summary>Trains a network until it gets no better on the mails that it is watched by.</summary>
internal static class Training
{
    private const int Rows = 32;

    /// <summary>Trains.</summary>
    /// <param name="split">The mails.</param>
    /// <param name="epochs">The most epochs.</param>
    /// <param name="seed">What all random numbers follow from.</param>
    /// <param name="progress">Is told after each update.</param>
    public static (SpamModel Model, WordVocabulary Words, FitHistory History) Run(
        Split split, int epochs, ulong seed, IProgress<FitProgress>? progress)
    {
        WordVocabulary words = WordVocabulary.Of(split.Training.Select(mail => mail.Text), Sizes.Words, ignoreCase: true);
        SpamModel model = new(seed, Initialization.Glorot);
        SequenceBatches<int, float> batches = Pairs(split.Training, words).Batches(Rows, seed, steps: SpamModel.Steps);
        var trainer = model.CreateTrainer(new AdamW(2e-3) { WeightDecay = 0.03 }) with
        {
            ClipNorm = 1,
            Seed = seed,
            Threads = Math.Min(Environment.ProcessorCount, 4),
            Schedule = new PlateauSchedule(0.3, patience: 1) { LinearWarmup = Math.Min(100, batches.Count) },
        };
        FitHistory history = trainer.Fit(
            batches, Batches(split.Validation, words),
            new() { Epochs = epochs, Patience = 4, AverageDecay = 0.98, Progress = progress });
        return (model, words, history);
    }

    /// <summary>What a network makes of mails, by the runtime's metrics.</summary>
    public static ConfusionMatrix Test(SpamModel model, WordVocabulary words, IReadOnlyList<Mail> mails)
    {
        ConfusionMatrix matrix = new(2);
        SpamFilter filter = new(model, words);
        foreach (Mail mail in mails)
            matrix.Add(filter.Read(mail.Text).IsSpam ? 1 : 0, mail.IsSpam ? 1 : 0);
        return matrix;
    }

    private static SequenceBatches<int, float> Batches(IReadOnlyList<Mail> mails, WordVocabulary words) =>
        Pairs(mails, words).Batches(Rows, order: BatchOrder.InOrder, steps: SpamModel.Steps);

    private static SequencePairs<int, float> Pairs(IReadOnlyList<Mail> mails, WordVocabulary words) => new(
        Sequences.Of<int>([.. mails.Select(mail => words.Encode(mail.Text))]),
        Sequences.Of<float>([.. mails.Select(mail => new[] { mail.IsSpam ? 1f : 0 })]));
}
