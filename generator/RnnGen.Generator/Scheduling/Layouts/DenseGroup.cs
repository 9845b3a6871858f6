namespace RnnGen.Generator.Scheduling.Layouts;

/// <summary>A run of a dense layer's outputs: panels of the same number of columns.</summary>
/// <param name="Name">The name of its shape in generated code.</param>
/// <param name="FirstBlock">The first block of 16 outputs.</param>
/// <param name="Panels">The number of panels.</param>
/// <param name="Columns">Blocks per panel.</param>
/// <param name="Offset">The offset of the panels among the parameters.</param>
/// <param name="Transposed">The offset of their transposed copy.</param>
internal sealed record DenseGroup(string Name, int FirstBlock, int Panels, int Columns, int Offset, int Transposed);
