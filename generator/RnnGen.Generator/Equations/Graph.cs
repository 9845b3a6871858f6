namespace RnnGen.Generator.Equations;

/// <summary>Builds interned nodes and simplifies on the way: constants fold, and what is multiplied by 0 or 1 disappears.</summary>
internal sealed class Graph
{
    private readonly Dictionary<(Op Op, int First, int Second, int Third, int Fourth, double Value, int Index), Node> interned = [];
    private readonly List<Node> nodes = [];

    public IReadOnlyList<Node> Nodes => nodes;

    public Node Constant(double value) => Intern(Op.Constant, [], value);

    public Node Leaf(Op op, int index) => Intern(op, [], index: index);

    public Node Add(Node left, Node right)
    {
        if (left.IsConstant(0))
            return right;
        if (right.IsConstant(0))
            return left;
        if (left.Op == Op.Negate)
            return Subtract(right, left.Arguments[0]);
        if (right.Op == Op.Negate)
            return Subtract(left, right.Arguments[0]);
        return Fold(left, right, (a, b) => a + b) ?? Intern(Op.Add, [left, right]);
    }

    public Node Subtract(Node left, Node right)
    {
        if (right.IsConstant(0))
            return left;
        if (left.IsConstant(0))
            return Negate(right);
        return Fold(left, right, (a, b) => a - b) ?? Intern(Op.Subtract, [left, right]);
    }

    public Node Multiply(Node left, Node right)
    {
        if (left.IsConstant(0) || right.IsConstant(0))
            return Constant(0);
        if (left.IsConstant(1))
            return right;
        if (right.IsConstant(1))
            return left;
        if (left.IsConstant(-1))
            return Negate(right);
        if (right.IsConstant(-1))
            return Negate(left);
        return Fold(left, right, (a, b) => a * b) ?? Intern(Op.Multiply, [left, right]);
    }

    public Node Divide(Node left, Node right)
    {
        if (right.IsConstant(1))
            return left;
        return Fold(left, right, (a, b) => a / b) ?? Intern(Op.Divide, [left, right]);
    }

    public Node Negate(Node operand) => operand.Op switch
    {
        Op.Constant => Constant(-operand.Value),
        Op.Negate => operand.Arguments[0],
        _ => Intern(Op.Negate, [operand]),
    };

    public Node Function(Op function, Node operand) => Intern(function, [operand]);

    /// <summary><paramref name="then"/> where left &gt; right, elsewhere <paramref name="otherwise"/>.</summary>
    public Node IfGreater(Node left, Node right, Node then, Node otherwise)
    {
        if (left.Op == Op.Constant && right.Op == Op.Constant)
            return left.Value > right.Value ? then : otherwise;
        return then == otherwise ? then : Intern(Op.IfGreater, [left, right, then, otherwise]);
    }

    /// <summary>The larger of two; where either is NaN, <paramref name="right"/>.</summary>
    public Node Max(Node left, Node right) => IfGreater(left, right, left, right);

    /// <summary>The same operation on other arguments.</summary>
    public Node Rebuild(Node node, Func<Node, Node> map) => node.Op switch
    {
        Op.Constant => Constant(node.Value),
        Op.Add => Add(map(node.Arguments[0]), map(node.Arguments[1])),
        Op.Subtract => Subtract(map(node.Arguments[0]), map(node.Arguments[1])),
        Op.Multiply => Multiply(map(node.Arguments[0]), map(node.Arguments[1])),
        Op.Divide => Divide(map(node.Arguments[0]), map(node.Arguments[1])),
        Op.Negate => Negate(map(node.Arguments[0])),
        Op.IfGreater => IfGreater(map(node.Arguments[0]), map(node.Arguments[1]), map(node.Arguments[2]), map(node.Arguments[3])),
        Op.Tanh or Op.Sigmoid or Op.Exp or Op.Softplus or Op.Normalize => Function(node.Op, map(node.Arguments[0])),
        _ => Leaf(node.Op, node.Index),
    };

    private Node? Fold(Node left, Node right, Func<double, double, double> operation)
    {
        if (left.Op != Op.Constant || right.Op != Op.Constant)
            return null;
        double value = operation(left.Value, right.Value);
        // What overflows or has no value is left to run time, where it shows as what it is.
        return double.IsNaN(value) || double.IsInfinity(value) ? null : Constant(value);
    }

    private Node Intern(Op op, Node[] arguments, double value = 0, int index = 0)
    {
        var key = (op, Id(0), Id(1), Id(2), Id(3), value, index);
        if (!interned.TryGetValue(key, out var node))
        {
            node = new Node(nodes.Count, op, arguments, value, index);
            interned.Add(key, node);
            nodes.Add(node);
        }

        return node;

        int Id(int argument) => argument < arguments.Length ? arguments[argument].Id : -1;
    }
}
