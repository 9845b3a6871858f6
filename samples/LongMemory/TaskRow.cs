namespace LongMemory;

/// <summary>A row of the table.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="Title">As in the table.</param>
/// <param name="Updates">When a cell that has not solved it is given up.</param>
/// <param name="Published">What others needed, as the last column has it.</param>
internal sealed record TaskRow(string Name, string Title, int Updates, string Published)
{
    /// <summary>All tasks, in the order of the table.</summary>
    public static IReadOnlyList<TaskRow> All { get; } =
    [
        new("adding100", "adding, T = 100", 20_000, "IRNN ~14,000 updates of 16 (Le 2015)"),
        new("adding400", "adding, T = 400", 10_000, "RNN tanh fails, IRNN and LSTM solve it (Le 2015)"),
        new("copy", "copy memory, 5 of 8 after 20", 20_000, ""),
        new("order", "temporal order, 6a", 20_000, ""),
        new("reber", "embedded Reber grammar", 20_000, "LSTM ~8,440 sequences (Hochreiter 1997)"),
        new("parity", "parity, 50 bits", 20_000, ""),
    ];
}
