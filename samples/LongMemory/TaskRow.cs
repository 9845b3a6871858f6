namespace LongMemory;

/// <summary>A row of the table.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="Title">As in the table.</param>
/// <param name="Updates">When a cell that has not solved it is given up.</param>
/// <param name="Published">What is published, as the last column has it; empty where there is nothing to compare with.</param>
internal sealed record TaskRow(string Name, string Title, int Updates, string Published)
{
    /// <summary>All tasks, in the order of the table.</summary>
    public static IReadOnlyList<TaskRow> All { get; } =
    [
        new("adding100", "adding, T = 100", 15_000, "IRNN-100: MSE 1e-5 within ~14,000 iterations"),
        new("adding400", "adding, T = 400", 15_000, ""),
        new("copy", "copy memory, 5 of 8 after 20", 20_000, ""),
        new("order", "temporal order, 6a", 20_000, ""),
        new("reber", "embedded Reber grammar", 20_000, "LSTM, 276 weights: ~8,440 sequences (264 updates)"),
        new("parity", "parity, 50 bits", 20_000, ""),
    ];
}
