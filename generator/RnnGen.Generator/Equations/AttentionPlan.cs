namespace RnnGen.Generator.Equations;

/// <summary>
/// The score of an attention as its kernels compute it: element-wise from its operands, which are made outside, to the vector whose sum is
/// the score. Going back, everything is computed again from the operands. It does not depend on anything but the equations and their units.
/// </summary>
internal sealed class AttentionPlan
{
    private readonly CellGraph cell;
    private readonly Derivative derivative;

    private AttentionPlan(CellDeclaration score)
    {
        Score = score;
        var candidates = Candidates(score);
        var elementwise = score with
        {
            States = candidates.Select(o => o.Name).ToEquatableArray(),
            Equations = score.Equations.Select(e => e with { Value = WithOperands(e.Value) }).ToEquatableArray(),
            Results = score.Results.Select(WithOperands).ToEquatableArray(),
        };
        cell = CellGraph.Build(elementwise, bias: true);
        derivative = Derivative.Of(cell);
        Operands = [.. candidates.Where(o => cell.Graph.Nodes.Any(n => n.Op == Op.State && n.Index == o.State))];
        Vectors = [.. cell.Graph.Nodes.Where(n => n.Op == Op.PerUnit).Select(n => n.Index).OrderBy(i => i)];
        Total = cell.Graph.Add(Result, cell.Graph.Leaf(Op.Sum, 0));
        OperandGradients =
            [.. Operands.Select((o, i) => Onto(derivative.StateGradients[o.State].Aggregate(Graph.Constant(0), Graph.Add), i))];
        VectorGradients = [.. Vectors.Select((v, i) => Onto(
            derivative.ParameterGradients.TryGetValue(v, out var gradient) ? gradient : Graph.Constant(0), Operands.Count + i))];

        // The author's names, for what is computed again and for what is a gradient.
        foreach (var (equation, node) in cell.Equations)
            Equations.Add((equation, node, derivative.Recompute(node)));
        foreach (var pair in derivative.Adjoints)
            Adjoints[derivative.Recompute(pair.Key)] = pair.Value;

        Expression WithOperands(Expression expression) => expression switch
        {
            Binary { Operator: '*', Left: Reference matrix, Right: Reference vector } when candidates.FirstOrDefault(
                o => o.Map is { } map
                    && score.Parameters[map].Name == matrix.Name
                    && score.States[(int)o.Side] == vector.Name) is { } operand =>
                new Reference(operand.Name),
            Binary binary => binary with { Left = WithOperands(binary.Left), Right = WithOperands(binary.Right) },
            Negation negation => new Negation(WithOperands(negation.Operand)),
            Call call => call with { Arguments = call.Arguments.Select(WithOperands).ToEquatableArray() },
            _ => expression,
        };
    }

    /// <summary>The score's equations with the Maps' products in them.</summary>
    public CellDeclaration Score { get; }

    /// <summary>
    /// The operands that the kernels read, in the order of their parameters: query and key themselves, where they are used element by
    /// element, then the products in the order of the Maps.
    /// </summary>
    public IReadOnlyList<AttentionOperand> Operands { get; }

    /// <summary>The PerUnit parameters that the score uses, by their index.</summary>
    public IReadOnlyList<int> Vectors { get; }

    /// <summary>
    /// The vector whose sum over the units is the score: <see cref="Op.State"/> is an operand, <see cref="Op.PerUnit"/> a parameter.
    /// </summary>
    public Node Result => cell.Results[0];

    /// <summary><see cref="Result"/> added to <see cref="Op.Sum"/>, the sum of the units before.</summary>
    public Node Total { get; }

    /// <summary>
    /// For each operand its gradient: <see cref="Op.OperandGradient"/> 0, 1, … is the one that this is added to,
    /// <see cref="Op.StateGradient"/> that of the score.
    /// </summary>
    public IReadOnlyList<Node> OperandGradients { get; }

    /// <summary>
    /// For each of <see cref="Vectors"/> its gradient, likewise; its <see cref="Op.OperandGradient"/>s are numbered on from the operands'.
    /// </summary>
    public IReadOnlyList<Node> VectorGradients { get; }

    /// <summary>The equations by name: as nodes of the score, and as the gradients compute them again.</summary>
    public List<(Equation Equation, Node Forward, Node Backward)> Equations { get; } = [];

    /// <summary>Gradients by the name of the equation they belong to.</summary>
    public Dictionary<Node, Identifier> Adjoints { get; } = [];

    /// <summary>The operators of both kernels.</summary>
    public IEnumerable<Operator> Operators => cell.Graph.Nodes.Concat(Graph.Nodes).Select(n => n.Operator).OfType<Operator>().Distinct();

    private Graph Graph => derivative.Graph;

    /// <param name="score">The equations as <see cref="LayerEquations.ResolveScore"/> gives them.</param>
    public static AttentionPlan Of(CellDeclaration score) => new(score);

    /// <summary>True if the score uses the query or the key itself element by element: its width must be the number of units.</summary>
    public bool IsElementwise(AttentionSide side) => Operands.Any(o => o.Side == side && o.Map is null);

    /// <summary>The two vectors, and every product of a Map under a name that is free.</summary>
    private static List<AttentionOperand> Candidates(CellDeclaration score)
    {
        var operands = new List<AttentionOperand>
        {
            new(AttentionSide.Query, null, 0, score.States[0]), new(AttentionSide.Key, null, 1, score.States[1])
        };
        var taken =
            new HashSet<Identifier>(score.States.Concat(score.Equations.Select(e => e.Name)).Concat(score.Parameters.Select(p => p.Name)));
        var products = score.Equations.Select(e => e.Value)
            .Concat(score.Results)
            .SelectMany(e => e.Subexpressions())
            .OfType<Binary>()
            .Where(b => b is { Operator: '*', Left: Reference, Right: Reference }).ToList();
        for (int map = 0; map < score.Parameters.Count; map++)
        {
            if (score.Parameters[map].Kind != ParameterKind.Map)
                continue;
            var vector = ((Reference)products.First(p => ((Reference)p.Left).Name == score.Parameters[map].Name).Right).Name;
            string name = score.Parameters[map].Name.Text + vector.Capitalized;
            while (!taken.Add(name))
                name += "_";
            operands.Add(new(vector == score.States[0] ? AttentionSide.Query : AttentionSide.Key, map, operands.Count, name));
        }

        return operands;
    }

    private Node Onto(Node gradient, int place) => Graph.Add(derivative.Recompute(gradient), Graph.Leaf(Op.OperandGradient, place));
}
