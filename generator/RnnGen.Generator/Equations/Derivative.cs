namespace RnnGen.Generator.Equations;

/// <summary>
/// The reverse-mode derivative of a cell: for every sum, parameter and previous state an expression for its gradient, in terms
/// of the new states' gradients and of what the forward pass left on the tape.
/// </summary>
internal sealed class Derivative
{
    private readonly CellGraph cell;
    private readonly Dictionary<Node, Node> values = [];
    private readonly Dictionary<Node, Node> adjoints = [];
    private readonly Dictionary<Node, Node> recomputed = [];
    private readonly HashSet<Node> saved = [];

    private Derivative(CellGraph cell)
    {
        this.cell = cell;
        SumGradients = new Node?[cell.Sums.Count];
        StateGradients = [.. Enumerable.Range(0, cell.States).Select(_ => new List<Node>())];
    }

    public Graph Graph { get; } = new();

    /// <summary>The graph that is differentiated.</summary>
    public CellGraph Cell => cell;

    /// <summary>∂L/∂sum for each sum; null where nothing depends on it.</summary>
    public Node?[] SumGradients { get; }

    /// <summary>The element-wise terms of ∂L/∂s' for each previous state; the transposed products come on top of them.</summary>
    public List<Node>[] StateGradients { get; }

    /// <summary>∂L/∂p for vectors that the equations use element-wise, by parameter.</summary>
    public SortedDictionary<int, Node> ParameterGradients { get; } = [];

    /// <summary>The gradients of normalised vectors, by their place among the operands.</summary>
    public SortedDictionary<int, Node> NormalizeGradients { get; } = [];

    /// <summary>
    /// Vectors with memory of their own: computed operands of matrix products and normalised vectors, in the order of the forward pass,
    /// then what the latter were divided by.
    /// </summary>
    public List<Node> Operands { get; } = [];

    /// <summary>The forward nodes whose values must be on the tape, in the order of the forward pass.</summary>
    public IEnumerable<Node> Saved => saved.OrderBy(n => n.Id);

    /// <summary>The stage of each node of <see cref="Graph"/>: how many transposed products it has to wait for.</summary>
    public Dictionary<Node, int> Stages { get; } = [];

    /// <summary>Gradients by the name of the equation they belong to, for names and comments.</summary>
    public Dictionary<Node, Identifier> Adjoints { get; } = [];

    public static Derivative Of(CellGraph cell)
    {
        var derivative = new Derivative(cell);
        derivative.Differentiate();
        return derivative;
    }

    /// <summary>
    /// A node of the cell's graph or of <see cref="Graph"/> as a function of the previous states and the new states' gradients alone:
    /// values that would be read from the tape are computed again.
    /// </summary>
    public Node Recompute(Node node)
    {
        if (!recomputed.TryGetValue(node, out var result))
            recomputed[node] = result = Graph.Rebuild(node.Op == Op.Saved ? cell.Graph.Nodes[node.Index] : node, Recompute);
        return result;
    }

    private void Differentiate()
    {
        var normalized = cell.Graph.Nodes.Where(n => n.Op == Op.Normalize).ToList();
        Operands.AddRange(cell.Sums.SelectMany(s => s.Products)
            .Select(p => p.Operand)
            .OfType<Node>()
            .Where(o => o.Op != Op.State)
            .Concat(normalized).Distinct().OrderBy(o => o.Id));
        Operands.AddRange(normalized.Select(n => cell.Graph.Leaf(Op.Deviation, n.Id)));
        for (int state = 0; state < cell.Results.Length; state++)
            Accumulate(cell.Results[state], Graph.Leaf(Op.StateGradient, state));

        // Arguments have smaller numbers than what uses them, so this visits every use of a node before the node.
        foreach (var node in cell.Graph.Nodes.Reverse())
        {
            int operand = Operands.IndexOf(node);
            if (operand >= 0 && cell.Sums.Any(s => s.Products.Any(p => p.Operand == node)))
                Accumulate(node, OperandGradient(operand));
            if (adjoints.TryGetValue(node, out var adjoint))
                Propagate(node, adjoint);
        }

        foreach (var node in Graph.Nodes)
            StageOf(node);
        foreach (var pair in adjoints.Where(p => p.Key.Name is not null && !p.Value.IsLeaf))
            Adjoints[pair.Value] = pair.Key.Name!;
    }

    private void Propagate(Node node, Node adjoint)
    {
        switch (node.Op)
        {
            case Op.PerUnit:
                ParameterGradients[node.Index] = adjoint;
                break;
            case Op.Sum:
                SumGradients[node.Index] = adjoint;
                break;
            case Op.Elementwise:
                var application = new Application(Graph, node, adjoint, Value, cell.Results.Contains(node));
                foreach (var (argument, gradient) in node.Arguments.Zip(node.Operator!.Gradients, (a, g) => (a, g)))
                {
                    if (gradient is not null && HasGradient(argument))
                        Accumulate(argument, gradient(application).In(Graph));
                }

                break;
            case Op.Normalize:
                int place = Operands.IndexOf(node);
                NormalizeGradients[place] = adjoint;
                var leaf = Graph.Leaf(Op.NormalizeGradient, place);
                Stages[leaf] = StageOf(adjoint) + 1;
                Accumulate(node.Arguments[0], leaf);
                break;
            default:
                throw new InvalidOperationException($"{node.Op} has no derivative.");
        }
    }

    private static bool HasGradient(Node node) => node.Op is not (Op.Constant or Op.Noise);

    private void Accumulate(Node node, Node term)
    {
        if (!HasGradient(node) || term.IsConstant(0))
            return;
        // The terms of a state are kept apart: each is added to memory by the stage that can compute it.
        if (node.Op == Op.State)
            StateGradients[node.Index].Add(term);
        else
            adjoints[node] = adjoints.TryGetValue(node, out var adjoint) ? Graph.Add(adjoint, term) : term;
    }

    /// <summary>A forward value as the backward pass gets it: from memory, or computed again where that is cheap.</summary>
    private Node Value(Node node)
    {
        if (!values.TryGetValue(node, out var value))
        {
            if (IsKept(node))
            {
                saved.Add(node);
                value = Graph.Leaf(Op.Saved, node.Id);
            }
            else
            {
                value = Graph.Rebuild(node, Value);
            }

            values[node] = value;
        }

        return value;
    }

    private bool IsKept(Node node) => cell.Results.Contains(node) ? node.Op != Op.State : node.Cost switch
    {
        Cost.High => true,
        Cost.Middle => !cell.Results.Contains(node.Arguments[0]),
        _ => false,
    };

    /// <summary>The index, among the operands, of the divisor of a normalised vector.</summary>
    public int DeviationOf(Node normalized) => Operands.IndexOf(cell.Graph.Leaf(Op.Deviation, normalized.Id));

    private Node OperandGradient(int operand)
    {
        var leaf = Graph.Leaf(Op.OperandGradient, operand);
        var fed =
            cell.Sums.Where(s => s.Products.Any(p => p.Operand == Operands[operand])).Select(s => SumGradients[s.Index]).OfType<Node>();
        Stages[leaf] = fed.Select(g => StageOf(g) + 1).DefaultIfEmpty(0).Max();
        return leaf;
    }

    private int StageOf(Node node)
    {
        if (!Stages.TryGetValue(node, out int stage))
            Stages[node] = stage = node.Arguments.Select(StageOf).DefaultIfEmpty(0).Max();
        return stage;
    }
}
