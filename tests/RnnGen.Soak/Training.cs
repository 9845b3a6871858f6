using RnnGen.Tests.Models;

namespace RnnGen.Soak;

/// <summary>
/// Training that can be killed at any moment: a checkpoint every few updates, and all else follows from the number of the update.
/// </summary>
internal static class Training
{
    public const string Name = "train";

    private const int Every = 50;

    /// <param name="path">The checkpoint, or where it will be.</param>
    /// <param name="updates">How many there are to be in all.</param>
    /// <param name="threads">On how many threads, which does not matter.</param>
    public static void Run(string path, long updates, int threads)
    {
        Classifier model = new(seed: 1);
        var trainer = model.CreateTrainer(new Adam(1e-3)) with { ClipNorm = 1, Threads = threads, Seed = 5 };
        if (File.Exists(path))
            trainer.Load(path);
        while (trainer.Updates < updates)
        {
            // Dropout draws its masks, and one batch in ten is large enough for two threads.
            Random random = new((int)trainer.Updates);
            int rows = trainer.Updates % 10 == 0 ? 32 : 2;
            int[] inputs = [.. Enumerable.Range(0, rows * Classifier.Steps).Select(_ => random.Next(Classifier.InputSize))];
            int[] targets = [.. inputs.Take(rows).Select(symbol => symbol % Classifier.OutputSize)];
            trainer.Step(inputs, targets);
            if (trainer.Updates % Every == 0 || trainer.Updates == updates)
                trainer.Save(path);
        }
    }
}
