using RnnGen.Generator.Equations;

namespace RnnGen.Generator.Scheduling.Cells;

/// <summary>
/// A cell cut into stages at its matrix products, with a place for every value that outlives a stage. It does not depend on
/// sizes: every layer of this cell shares it.
/// </summary>
internal sealed class CellPlan
{
    public required CellGraph Cell { get; init; }

    public required Derivative Derivative { get; init; }

    /// <summary>The slot of each sum.</summary>
    public required int[] Columns { get; init; }

    public required IReadOnlyList<PanelGroup> Groups { get; init; }

    public required IReadOnlyList<Stage> Forward { get; init; }

    public required IReadOnlyList<Stage> Backward { get; init; }

    /// <summary>The stage of each forward node: how many products it has to wait for.</summary>
    public required IReadOnlyDictionary<Node, int> Stages { get; init; }

    /// <summary>Slots of forward nodes that outlive their stage.</summary>
    public required IReadOnlyDictionary<Node, int> Slots { get; init; }

    /// <summary>Slots per block of units: one per sum, then those of values that found no free one.</summary>
    public required int SlotCount { get; init; }

    public int SumCount => Columns.Length;

    public IEnumerable<PanelGroup> InputGroups => Groups.Where(g => g.Operand is null);

    /// <summary>Groups whose operand is a previous state: their transposed products end in that state's gradient.</summary>
    public IEnumerable<PanelGroup> StateGroups => Groups.Where(g => g.Operand is { Op: Op.State });

    /// <summary>Where a forward node's value is found once its stage is over.</summary>
    public (Place Place, int Index) Find(Node node)
    {
        int state = Array.IndexOf(Cell.Results, node);
        if (state >= 0 && node.Op != Op.Normalize)
            return (Place.NewState, state);
        int operand = Derivative.Operands.IndexOf(node);
        return operand >= 0 ? (Place.Operand, operand) : (Place.Slot, Slots[node]);
    }
}
