namespace RnnGen.Generator.Scheduling.Layouts;

/// <summary>The steps that values have one vector for, and what generated code calls them.</summary>
/// <param name="Steps">The number of declared steps.</param>
/// <param name="Used">The expression that counts those that the batch at hand uses; null if it uses all.</param>
/// <param name="Vectors">The variable that counts the vectors of a tape, those of all steps and rows.</param>
/// <param name="Lengths">The steps of each row that count; null if all have all of them.</param>
internal sealed record Timeline(int Steps, string? Used, string Vectors, string? Lengths)
{
    /// <summary>The steps of a model.</summary>
    public static Timeline Of(int steps) => new(steps, null, "rows", "Lengths");

    /// <summary>The steps of a decoder, which a batch may use some of.</summary>
    public static Timeline Target(int steps) => new(steps, "tape.UsedSteps", "rows", "Lengths");

    /// <summary>Those of its encoder.</summary>
    public static Timeline Source(int steps) => new(steps, "tape.SourceSteps", "sourceRows", "SourceLengths");

    /// <summary>The positions of grids as steps: each grid is a row, and a sequence of its own.</summary>
    /// <param name="positions">Positions of a grid.</param>
    /// <param name="grids">The steps that have a grid each; null for one per sequence.</param>
    public static Timeline Along(int positions, Timeline? grids) =>
        new(positions, null, $"{(grids is null ? "once" : grids.Vectors)}Along{positions}", null) { IsInner = true, Grids = grids };

    /// <summary>True if these are the positions of grids.</summary>
    public bool IsInner { get; private init; }

    /// <summary>Of positions, the steps that have a grid each; null for one per sequence.</summary>
    public Timeline? Grids { get; private init; }

    /// <summary>The number of steps that a tape uses: the declared ones, or those of the batch at hand.</summary>
    public string Count => Used ?? $"{Steps}";

    /// <summary>The vectors of a step on a tape: its rows; of positions, the grids of all steps and rows.</summary>
    public string Rows => Grids?.Vectors ?? "tape.Rows";

    /// <summary>The steps that one step of a sequence has: its positions, or itself.</summary>
    public int PerStep => IsInner ? Steps : 1;

    /// <summary>The declared steps that have these steps each: 1 but for positions.</summary>
    public int Outer => Grids?.Steps ?? 1;

    /// <summary>True if a batch may use fewer than are declared.</summary>
    public bool Varies => Used is not null;
}
