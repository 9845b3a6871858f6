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

    /// <summary>Previous states that nothing depends on: their gradients are 0.</summary>
    public IEnumerable<int> StatesWithoutGradient =>
        Enumerable.Range(1, Cell.Results.Length - 1).Where(s => !HasStateGradient(s) && StateGroups.All(g => g.Operand!.Index != s));

    /// <summary>
    /// True if going back, the gradient of what a group multiplies is there already: from an earlier group, or in a state's from the
    /// equations. The first state's gradient is that of the layer's output too, so there is always something to add to.
    /// </summary>
    public bool AddsToOperand(PanelGroup group) =>
        Groups.TakeWhile(g => g != group).Any(g => g.Operand == group.Operand)
            || (group.Operand is { Op: Op.State, Index: var state } && (state == 0 || HasStateGradient(state)));

    private bool HasStateGradient(int state) =>
        Backward.Any(stage => stage.Stores.Any(s => s.Place == Place.StateGradient && s.Index == state));

    /// <summary>
    /// True if a group is the first on its columns: of several, only this one's product starts from the bias, and the others add to it.
    /// </summary>
    public bool StartsSums(PanelGroup group) =>
        InputGroups.TakeWhile(g => g != group)
            .All(g => g.FirstColumn + g.Columns <= group.FirstColumn || group.FirstColumn + group.Columns <= g.FirstColumn);

    public IEnumerable<PanelGroup> InputGroups => Groups.Where(g => g.Operand is null);

    /// <summary>Groups whose operand is a previous state: their transposed products end in that state's gradient.</summary>
    public IEnumerable<PanelGroup> StateGroups => Groups.Where(g => g.Operand is { Op: Op.State });

    /// <summary>The place of a forward node's value once its stage is over.</summary>
    public (Place Place, int Index) Find(Node node)
    {
        int state = Array.IndexOf(Cell.Results, node);
        if (state >= 0 && node.Op != Op.Normalize)
            return (Place.NewState, state);
        int operand = Derivative.Operands.IndexOf(node);
        return operand >= 0 ? (Place.Operand, operand) : (Place.Slot, Slots[node]);
    }
}
