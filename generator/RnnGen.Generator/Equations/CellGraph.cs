namespace RnnGen.Generator.Equations;

/// <summary>
/// A layer's equations as a graph: sums of matrix products, and element-wise nodes on top of them.
/// </summary>
internal sealed class CellGraph
{
    private static readonly Memo<(CellDeclaration Cell, bool Bias), EquatableArray<int>> Used =
        new(256, static layer => Build(layer.Cell, layer.Bias).UsedParameters());

    private readonly CellDeclaration cell;
    private readonly bool bias;
    private readonly Dictionary<Identifier, Node> named = [];

    // A product, and the input itself (null), stands for itself until the sums are known: a leaf whose index leads here.
    private readonly List<MatrixProduct?> products = [];
    private Node? input;
    private readonly Graph raw = new();

    private CellGraph(CellDeclaration cell, bool bias)
    {
        this.cell = cell;
        this.bias = bias;
    }

    public Graph Graph { get; } = new();

    /// <summary>The number of states.</summary>
    public int States => cell.States.Count;

    public List<Sum> Sums { get; } = [];

    /// <summary>The new value of each state.</summary>
    public Node[] Results { get; private set; } = [];

    /// <summary>The equations by name, in the order they were written, for names and comments.</summary>
    public List<(Equation Equation, Node Node)> Equations { get; } = [];

    /// <param name="cell">The layer's equations, as <see cref="LayerEquations.Resolve"/> gives them.</param>
    /// <param name="bias">True if fields of the kind Bias exist.</param>
    public static CellGraph Build(CellDeclaration cell, bool bias)
    {
        var graph = new CellGraph(cell, bias);
        for (int i = 0; i < cell.States.Count; i++)
            graph.named[cell.States[i]] = graph.raw.Leaf(Op.State, i);
        for (int i = 0; i < cell.Noises.Count; i++)
            graph.named[cell.Noises[i].Name] = graph.raw.Leaf(Op.Noise, i);
        var values = new List<Node>();
        foreach (var equation in cell.Equations)
            values.Add(graph.named[equation.Name] = graph.Read(equation.Value));
        var results = cell.Results.Select(graph.Read).ToList();
        graph.Normalise(values, results);
        return graph;
    }

    /// <summary>The parameters that something in a layer's equations depends on, by their index in the declaration.</summary>
    /// <inheritdoc cref="Build"/>
    public static EquatableArray<int> ParametersOf(CellDeclaration cell, bool bias) => Used.Of((cell, bias));

    private EquatableArray<int> UsedParameters() =>
        Sums.SelectMany(s => s.Products.Select(p => p.Matrix).Concat(s.Biases))
            .Concat(Graph.Nodes.Where(n => n.Op == Op.PerUnit).Select(n => n.Index)).Distinct().ToEquatableArray();

    private Node Read(Expression expression)
    {
        switch (expression)
        {
            case Number number:
                return raw.Constant(number.Value);
            case Reference reference when named.TryGetValue(reference.Name, out var node):
                return node;
            case Reference reference when reference.Name == cell.Input:
                return input ??= Product(null);
            case Reference reference:
                int parameter = ParameterIndex(reference.Name);
                return cell.Parameters[parameter].Kind == ParameterKind.Bias && !bias ? raw.Constant(0) : raw.Leaf(Op.PerUnit, parameter);
            case Negation negation:
                return raw.Negate(Read(negation.Operand));
            case Binary { Operator: '*', Left: Reference matrix } product when MatrixIndex(matrix.Name) is int index:
                bool fromInput = cell.Parameters[index].Kind == ParameterKind.Weight;
                return Product(new MatrixProduct(index, fromInput ? null : Read(product.Right)));
            case Binary binary:
                var left = Read(binary.Left);
                var right = Read(binary.Right);
                return binary.Operator switch
                {
                    '+' => raw.Add(left, right),
                    '-' => raw.Subtract(left, right),
                    '*' => raw.Multiply(left, right),
                    _ => raw.Divide(left, right),
                };
            case Call call:
                var function = Language.Find(call.Function)!;
                var vectors = call.Arguments.Take(function.Vectors).Select(a => new Term(raw, Read(a)));
                var numbers = call.Arguments.Skip(function.Vectors).Cast<Number>().Select(n => (double)n.Value);
                return function.Build([.. vectors], [.. numbers]).In(raw);
            default:
                throw new InvalidOperationException($"unexpected {expression}");
        }
    }

    private Node Product(MatrixProduct? product)
    {
        products.Add(product);
        return raw.Leaf(Op.Sum, products.Count - 1);
    }

    private int ParameterIndex(Identifier name)
    {
        for (int i = 0; i < cell.Parameters.Count; i++)
        {
            if (cell.Parameters[i].Name == name)
                return i;
        }

        throw new InvalidOperationException($"unexpected name {name}");
    }

    private int? MatrixIndex(Identifier name)
    {
        if (named.ContainsKey(name) || name == cell.Input)
            return null;
        int index = ParameterIndex(name);
        return cell.Parameters[index].Kind is ParameterKind.Weight or ParameterKind.Recurrent or ParameterKind.Projection ? index : null;
    }

    /// <summary>Gathers the products into sums: as much of each addition as nothing else looks into.</summary>
    private void Normalise(List<Node> values, List<Node> results)
    {
        var uses = new int[raw.Nodes.Count];
        var reachable = new HashSet<Node>();
        foreach (var result in results)
            Reach(result);
        var rewritten = new Dictionary<Node, Node>();
        Results = [.. results.Select(Rewrite)];
        for (int i = 0; i < values.Count; i++)
        {
            if (!reachable.Contains(values[i]))
                continue;
            // An equation that was swallowed by a larger sum has no node of its own, and needs none.
            if (rewritten.TryGetValue(values[i], out var node))
            {
                node.Name ??= cell.Equations[i].Name;
                Equations.Add((cell.Equations[i], node));
            }
        }

        void Reach(Node node)
        {
            uses[node.Id]++;
            if (!reachable.Add(node))
                return;
            foreach (var argument in node.Arguments)
                Reach(argument);
            if (node.Op == Op.Sum && products[node.Index]?.Operand is { } operand)
                Reach(operand);
        }

        Node Rewrite(Node node)
        {
            if (!rewritten.TryGetValue(node, out var result))
                rewritten[node] = result = node.Op == Op.Sum || node.Operator == Operators.Add || node.Operator == Operators.Subtract
                    ? RewriteSum(node)
                    : Graph.Rebuild(node, Rewrite);
            return result;
        }

        Node RewriteSum(Node root)
        {
            var terms = new List<Node>();
            var rest = new List<(Node Node, bool Negative)>();
            var biases = new List<Node>();
            Collect(root, isRoot: true);
            if (terms.Count == 0)
                return Graph.Rebuild(root, Rewrite);
            var sum = new Sum(Sums.Count);
            Sums.Add(sum);
            sum.Biases.AddRange(biases.Select(b => b.Index));
            sum.AddsInput = terms.Contains(input!);
            foreach (var product in terms.Select(t => products[t.Index]).OfType<MatrixProduct>())
                sum.Products.Add(product with { Operand = product.Operand is { } operand ? Rewrite(operand) : null });
            var value = Graph.Leaf(Op.Sum, sum.Index);
            foreach (var (node, negative) in rest)
                value = negative ? Graph.Subtract(value, Rewrite(node)) : Graph.Add(value, Rewrite(node));
            return value;

            void Collect(Node node, bool isRoot)
            {
                bool mine = isRoot || uses[node.Id] == 1;
                if (node.Operator == Operators.Add && mine)
                {
                    Collect(node.Arguments[0], isRoot: false);
                    Collect(node.Arguments[1], isRoot: false);
                }
                else if (node.Operator == Operators.Subtract && mine)
                {
                    Collect(node.Arguments[0], isRoot: false);
                    rest.Add((node.Arguments[1], true));
                }
                else if (node.Op == Op.Sum && mine)
                {
                    terms.Add(node);
                }
                else if (node.Op == Op.PerUnit && mine && cell.Parameters[node.Index].Kind == ParameterKind.Bias)
                {
                    biases.Add(node);
                }
                else
                {
                    rest.Add((node, false));
                }
            }
        }
    }
}
