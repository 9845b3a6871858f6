namespace RnnGen.Generator.Scheduling.Layouts;

/// <summary>The number of vectors that a buffer holds.</summary>
internal enum Extent
{
    /// <summary>None.</summary>
    None,

    /// <summary>One per row.</summary>
    Once,

    /// <summary>Two per row, which take turns.</summary>
    TwoInTurn,

    /// <summary>One per step and row.</summary>
    Steps,

    /// <summary>One per step and row, and initial or final ones.</summary>
    StepsAndInitial,
}
