using System.Text;

namespace LongMemory;

/// <summary>The table of cell × task, in Markdown.</summary>
internal sealed class Table(IReadOnlyList<TaskRow> tasks, IReadOnlyList<Cell> cells)
{
    private readonly Dictionary<(TaskRow, Cell), Outcome> outcomes = [];

    /// <summary>What came of a cell on a task.</summary>
    public Outcome this[TaskRow task, Cell cell]
    {
        get => outcomes[(task, cell)];
        set => outcomes[(task, cell)] = value;
    }

    /// <summary>All that is known, with columns as wide as they need to be.</summary>
    public override string ToString()
    {
        string[][] lines =
        [
            ["updates to solve", .. cells.Select(cell => cell.Title), "published"],
            .. tasks.Select(task => (string[])[
                task.Title, .. cells.Select(cell => outcomes.TryGetValue((task, cell), out Outcome? outcome) ? outcome.Entry : ""),
                task.Published
            ]),
        ];
        int[] widths = [.. Enumerable.Range(0, lines[0].Length).Select(column => lines.Max(line => line[column].Length))];
        StringBuilder text = new();
        Append(lines[0]);
        Append([.. widths.Select(width => new string('-', width))]);
        foreach (string[] line in lines[1..])
            Append(line);
        return text.ToString();

        void Append(string[] line) =>
            text.Append("| ").AppendJoin(" | ", line.Zip(widths, (entry, width) => entry.PadRight(width))).Append(" |\n");
    }
}
