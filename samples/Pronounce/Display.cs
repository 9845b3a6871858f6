using System.Diagnostics;
using Spectre.Console;

namespace Pronounce;

/// <summary>Shows training while it runs: a progress bar on a terminal, a line now and then elsewhere.</summary>
internal abstract class Display
{
    /// <summary>The one that suits where the output goes.</summary>
    public static Display ForConsole() => Console.IsOutputRedirected ? new Lines(Console.Out) : new Bar();

    /// <summary>Runs the training.</summary>
    /// <param name="train">Reports where it is a few times a second, and writes lines that are to stay.</param>
    public abstract void Run(Action<Action<Status>, Action<string>> train);

    private sealed class Bar : Display
    {
        public override void Run(Action<Action<Status>, Action<string>> train) => AnsiConsole.Progress()
            .Columns(new ProgressBarColumn { Width = 24 }, new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context =>
            {
                ProgressTask task = context.AddTask("starting", maxValue: 1);
                train(
                    status =>
                    {
                        task.Value = status.Share;
                        task.Description = Markup.Escape(status.Text);
                    },
                    AnsiConsole.WriteLine);
            });
    }

    /// <summary>A line every 30 seconds, and a last one.</summary>
    internal sealed class Lines(TextWriter output) : Display
    {
        private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

        public override void Run(Action<Action<Status>, Action<string>> train)
        {
            Stopwatch sinceLine = Stopwatch.StartNew();
            train(
                status =>
                {
                    if (sinceLine.Elapsed < Every && status.Share < 1)
                        return;
                    sinceLine.Restart();
                    output.WriteLine($"{status.Share,5:P0} · {status.Text}");
                },
                output.WriteLine);
        }
    }
}
