namespace RnnGen.Generator.Equations;

/// <summary>
/// A node of a cell's graph. Nodes are interned: the same operation on the same arguments is the same node.
/// </summary>
internal sealed class Node(int id, Op op, Operator? @operator, Node[] arguments, double value, int index)
{
    /// <summary>Position in the graph; arguments come before what uses them.</summary>
    public int Id { get; } = id;

    public Op Op { get; } = op;

    /// <summary>The operator of an <see cref="Op.Elementwise"/>.</summary>
    public Operator? Operator { get; } = @operator;

    public Node[] Arguments { get; } = arguments;

    /// <summary>The value of a <see cref="Op.Constant"/>.</summary>
    public double Value { get; } = value;

    /// <summary>The index of the state, parameter, sum, saved node or operand, for leaves.</summary>
    public int Index { get; } = index;

    /// <summary>The name the cell's author gave it, if any.</summary>
    public Identifier? Name { get; set; }

    public bool IsLeaf => Arguments.Length == 0;

    public Cost Cost => Op is Op.Sum or Op.Normalize ? Cost.High : Operator?.Cost ?? Cost.Low;

    /// <summary>Costs enough that its value is kept rather than computed again.</summary>
    public bool IsExpensive => Cost != Cost.Low;

    /// <summary>True if it is a constant equal to another: 0 is equal to −0.</summary>
    public bool IsConstant(double constant) => Op == Op.Constant && Value == constant;
}
