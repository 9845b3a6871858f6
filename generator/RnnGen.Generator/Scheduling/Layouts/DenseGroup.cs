namespace RnnGen.Generator.Scheduling.Layouts;

/// <summary>A run of a dense layer's outputs: panels of the same number of columns.</summary>
/// <param name="Name">What its shape is called in generated code.</param>
/// <param name="FirstBlock">The first block of 16 outputs.</param>
/// <param name="Panels">How many panels.</param>
/// <param name="Columns">Blocks per panel.</param>
/// <param name="Offset">Where the panels begin among the parameters.</param>
/// <param name="Transposed">Where their transposed copy begins.</param>
internal sealed record DenseGroup(string Name, int FirstBlock, int Panels, int Columns, int Offset, int Transposed);
