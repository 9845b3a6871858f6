using System.Diagnostics;
using Spectre.Console;

namespace CharRnn;

/// <summary>Where a run is.</summary>
/// <param name="Share">How much of it is done; 1 at its end and not before.</param>
/// <param name="Updates">How many updates there were.</param>
/// <param name="BitsPerCharacter">The loss, smoothed.</param>
/// <param name="CharactersPerSecond">How fast it reads.</param>
/// <param name="SecondsLeft">How long it will take.</param>
internal readonly record struct Status(double Share, long Updates, double BitsPerCharacter, double CharactersPerSecond, double SecondsLeft)
{
    public override string ToString() =>
        $"{BitsPerCharacter:F3} bits/char · {CharactersPerSecond:N0} chars/s · {TimeSpan.FromSeconds(Math.Ceiling(SecondsLeft)):m\\:ss} "
        + "left";
}

/// <summary>Shows training while it runs: a progress bar on a terminal, a line now and then elsewhere.</summary>
internal abstract class Display
{
    /// <summary>The one that suits where the output goes.</summary>
    public static Display ForConsole() => Console.IsOutputRedirected ? new Lines(Console.Out) : new Bar();

    /// <summary>One that shows nothing: another rank does.</summary>
    public static Display None { get; } = new Lines(TextWriter.Null);

    /// <summary>Runs the training, which reports where it is a few times a second.</summary>
    public abstract void Run(Action<Action<Status>> train);

    private sealed class Bar : Display
    {
        public override void Run(Action<Action<Status>> train) => AnsiConsole.Progress()
            .Columns(new ProgressBarColumn { Width = 24 }, new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context =>
            {
                ProgressTask task = context.AddTask("starting", maxValue: 1);
                train(status =>
                {
                    task.Value = status.Share;
                    task.Description = Markup.Escape(status.ToString());
                });
            });
    }

    /// <summary>A line every five seconds, and a last one.</summary>
    internal sealed class Lines(TextWriter output) : Display
    {
        private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

        public override void Run(Action<Action<Status>> train)
        {
            Stopwatch sinceLine = Stopwatch.StartNew();
            train(status =>
            {
                if (sinceLine.Elapsed < Every && status.Share < 1)
                    return;
                sinceLine.Restart();
                output.WriteLine($"{status.Share,5:P0} · {status.Updates:N0} updates · {status}");
            });
        }
    }
}
