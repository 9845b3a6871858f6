using RnnGen.Generator.Scheduling.Layouts;

namespace RnnGen.Generator.Scheduling.Graphs;

/// <summary>A value that the next step reads, of an element that has no state of its own.</summary>
/// <param name="Name">The element.</param>
/// <param name="Value">Its outputs, which begin with those of the step before the first.</param>
/// <param name="FirstState">Their offset in a state.</param>
internal sealed record CarriedValue(string Name, Value Value, int FirstState);
