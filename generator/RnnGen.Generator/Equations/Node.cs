namespace RnnGen.Generator.Equations;

/// <summary>What a node of the graph computes. Every node is a vector over a layer's units, or a constant.</summary>
internal enum Op
{
    // Leaves of the equations.
    Constant,
    State,
    PerUnit,

    /// <summary>A random vector of the layer, which has no gradient.</summary>
    Noise,

    /// <summary>Matrix products and biases added up: what the product kernels leave in a slot.</summary>
    Sum,

    // Element-wise.
    Add,
    Subtract,
    Multiply,
    Divide,
    Negate,
    Tanh,
    Sigmoid,
    Exp,
    Softplus,

    /// <summary>Of four arguments the third where the first is greater than the second, elsewhere the fourth.</summary>
    IfGreater,

    /// <summary>A vector minus its mean over the units, divided by its standard deviation: another stage, as a matrix product is.</summary>
    Normalize,

    /// <summary>A leaf that only takes up memory: what a normalisation divided by, for its derivative.</summary>
    Deviation,

    // Leaves of the derivative only.

    /// <summary>The value the forward pass left on the tape for one of its nodes.</summary>
    Saved,

    /// <summary>∂L/∂s for the new state s.</summary>
    StateGradient,

    /// <summary>∂L/∂q for a computed operand q of a matrix product: the transposed product of the stage before.</summary>
    OperandGradient,

    /// <summary>∂L/∂v for the argument v of a normalisation.</summary>
    NormalizeGradient,
}

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
    public string? Name { get; set; }

    public bool IsLeaf => Arguments.Length == 0;

    /// <summary>Costs enough that its value is kept rather than computed again.</summary>
    public bool IsExpensive => Op is Op.Sum or Op.Divide or Op.Tanh or Op.Sigmoid or Op.Exp or Op.Softplus or Op.Normalize;

    /// <summary>IfGreater(a, b, a, b): the larger of two.</summary>
    public bool IsMax => Op == Op.IfGreater && Arguments[0] == Arguments[2] && Arguments[1] == Arguments[3];

    public bool IsConstant(double constant) => Op == Op.Constant && Value == constant;
}
