using System.Diagnostics;

namespace Pronounce;

/// <summary>Where training is.</summary>
/// <param name="Share">How much of it is done; 1 at its end and not before.</param>
/// <param name="Text">The epoch, the loss, the speed, and how long it will take.</param>
internal readonly record struct Status(double Share, string Text);

/// <summary>Trains a network, watches it by the dev set, and keeps the best.</summary>
internal sealed class Teacher
{
    private const int UpdatesPerReport = 20;
    private readonly Recipe recipe;
    private readonly PronouncingDictionary dictionary;
    private readonly TrainingRun run;
    private readonly Stopwatch clock = new();
    private double recentLoss;
    private int epoch;

    public Teacher(Recipe recipe, PronouncingDictionary dictionary)
    {
        this.recipe = recipe;
        this.dictionary = dictionary;
        run = new(recipe, dictionary.Train);
    }

    /// <summary>What is learned, in words.</summary>
    public string Summary =>
        $"{dictionary.Train.Count:N0} words with {run.Pairs:N0} pronunciations to learn from, {dictionary.Dev.Count:N0} to watch by, {dictionary.Test.Count:N0} to test on; {Pronouncer.ParameterCount:N0} parameters";

    /// <summary>Trains, and writes the network to a file whenever its PER on the dev set is the best so far.</summary>
    /// <param name="path">The file.</param>
    /// <param name="report">Is told a few times a second where training is.</param>
    /// <param name="line">Gets a line for each epoch.</param>
    /// <returns>The best network.</returns>
    public Pronouncer Train(string path, Action<Status> report, Action<string> line)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            Directory.CreateDirectory(folder);
        Speaker speaker = new(run.Model);
        double best = double.PositiveInfinity;
        clock.Start();
        for (epoch = 0; !IsOver; epoch++)
        {
            double loss = run.Epoch(epoch, recent => Watch(recent, report));
            Score score = Evaluation.Greedy(speaker, dictionary.Dev).Score;
            line($"epoch {epoch + 1,2}  loss {loss:F4}  dev {score}  {clock.Elapsed.TotalSeconds,5:F0} s{(score.PhoneErrorRate < best ? "  saved" : "")}");
            if (score.PhoneErrorRate < best)
                run.Model.Save(path);
            best = Math.Min(best, score.PhoneErrorRate);
        }

        report(new(1, $"{clock.Elapsed.TotalMinutes:F1} minutes"));
        Pronouncer model = new();
        model.Load(path);
        return model;
    }

    private bool IsOver => recipe.Minutes is { } minutes ? clock.Elapsed.TotalMinutes >= minutes : run.Updates >= run.LastUpdate;

    private bool Watch(double loss, Action<Status> report)
    {
        recentLoss += (loss - recentLoss) / Math.Min(run.Updates, 100);
        if (run.Updates % UpdatesPerReport != 0)
            return !IsOver;
        double seconds = clock.Elapsed.TotalSeconds, speed = run.Updates / seconds;
        // With a time given, the end is estimated from the speed, again and again, so that it comes when the time is up.
        if (recipe.Minutes is { } minutes)
            run.EndAt(run.Updates + (long)Math.Ceiling(Math.Max((minutes * 60) - seconds, 0) * speed));
        double left = (run.LastUpdate - run.Updates) / speed;
        report(new(
            Math.Min(seconds / (seconds + left), 0.999),
            $"epoch {epoch + 1} · loss {recentLoss:F4} · {speed * recipe.Rows:N0} words/s · {TimeSpan.FromSeconds(Math.Ceiling(left)):m\\:ss} left"));
        return !IsOver;
    }
}
