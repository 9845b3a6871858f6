namespace RnnGen.Generator.Equations;

/// <summary>A constant of a cell: a field's, or a layer's other value for it.</summary>
internal sealed record CellConstant(Identifier Name, Real Value);
