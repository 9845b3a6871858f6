using RnnGen;
using Spectre.Console;

namespace Classify;

/// <summary>Shows training, and the words of a mail.</summary>
internal static class Display
{
    /// <summary>Runs a training: with a progress bar on a terminal, with a line for each epoch elsewhere.</summary>
    public static T Train<T>(Func<IProgress<FitProgress>, T> train)
    {
        if (Console.IsOutputRedirected)
        {
            return train(new Told(value =>
            {
                if (value.IsEpochEnd)
                    Console.WriteLine(Line(value));
            }));
        }

        return AnsiConsole.Progress()
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context =>
            {
                ProgressTask task = context.AddTask("epoch 1", maxValue: 1);
                return train(new Told(value =>
                {
                    task.Value = value.IsEpochEnd ? 1 : (double)value.Batch / (value.Batches ?? value.Batch);
                    if (!value.IsEpochEnd)
                        task.Description = Markup.Escape($"epoch {value.Epoch + 1}: loss {value.TrainingLoss:F4}");
                    else
                        AnsiConsole.WriteLine(Line(value));
                }));
            });
    }

    /// <summary>Writes a mail, each word the darker the more it was looked at: red for spam, blue against.</summary>
    public static void Write(Reading reading)
    {
        double most = reading.Words.Max(word => Math.Abs(word.Share));
        if (!Console.IsOutputRedirected)
        {
            AnsiConsole.MarkupLine(string.Join(' ', reading.Words.Select(word =>
            {
                int light = 255 - (int)(200 * Math.Min(1, Math.Abs(word.Share) / most));
                string color = word.Share > 0 ? $"rgb(255,{light},{light})" : $"rgb({light},{light},255)";
                return $"[black on {color}]{Markup.Escape(word.Text)}[/]";
            })));
        }

        Console.WriteLine($"{(reading.IsSpam ? "spam" : "ham")}, probability of spam {reading.Probability:P1}");
        foreach (ReadWord word in reading.Carriers(6))
            Console.WriteLine($"  {word.Share,6:F2}  {word.Text,-16} looked at {word.Looks,6:P1}, evidence {word.Evidence:F1}");
    }

    private static string Line(FitProgress value) =>
        $"epoch {value.Epoch + 1,2}: loss {value.TrainingLoss:F4}, validation {value.ValidationLoss:F4}";

    private sealed class Told(Action<FitProgress> tell) : IProgress<FitProgress>
    {
        public void Report(FitProgress value) => tell(value);
    }
}
