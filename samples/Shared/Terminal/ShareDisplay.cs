using Spectre.Console;

namespace Samples;

/// <summary>Shows how far something is: a progress bar on a terminal, some lines elsewhere.</summary>
internal static class ShareDisplay
{
    /// <summary>Runs something.</summary>
    /// <param name="name">What it is.</param>
    /// <param name="lines">The lines where there is no terminal.</param>
    /// <param name="run">Reports its share, 0 to 1, and a few words.</param>
    public static void Run(string name, int lines, Action<Action<double, string>> run)
    {
        if (Console.IsOutputRedirected)
        {
            int written = 0;
            run((share, text) =>
            {
                if ((int)(share * lines) <= written || text.Length == 0)
                    return;
                written = (int)(share * lines);
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
