namespace RnnGen.Generator.Scheduling.Layouts;

/// <summary>A vector parameter of a layer: one bias per sum, or a vector of the equations.</summary>
internal sealed record BiasRun(int FirstColumn, EquatableArray<int> Parameters);
