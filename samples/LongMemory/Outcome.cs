using System.Globalization;

namespace LongMemory;

/// <summary>How a run ended.</summary>
internal enum Ending
{
    /// <summary>The error on test sequences reached the task's goal.</summary>
    Solved,

    /// <summary>It did not within the updates or seconds that there were.</summary>
    NotSolved,

    /// <summary>A loss or gradient was not finite.</summary>
    Exploded,
}

/// <summary>What came of training a cell on a task.</summary>
/// <param name="Ending">How it ended.</param>
/// <param name="Updates">Updates until then.</param>
/// <param name="Sequences">Sequences that were learned from until then.</param>
/// <param name="Error">The error on test sequences at the last look.</param>
/// <param name="Seconds">How long it took.</param>
internal sealed record Outcome(Ending Ending, int Updates, long Sequences, double Error, double Seconds)
{
    /// <summary>The table's entry: the updates that it took, or the error at the end.</summary>
    public string Entry => Ending switch
    {
        Ending.Solved => string.Create(CultureInfo.InvariantCulture, $"{Updates:N0}"),
        Ending.Exploded => "exploded",
        _ => string.Create(CultureInfo.InvariantCulture, $"no ({Error:G2})"),
    };
}
