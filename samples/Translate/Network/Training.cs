using RnnGen;

namespace Translate;

/// <summary>How good translations are.</summary>
/// <param name="Exact">The share that is right to the last word.</param>
/// <param name="Characters">Characters to insert, remove or replace, by all that are right: the character error rate.</param>
internal readonly record struct Quality(double Exact, double Characters)
{
    /// <summary>Measures a way to translate.</summary>
    public static Quality Of(IReadOnlyList<Pair> pairs, Func<string, string> translate)
    {
        EditDistance distance = new("CER");
        foreach (Pair pair in pairs)
            distance.Add([.. translate(pair.Written).Select(c => (int)c)], [.. pair.Spoken.Select(c => (int)c)]);
        return new(1 - distance.WrongSequences, distance.Value);
    }
}

/// <summary>Trains a network.</summary>
internal static class Training
{
    private const int Rows = 64;

    /// <summary>Trains until it gets no better on the pairs that it is watched by.</summary>
    /// <param name="learned">Pairs to learn from.</param>
    /// <param name="watched">Others.</param>
    /// <param name="epochs">The most epochs.</param>
    /// <param name="seed">What all random numbers follow from.</param>
    /// <param name="progress">Is told after each update.</param>
    public static (Translator Translator, TranslationModel Model, FitHistory History) Run(
        IReadOnlyList<Pair> learned, IReadOnlyList<Pair> watched, int epochs, ulong seed, IProgress<FitProgress>? progress)
    {
        Vocabularies vocabularies = Vocabularies.Of([.. learned, .. watched]);
        TranslationModel model = new(seed, Initialization.Glorot);
        SequenceBatches<int, int> batches = Pairs(learned).Batches(Rows, seed);
        var trainer = model.CreateTrainer(new Adam(3e-3)) with
        {
            ClipNorm = 5,
            Seed = seed,
            Threads = Math.Min(Environment.ProcessorCount, 4),
            Schedule = new CosineSchedule((long)epochs * batches.Count, linearWarmup: Math.Min(200, batches.Count)),
        };
        FitHistory history = trainer.Fit(
            batches, Pairs(watched).Batches(Rows, order: BatchOrder.InOrder),
            new() { Epochs = epochs, Patience = 4, AverageDecay = 0.98, Progress = progress });
        return (new(model, vocabularies), model, history);

        SequencePairs<int, int> Pairs(IReadOnlyList<Pair> pairs) => SequencePairs.Of(
            Sequences.Of<int>([.. pairs.Select(pair => vocabularies.Read(pair.Written))]),
            Sequences.Of<int>([.. pairs.Select(pair => vocabularies.Say(pair.Spoken))]));
    }
}
