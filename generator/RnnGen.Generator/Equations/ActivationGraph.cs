namespace RnnGen.Generator.Equations;

/// <summary>A function of a dense layer as a graph, with its derivative: the same ones as a cell's.</summary>
internal sealed class ActivationGraph
{
    private static readonly Identifier[] States = ["x"];

    public ActivationGraph(ActivationFunction activation)
        : this(activation.Of(new Reference(States[0])))
    {
    }

    /// <param name="result">f(x), where a reference to x is the argument.</param>
    public ActivationGraph(Expression result)
    {
        var equation =
            new CellDeclaration(
                "Activation", default, default, "", States.ToEquatableArray(), default, new[] { result }.ToEquatableArray());
        var cell = CellGraph.Build(equation, bias: true);
        Result = cell.Results[0];
        var derivative = Derivative.Of(cell);
        var gradient = derivative.StateGradients[0].Aggregate(derivative.Graph.Constant(0), derivative.Graph.Add);
        NeedsInputs = Nodes(gradient).Any(n => n.Op == Op.State || (n.Op == Op.Saved && n.Index != Result.Id));
        Gradient = NeedsInputs ? derivative.Recompute(gradient) : gradient;
        Operators = [.. Nodes(Gradient).Concat(Nodes(Result)).Select(n => n.Operator).OfType<Operator>().Distinct()];
    }

    /// <summary>f(x): <see cref="Op.State"/> is x.</summary>
    public Node Result { get; }

    /// <summary>
    /// ∂L/∂x: <see cref="Op.StateGradient"/> is ∂L/∂y, and <see cref="Op.Saved"/> is y, unless it <see cref="NeedsInputs"/>.
    /// </summary>
    public Node Gradient { get; }

    /// <summary>True if the gradient is computed from x rather than from y, so that a tape must keep x.</summary>
    public bool NeedsInputs { get; }

    /// <summary>The operators of both.</summary>
    public IReadOnlyList<Operator> Operators { get; }

    private static HashSet<Node> Nodes(Node root)
    {
        var nodes = new HashSet<Node>();
        Visit(root);
        return nodes;

        void Visit(Node node)
        {
            if (!nodes.Add(node))
                return;
            foreach (var argument in node.Arguments)
                Visit(argument);
        }
    }
}
