using System.Diagnostics;

namespace Pronounce;

/// <summary>Where training is.</summary>
/// <param name="Share">How much of it is done; 1 at its end and not before.</param>
/// <param name="Text">The epoch, the loss, the speed, and how long it will take.</param>
internal readonly record struct Status(double Share, string Text);

/// <summary>Trains a network, watches it by the dev set, and keeps the best.</summary>
/// <param name="recipe">How it learns.</param>
/// <param name="dictionary">What from, and what it is watched by.</param>
internal sealed class Teacher(Recipe recipe, PronouncingDictionary dictionary)
{
    private const int UpdatesPerReport = 20, UpdatesOfLoss = 100;
    private readonly TrainingRun run = new(recipe, dictionary.Train);
    private readonly Stopwatch clock = new();

    /// <summary>What is learned, in words.</summary>
    public string Summary =>
        $"{dictionary.Train.Count:N0} words with {run.Pairs:N0} pronunciations to learn from, {dictionary.Dev.Count:N0} to watch by, "
        + $"{dictionary.Test.Count:N0} to test on; {Pronouncer.ParameterCount:N0} parameters";

    /// <summary>Trains, and writes the network to a file whenever its PER on the dev set is the best so far.</summary>
    /// <param name="path">The file.</param>
    /// <param name="report">Is told a few times a second where training is.</param>
    /// <param name="line">Gets a line for each epoch.</param>
    /// <returns>The best network.</returns>
    public Pronouncer Train(string path, Action<Status> report, Action<string> line)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            Directory.CreateDirectory(folder);
        Plan plan = new(recipe, run);
        Speaker speaker = new(run.Model);
        double best = double.PositiveInfinity, recent = 0;
        clock.Start();
        bool goesOn = true;
        for (int epoch = 0; goesOn; epoch++)
        {
            double mean = run.Epoch(epoch, loss =>
            {
                recent += (loss - recent) / Math.Min(run.Updates, UpdatesOfLoss);
                goesOn = plan.GoesOn(clock.Elapsed.TotalSeconds);
                if (run.Updates % UpdatesPerReport == 0)
                    report(Status(plan, epoch, recent));
                return goesOn;
            });
            Score score = Evaluation.Greedy(speaker, dictionary.Dev).Score;
            bool isBest = score.PhoneErrorRate < best;
            line($"epoch {epoch + 1,2}  loss {mean:F4}  dev {score}  {clock.Elapsed.TotalSeconds,5:F0} s{(isBest ? "  saved" : "")}");
            if (!isBest)
                continue;
            best = score.PhoneErrorRate;
            run.Model.Save(path);
        }

        report(new(1, $"{clock.Elapsed.TotalMinutes:F1} minutes"));
        Pronouncer model = new();
        model.Load(path);
        return model;
    }

    private Status Status(Plan plan, int epoch, double loss)
    {
        double seconds = clock.Elapsed.TotalSeconds;
        return new(
            Math.Min(seconds / (seconds + plan.Left), 0.999),
            $"epoch {epoch + 1} · loss {loss:F4} · {plan.Speed * recipe.Rows:N0} words/s · "
            + $"{TimeSpan.FromSeconds(Math.Ceiling(plan.Left)):h\\:mm\\:ss} left");
    }
}
