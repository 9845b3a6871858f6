namespace RnnGen.Generator.Equations;

/// <summary>Builds interned nodes and simplifies on the way: constants fold, and what is multiplied by 0 or 1 disappears.</summary>
internal sealed class Graph
{
    // Constants are told apart by their bits: 0 is not −0.
    private readonly Dictionary<
        (Op Op, Operator? Operator, int First, int Second, int Third, int Fourth, Real Value, int Index), Node> interned = [];
    private readonly List<Node> nodes = [];

    public IReadOnlyList<Node> Nodes => nodes;

    public Node Constant(double value) => Intern(Op.Constant, null, [], value);

    public Node Leaf(Op op, int index) => Intern(op, null, [], index: index);

    public Node Normalize(Node vector) => Intern(Op.Normalize, null, [vector]);

    /// <summary>The operator's node, or a simpler one of the same value.</summary>
    public Node Apply(Operator op, params Node[] arguments) =>
        op.Simplify?.Invoke(this, arguments) ?? Fold(op, arguments) ?? Intern(Op.Elementwise, op, arguments);

    public Node Add(Node left, Node right) => Apply(Operators.Add, left, right);

    public Node Subtract(Node left, Node right) => Apply(Operators.Subtract, left, right);

    public Node Multiply(Node left, Node right) => Apply(Operators.Multiply, left, right);

    public Node Divide(Node left, Node right) => Apply(Operators.Divide, left, right);

    public Node Negate(Node operand) => Apply(Operators.Negate, operand);

    /// <summary>Applies a node's operation to other arguments.</summary>
    /// <exception cref="InvalidOperationException">The node is of a kind that this does not know.</exception>
    public Node Rebuild(Node node, Func<Node, Node> map) => node.Op switch
    {
        Op.Constant => Constant(node.Value),
        Op.Elementwise => Apply(node.Operator!, [.. node.Arguments.Select(map)]),
        Op.Normalize => Normalize(map(node.Arguments[0])),
        _ when node.IsLeaf => Leaf(node.Op, node.Index),
        _ => throw new InvalidOperationException($"Unexpected {node.Op} of {node.Arguments.Length} arguments."),
    };

    private Node? Fold(Operator op, Node[] arguments)
    {
        if (op.Value is null || arguments.Any(a => a.Op != Op.Constant))
            return null;
        double value = op.Value([.. arguments.Select(a => a.Value)]);
        // What overflows or has no value is left to run time, where it shows as what it is.
        return double.IsNaN(value) || double.IsInfinity(value) ? null : Constant(value);
    }

    private Node Intern(Op op, Operator? @operator, Node[] arguments, double value = 0, int index = 0)
    {
        var key = (op, @operator, Id(0), Id(1), Id(2), Id(3), new Real(value), index);
        if (!interned.TryGetValue(key, out var node))
        {
            node = new Node(nodes.Count, op, @operator, arguments, value, index);
            interned.Add(key, node);
            nodes.Add(node);
        }

        return node;

        int Id(int argument) => argument < arguments.Length ? arguments[argument].Id : -1;
    }
}
