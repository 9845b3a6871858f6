namespace RnnGen.Generator.Equations;

/// <summary>The functions of the equation language.</summary>
internal static class Language
{
    public const string Delay = "Delay";

    /// <summary>A vector divided by the root of the number of units, which the layer knows.</summary>
    public const string Scaled = "Scaled";

    /// <summary>The furthest step back that <c>Delay</c> reaches.</summary>
    public const int LongestDelay = 64;

    private const string Vector = "a hidden vector", VectorAndNumber = "a hidden vector and a number", VectorAndNumbers = "a hidden vector and two numbers";

    public static readonly LanguageFunction[] Functions =
    [
        new("Sigmoid", Vector, 1),
        new("Tanh", Vector, 1),
        new("Relu", Vector, 1),
        new("Exp", Vector, 1),
        new("Softplus", Vector, 1),
        new("Softsign", Vector, 1),
        new("LeakyRelu", VectorAndNumber, 1, "alpha"),
        new("ThresholdedRelu", VectorAndNumber, 1, "alpha"),
        new("Elu", VectorAndNumber, 1, "alpha"),
        new("HardSigmoid", VectorAndNumbers, 1, "alpha", "beta"),
        new("ScaledTanh", VectorAndNumbers, 1, "alpha", "beta"),
        new("Affine", VectorAndNumbers, 1, "alpha", "beta"),
        new("Clip", VectorAndNumber, 1, "limit"),
        new("Max", "two hidden vectors, or one and a number", 2),
        new("Min", "two hidden vectors, or one and a number", 2),
        new("Normalize", Vector, 1) { InScores = false },
        new("Activation", Vector, 1) { InScores = false },
        new("GateActivation", Vector, 1) { InScores = false },
        new("OutputActivation", Vector, 1) { InScores = false },
        new(Delay, "the input or a state, and a number of steps, a constant from 1 to 64", 1, "steps") { InScores = false },
        new(Scaled, Vector, 1) { InCells = false },
    ];

    public static LanguageFunction? Find(string name) => Functions.FirstOrDefault(f => f.Name == name);

    /// <summary>A function in terms of the graph's few operations.</summary>
    /// <param name="graph">Where it is built.</param>
    /// <param name="name">Any function but those that a layer's options stand for.</param>
    /// <param name="x">The first vector.</param>
    /// <param name="y">The second vector, of Max and Min.</param>
    /// <param name="a">The first number: alpha, or a limit.</param>
    /// <param name="b">The second number: beta.</param>
    public static Node Build(Graph graph, string name, Node x, Node? y, double a, double b)
    {
        var zero = graph.Constant(0);
        var one = graph.Constant(1);
        switch (name)
        {
            case "Sigmoid":
                return graph.Function(Op.Sigmoid, x);
            case "Tanh":
                return graph.Function(Op.Tanh, x);
            case "Exp":
                return graph.Function(Op.Exp, x);
            case "Softplus":
                return graph.Function(Op.Softplus, x);
            case "Normalize":
                return graph.Function(Op.Normalize, x);
            case "Relu":
                return graph.Max(zero, x);
            case "Max":
                return graph.Max(x, y!);
            case "Min":
                return graph.IfGreater(x, y!, y!, x);
            case "LeakyRelu":
                // A choice between slopes: one select forward and one back.
                return graph.Multiply(x, graph.IfGreater(x, zero, one, graph.Constant(a)));
            case "ThresholdedRelu":
                return graph.IfGreater(x, graph.Constant(a), x, zero);
            case "Elu":
                // The exponential of the negative part only: where it is not chosen it must not overflow, or its gradient would be 0 · ∞.
                var negative = graph.IfGreater(x, zero, zero, x);
                return graph.IfGreater(x, zero, x, graph.Multiply(graph.Constant(a), graph.Subtract(graph.Function(Op.Exp, negative), one)));
            case "Softsign":
                return graph.Divide(x, graph.Add(one, graph.IfGreater(x, zero, x, graph.Negate(x))));
            case "HardSigmoid":
                var line = Line(x);
                return graph.Max(zero, graph.IfGreater(line, one, one, line));
            case "ScaledTanh":
                return graph.Multiply(graph.Constant(a), graph.Function(Op.Tanh, graph.Multiply(graph.Constant(b), x)));
            case "Affine":
                return Line(x);
            case "Clip":
                var limit = graph.Constant(a);
                var low = graph.Max(graph.Negate(limit), x);
                return graph.IfGreater(low, limit, limit, low);
            default:
                throw new InvalidOperationException($"unexpected {name}");
        }

        Node Line(Node value) => graph.Add(graph.Multiply(graph.Constant(a), value), graph.Constant(b));
    }
}
