using RnnGen.Generator.Equations;

namespace RnnGen.Generator.Scheduling.Cells;

/// <summary>Where a value lives between two kernels.</summary>
internal enum Place
{
    /// <summary>A slot of the row of pre-activations: [block][slot][16].</summary>
    Slot,

    /// <summary>A new state: [hidden].</summary>
    NewState,

    /// <summary>A computed operand of a matrix product: [hidden].</summary>
    Operand,

    /// <summary>The gradient of a normalised vector, which becomes that of its argument: [hidden].</summary>
    OperandGradient,

    /// <summary>The gradient of a previous state: [hidden].</summary>
    StateGradient,

    /// <summary>The gradient of a vector parameter, summed over rows.</summary>
    ParameterGradient,
}

/// <summary>A value that a stage writes.</summary>
/// <param name="Value">What is written.</param>
/// <param name="Place">The kind of memory.</param>
/// <param name="Index">Which slot, state, operand or parameter.</param>
/// <param name="Accumulate">Whether it is added to what is there.</param>
internal sealed record Store(Node Value, Place Place, int Index, bool Accumulate = false);

/// <summary>
/// A matrix in panels: one operand and the neighbouring columns it feeds, at most four, which is what a register tile holds.
/// </summary>
/// <param name="Index">Position among the cell's groups.</param>
/// <param name="Operand">What is multiplied: a state or a computed vector; null for the layer's input.</param>
/// <param name="FirstColumn">The first slot it feeds.</param>
/// <param name="Matrices">The parameter that each column belongs to.</param>
internal sealed record PanelGroup(int Index, Node? Operand, int FirstColumn, EquatableArray<int> Matrices)
{
    public int Columns => Matrices.Count;
}

/// <summary>One pass over a layer's units: matrix products, then element-wise operations, then stores.</summary>
internal sealed class Stage
{
    /// <summary>Products whose results this stage waits for: accumulated into slots forward, into operand gradients backward.</summary>
    public List<PanelGroup> Products { get; } = [];

    /// <summary>Vectors, by their place among the operands, that are normalised in place before anything else; backward their gradients are.</summary>
    public List<int> Normalized { get; } = [];

    public List<Store> Stores { get; } = [];
}

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
