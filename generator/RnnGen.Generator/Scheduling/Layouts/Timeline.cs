namespace RnnGen.Generator.Scheduling.Layouts;

/// <summary>The steps that values have one vector for, and what generated code calls them.</summary>
/// <param name="Steps">The number of declared steps.</param>
/// <param name="Used">The expression that counts those that the batch at hand uses; null if it uses all.</param>
/// <param name="Rows">The variable that counts the vectors of a tape, those of all steps and rows.</param>
/// <param name="Lengths">The steps of each row that count.</param>
internal sealed record Timeline(int Steps, string? Used, string Rows, string Lengths)
{
    /// <summary>The steps of a model.</summary>
    public static Timeline Of(int steps) => new(steps, null, "rows", "Lengths");

    /// <summary>The steps of a decoder, which a batch may use some of.</summary>
    public static Timeline Target(int steps) => new(steps, "tape.UsedSteps", "rows", "Lengths");

    /// <summary>Those of its encoder.</summary>
    public static Timeline Source(int steps) => new(steps, "tape.SourceSteps", "sourceRows", "SourceLengths");

    /// <summary>The number of steps that a tape uses: the declared ones, or those of the batch at hand.</summary>
    public string Count => Used ?? $"{Steps}";

    /// <summary>True if a batch may use fewer than are declared.</summary>
    public bool Varies => Used is not null;
}
