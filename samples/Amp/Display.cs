using Spectre.Console;

namespace Amp;

/// <summary>Shows how far something is: a progress bar on a terminal, a line at every tenth elsewhere.</summary>
internal static class Display
{
    /// <summary>Runs something.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="run">Reports its share, 0 to 1, and a few words.</param>
    public static T Run<T>(string name, Func<Action<double, string>, T> run)
    {
        if (Console.IsOutputRedirected)
        {
            int tenths = 0;
            return run((share, text) =>
            {
                if ((int)(share * 10) > tenths)
                    Console.WriteLine($"{name}: {share:P0} · {text}");
                tenths = (int)(share * 10);
            });
        }

        return AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
            .Start(context =>
            {
                ProgressTask task = context.AddTask(name, maxValue: 1);
                return run((share, text) => (task.Value, task.Description) = (share, Markup.Escape($"{name}: {text}")));
            });
    }
}
