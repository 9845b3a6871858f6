using System.CommandLine;

namespace LongMemory;

/// <summary>What the user asked for.</summary>
/// <param name="Tasks">The rows of the table.</param>
/// <param name="Cells">Its columns.</param>
/// <param name="Quick">Whether to give up after a tenth of the updates.</param>
/// <param name="Seconds">The most seconds for an entry.</param>
/// <param name="Flow">Instead of the table: where to draw the picture of the gradients.</param>
internal sealed record Options(IReadOnlyList<TaskRow> Tasks, IReadOnlyList<Cell> Cells, bool Quick, double Seconds, string? Flow)
{
    /// <summary>The program's command line.</summary>
    /// <param name="run">What to do with the options; returns the exit code.</param>
    public static RootCommand Command(Func<Options, int> run)
    {
        Option<string[]> task = new("--task") { Description = "Only these tasks.", AllowMultipleArgumentsPerToken = true };
        Option<string[]> cell = new("--cell") { Description = "Only these cells.", AllowMultipleArgumentsPerToken = true };
        Option<bool> quick = new("--quick") { Description = "Give up after a tenth of the updates: to see that it runs." };
        Option<double> seconds = new("--seconds")
        {
            Description =
                "The most seconds for a cell on a task. Without it, updates alone decide, and a run is the same to the bit everywhere.",
            DefaultValueFactory = _ => 1e9
        };
        Option<string> flow = new("--flow") { Description = "Draw how gradients flow through 400 steps into this SVG file, instead." };
        task.AcceptOnlyFromAmong([.. TaskRow.All.Select(row => row.Name)]);
        cell.AcceptOnlyFromAmong([.. LongMemory.Cell.All.Select(column => column.Name)]);
        RootCommand command = new("Which recurrent network remembers for how long?") { task, cell, quick, seconds, flow };
        command.SetAction(result => run(new(
            [.. TaskRow.All.Where(row => IsChosen(result.GetValue(task), row.Name))],
            [.. LongMemory.Cell.All.Where(column => IsChosen(result.GetValue(cell), column.Name))],
            result.GetValue(quick),
            result.GetValue(seconds),
            result.GetValue(flow))));
        return command;
    }

    private static bool IsChosen(string[]? chosen, string name) => chosen is null or [] || chosen.Contains(name);
}
