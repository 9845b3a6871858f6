using RnnGen.Generator.Scheduling.Layouts;

namespace RnnGen.Generator.Scheduling.Graphs;

/// <summary>A value that the next step reads, of an element that has no state of its own.</summary>
/// <param name="Name">The element.</param>
/// <param name="Steps">How many steps before the next one this was its output; 0 for all that a convolution looks back on.</param>
/// <param name="Value">Its outputs, which begin with those of the steps before the first.</param>
/// <param name="FirstState">Their offset in a state.</param>
internal sealed record CarriedValue(string Name, int Steps, Value Value, int FirstState)
{
    /// <summary>True if a state has several steps of it, the oldest first.</summary>
    public bool IsPast => Steps == 0;

    /// <summary>The numbers that a state has of the value.</summary>
    public int Size => IsPast ? Value.Initial * Value.Stride : Value.Width;
}
