namespace RnnGen.Generator.Scheduling.Cells;

/// <summary>One pass over a layer's units: matrix products, then element-wise operations, then stores.</summary>
internal sealed class Stage
{
    /// <summary>Products whose results this stage waits for: accumulated into slots forward, into operand gradients backward.</summary>
    public List<PanelGroup> Products { get; } = [];

    /// <summary>
    /// Vectors, by their place among the operands, that are normalised in place before anything else; backward their gradients are.
    /// </summary>
    public List<int> Normalized { get; } = [];

    public List<Store> Stores { get; } = [];
}
