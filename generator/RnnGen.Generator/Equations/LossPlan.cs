namespace RnnGen.Generator.Equations;

/// <summary>A loss as it is computed: from the outputs that belong to one target, and the target, the loss and its gradients.</summary>
internal sealed class LossPlan
{
    /// <summary>The most outputs that can share a target.</summary>
    public const int MostOutputs = 16;

    private readonly Derivative derivative;

    private LossPlan(CellDeclaration loss)
    {
        Loss = loss;
        var cell = CellGraph.Build(loss, bias: true);
        derivative = Derivative.Of(cell);
        Result = derivative.Recompute(cell.Results[0]);
        Gradients = [.. derivative.StateGradients.Take(Outputs)
            .Select(g => derivative.Recompute(g.Aggregate(derivative.Graph.Constant(0), derivative.Graph.Add)))];
        foreach (var (equation, node) in cell.Equations)
            Equations.Add((equation, derivative.Recompute(node)));
        foreach (var pair in derivative.Adjoints)
            Adjoints[derivative.Recompute(pair.Key)] = pair.Value;
    }

    /// <summary>The equations, their constants in place.</summary>
    public CellDeclaration Loss { get; }

    /// <summary>The outputs that share a target: all but the last of the states.</summary>
    public int Outputs => Loss.States.Count - 1;

    /// <summary>The loss: <see cref="Op.State"/> is an output, or the last the target.</summary>
    public Node Result { get; }

    /// <summary>For each output its gradient; <see cref="Op.StateGradient"/> is the factor on the loss.</summary>
    public IReadOnlyList<Node> Gradients { get; }

    /// <summary>The equations by name.</summary>
    public List<(Equation Equation, Node Node)> Equations { get; } = [];

    /// <summary>Gradients by the name of the equation they belong to.</summary>
    public Dictionary<Node, Identifier> Adjoints { get; } = [];

    /// <summary>The operators of all of them.</summary>
    public IEnumerable<Operator> Operators => derivative.Graph.Nodes.Select(n => n.Operator).OfType<Operator>().Distinct();

    /// <param name="loss">The equations as <see cref="LayerEquations.Resolve"/> gives them.</param>
    public static LossPlan Of(CellDeclaration loss) => new(loss);

    /// <summary>True if the gradients depend on an output: or, of the last, on the target.</summary>
    public bool Uses(int state) =>
        state < Outputs ? !Gradients[state].IsConstant(0) : Gradients.Any(g => DependsOn(g, state));

    private static bool DependsOn(Node node, int state) =>
        (node.Op == Op.State && node.Index == state) || node.Arguments.Any(a => DependsOn(a, state));
}
