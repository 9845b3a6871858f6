namespace RnnGen.Generator.Equations;

/// <summary>All operators of the graph. In their gradients X is the argument, Y the value and Adjoint ∂L/∂Y.</summary>
internal static class Operators
{
    private static readonly List<Operator> Defined = [];

    public static readonly Operator Add = Define(new("Add", at => at.Adjoint, at => at.Adjoint)
    {
        Symbol = "+",
        Value = x => x[0] + x[1],
        Simplify = (graph, x) =>
            x[0].IsConstant(0) ? x[1]
            : x[1].IsConstant(0) ? x[0]
            : x[0].Operator == Negate ? graph.Subtract(x[1], x[0].Arguments[0])
            : x[1].Operator == Negate ? graph.Subtract(x[0], x[1].Arguments[0])
            : null,
    });

    public static readonly Operator Subtract = Define(new("Subtract", at => at.Adjoint, at => -at.Adjoint)
    {
        Symbol = "-",
        Value = x => x[0] - x[1],
        Simplify = (graph, x) => x[1].IsConstant(0) ? x[0] : x[0].IsConstant(0) ? graph.Negate(x[1]) : null,
    });

    public static readonly Operator Multiply = Define(new("Multiply", at => at.Adjoint * at[1], at => at.Adjoint * at[0])
    {
        Symbol = "*",
        Value = x => x[0] * x[1],
        Simplify = (graph, x) =>
            x[0].IsConstant(0) || x[1].IsConstant(0) ? graph.Constant(0)
            : x[0].IsConstant(1) ? x[1]
            : x[1].IsConstant(1) ? x[0]
            : x[0].IsConstant(-1) ? graph.Negate(x[1])
            : x[1].IsConstant(-1) ? graph.Negate(x[0])
            : null,
    });

    public static readonly Operator Divide = Define(new("Divide", at => at.Adjoint / at[1], at => -(at.Adjoint / at[1] * at.Y))
    {
        Symbol = "/",
        Cost = Cost.High,
        Value = x => x[0] / x[1],
        Simplify = (_, x) => x[1].IsConstant(1) ? x[0] : null,
    });

    public static readonly Operator Negate = Define(new("Negate", at => -at.Adjoint)
    {
        Symbol = "-",
        Value = x => -x[0],
        Simplify = (_, x) => x[0].Operator == Negate ? x[0].Arguments[0] : null,
    });

    /// <summary>Of four arguments the third where the first is greater than the second, elsewhere the fourth.</summary>
    public static readonly Operator IfGreater = Define(new("IfGreater",
        null,
        null,
        at => IfGreater!.Of(at[0], at[1], at.Adjoint, 0),
        at => IfGreater!.Of(at[0], at[1], 0, at.Adjoint))
    {
        IsOfVectors = true,
        Simplify = (_, x) =>
            x[0].Op == Op.Constant && x[1].Op == Op.Constant ? (x[0].Value > x[1].Value ? x[2] : x[3])
            : x[2] == x[3] ? x[2]
            : null,
    });

    /// <summary>The larger of two; where either is NaN or both are equal, the second.</summary>
    public static readonly Operator Max = Define(new("Max",
        at => IfGreater.Of(at[0], at[1], at.Adjoint, 0),
        // Relu, whose derivative at 0 is 0. Where its value is a state it is on the tape already; its sign is its argument's.
        at => at.IsConstant(0, 0)
            ? IfGreater.Of(at.IsNewState ? at.Y : at[1], 0, at.Adjoint, 0)
            : IfGreater.Of(at[0], at[1], 0, at.Adjoint))
    {
        IsOfVectors = true,
        Simplify = (_, x) =>
            x[0].Op == Op.Constant && x[1].Op == Op.Constant ? (x[0].Value > x[1].Value ? x[0] : x[1])
            : x[0] == x[1] ? x[0]
            : null,
    });

    public static readonly Operator Sigmoid = Define(new("Sigmoid", at => at.Adjoint * (at.Y * (1 - at.Y))) { Cost = Cost.Middle });

    public static readonly Operator Tanh = Define(new("Tanh", at => at.Adjoint * (1 - at.Y * at.Y)) { Cost = Cost.Middle });

    public static readonly Operator Exp = Define(new("Exp", at => at.Adjoint * at.Y) { Cost = Cost.High });

    /// <summary>ln(1 + e^x), whose derivative is σ(x) = 1 − e^−y.</summary>
    public static readonly Operator Softplus = Define(new("Softplus", at => at.Adjoint * (1 - Exp.Of(-at.Y))) { Cost = Cost.High });

    /// <summary>√x. Its derivative at 0 is ∞.</summary>
    public static readonly Operator Sqrt = Define(new("Sqrt", at => at.Adjoint / (at.Y + at.Y)) { IsOfVectors = true, Cost = Cost.High });

    /// <summary>ln x.</summary>
    public static readonly Operator Log = Define(new("Log", at => at.Adjoint / at.X) { Cost = Cost.High });

    /// <summary>|x|. Its derivative at 0 is 0.</summary>
    public static readonly Operator Abs = Define(new(
        "Abs",
        at => IfGreater.Of(
            at.X, 0, at.Adjoint, IfGreater.Of(0, at.X, -at.Adjoint, 0)))
    { IsOfVectors = true, Value = x => Math.Abs(x[0]) });

    public static readonly Operator Sin = Define(new("Sin", at => at.Adjoint * Cos!.Of(at.X)) { Cost = Cost.High });

    public static readonly Operator Cos = Define(new("Cos", at => -(at.Adjoint * Sin.Of(at.X))) { Cost = Cost.High });

    /// <summary>2/√π ∫₀ˣ e^−t² dt.</summary>
    public static readonly Operator Erf =
        Define(new("Erf", at => at.Adjoint * (1.1283791670955126 * Exp.Of(-(at.X * at.X)))) { Cost = Cost.High });

    public static IReadOnlyList<Operator> All => Defined;

    private static Operator Define(Operator op)
    {
        Defined.Add(op);
        return op;
    }
}
