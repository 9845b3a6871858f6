using RnnGen;

namespace Pronounce;

/// <summary>A network that learns, update by update. Every pronunciation of every word is one pair to learn from.</summary>
internal sealed class TrainingRun
{
    private readonly SequenceBatches<int, int> batches;
    private Pronouncer.Trainer trainer;

    /// <summary>Starts with a new network.</summary>
    /// <param name="recipe">How it learns.</param>
    /// <param name="words">What it learns from.</param>
    public TrainingRun(Recipe recipe, IReadOnlyList<Entry> words)
    {
        SequencePairs<int, int> pairs = SequencePairs.Of(
            Sequences.Of<int>([.. words.SelectMany(word => word.Variants.Select(_ => word.Letters))]),
            Sequences.Of<int>([.. words.SelectMany(word => word.Variants)]));
        Pairs = pairs.Count;
        batches = pairs.Batches(recipe.Rows, recipe.Seed);
        Model = new(recipe.Seed, Initialization.Glorot);
        trainer = Model.CreateTrainer(new Adam(Recipe.LearningRate)) with
        {
            ClipNorm = Recipe.ClipNorm,
            Threads = recipe.Threads,
            Seed = recipe.Seed,
            Schedule = new ConstantSchedule(recipe.Warmup),
        };
    }

    /// <summary>The network.</summary>
    public Pronouncer Model { get; }

    /// <summary>Pairs of an epoch.</summary>
    public int Pairs { get; }

    /// <summary>How many updates there were.</summary>
    public long Updates => trainer.Updates;

    /// <summary>Updates of an epoch.</summary>
    public int UpdatesPerEpoch => batches.Count;

    /// <summary>Lets the learning rate fall to 0.</summary>
    /// <param name="first">The update that it begins with.</param>
    /// <param name="last">The one before which it ends.</param>
    public void Decay(long first, long last) => trainer = trainer with { Schedule = new CosineSchedule(last, linearWarmup: first) };

    /// <summary>Learns from all pairs once.</summary>
    /// <param name="epoch">Which time that is, from 0.</param>
    /// <param name="learned">Gets the mean loss of a phone after each update, and says whether to go on.</param>
    /// <returns>The mean loss of a phone over the epoch, ends included.</returns>
    public double Epoch(int epoch, Func<double, bool> learned)
    {
        double sum = 0;
        int count = 0;
        foreach (SequenceBatch<int, int> batch in batches.Epoch(epoch))
        {
            double loss = trainer.Step(batch);
            sum += loss;
            count++;
            if (!learned(loss))
                break;
        }

        return sum / count;
    }
}
