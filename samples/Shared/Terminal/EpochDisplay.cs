using RnnGen;
using Spectre.Console;

namespace Samples;

/// <summary>Shows training, epoch by epoch.</summary>
internal static class EpochDisplay
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

    private static string Line(FitProgress value) =>
        $"epoch {value.Epoch + 1,2}: loss {value.TrainingLoss:F4}, validation {value.ValidationLoss:F4}";

    private sealed class Told(Action<FitProgress> tell) : IProgress<FitProgress>
    {
        public void Report(FitProgress value) => tell(value);
    }
}
