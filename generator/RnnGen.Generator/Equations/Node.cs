namespace RnnGen.Generator.Equations;

/// <summary>
/// A node of a cell's graph. Nodes are interned: the same operation on the same arguments is the same node.
/// </summary>
internal sealed class Node(int id, Op op, Node[] arguments, double value, int index)
{
    /// <summary>Position in the graph; arguments come before what uses them.</summary>
    public int Id { get; } = id;

    public Op Op { get; } = op;

    public Node[] Arguments { get; } = arguments;

    /// <summary>The value of a <see cref="Op.Constant"/>.</summary>
    public double Value { get; } = value;

    /// <summary>Which state, parameter, sum, saved node or operand, for leaves.</summary>
    public int Index { get; } = index;

    /// <summary>The name the cell's author gave it, if any.</summary>
    public Identifier? Name { get; set; }

    public bool IsLeaf => Arguments.Length == 0;

    /// <summary>Costs enough that its value is kept rather than computed again.</summary>
    public bool IsExpensive => Op is Op.Sum or Op.Divide or Op.Tanh or Op.Sigmoid or Op.Exp or Op.Softplus or Op.Normalize;

    /// <summary>IfGreater(a, b, a, b): the larger of two.</summary>
    public bool IsMax => Op == Op.IfGreater && Arguments[0] == Arguments[2] && Arguments[1] == Arguments[3];

    public bool IsConstant(double constant) => Op == Op.Constant && Value == constant;
}
