using RnnGen.Generator.Equations;

namespace RnnGen.Generator.Scheduling.Cells;

/// <summary>
/// A matrix in panels: one operand and the neighbouring columns it feeds, at most four, which is what a register tile holds.
/// </summary>
/// <param name="Index">Position among the cell's groups.</param>
/// <param name="Operand">The vector that is multiplied: a state or a computed vector; null for the layer's input.</param>
/// <param name="FirstColumn">The first slot it feeds.</param>
/// <param name="Matrices">The parameter that each column belongs to.</param>
internal sealed record PanelGroup(int Index, Node? Operand, int FirstColumn, EquatableArray<int> Matrices)
{
    public int Columns => Matrices.Count;
}
