using Spectre.Console;

namespace Forecast;

/// <summary>Shows how far something is: a progress bar on a terminal, a line at every fifth elsewhere.</summary>
internal static class Display
{
    /// <summary>Runs something.</summary>
    /// <param name="name">What it is.</param>
    /// <param name="run">Reports its share, 0 to 1, and a few words.</param>
    public static void Run(string name, Action<Action<double, string>> run)
    {
        if (Console.IsOutputRedirected)
        {
            int fifths = 0;
            run((share, text) =>
            {
                if ((int)(share * 5) <= fifths || text.Length == 0)
                    return;
                fifths = (int)(share * 5);
                Console.WriteLine($"{name}: {share:P0}, {text}");
            });
            return;
        }

        AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
            .Start(context =>
            {
                ProgressTask task = context.AddTask(name, maxValue: 1);
                run((share, text) =>
                {
                    task.Value = share;
                    task.Description = Markup.Escape(text.Length > 0 ? $"{name}: {text}" : name);
                });
            });
    }
}
