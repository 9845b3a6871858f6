namespace RnnGen.Generator.Equations;

/// <summary>A node of a graph, or a number, to write formulas with: each operation adds its node to the graph.</summary>
internal readonly struct Term
{
    private readonly Graph? graph;
    private readonly Node? node;
    private readonly double number;

    public Term(Graph graph, Node node)
    {
        this.graph = graph;
        this.node = node;
    }

    private Term(double number) => this.number = number;

    public static implicit operator Term(double number) => new(number);

    public static Term operator +(Term left, Term right) => Operators.Add.Of(left, right);

    public static Term operator -(Term left, Term right) => Operators.Subtract.Of(left, right);

    public static Term operator *(Term left, Term right) => Operators.Multiply.Of(left, right);

    public static Term operator /(Term left, Term right) => Operators.Divide.Of(left, right);

    public static Term operator -(Term operand) => Operators.Negate.Of(operand);

    /// <summary>The operator applied to terms, at least one of which is a node.</summary>
    public static Term Apply(Operator op, Term[] arguments)
    {
        var graph = arguments.Select(a => a.graph).OfType<Graph>().First();
        return new(graph, graph.Apply(op, [.. arguments.Select(a => a.In(graph))]));
    }

    /// <summary>The vector minus its mean over the units, divided by its standard deviation.</summary>
    public Term Normalize() => new(graph!, graph!.Normalize(node!));

    public Node In(Graph graph) => node ?? graph.Constant(number);
}
