using RnnGen.Generator.Scheduling.Layouts;

namespace RnnGen.Generator.Scheduling.Graphs;

/// <summary>
/// The part of an operation's way back that writes a gradient; in a loop, each part is all operations' before the next is any's.
/// </summary>
internal enum BackwardPhase
{
    /// <summary>Before the first step back.</summary>
    Start,

    /// <summary>At every step.</summary>
    Steps,

    /// <summary>Behind the last.</summary>
    End,
}

/// <summary>A gradient that an operation writes on its way back.</summary>
/// <param name="Value">Whose gradient.</param>
/// <param name="Phase">When.</param>
internal readonly record struct GradientWrite(Value Value, BackwardPhase Phase);
