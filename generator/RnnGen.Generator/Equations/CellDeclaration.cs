using System.Text;

namespace RnnGen.Generator.Equations;

/// <summary>The kind of a cell's or a score's field.</summary>
internal enum ParameterKind
{
    /// <summary>A matrix [hidden, input], multiplied by the input.</summary>
    Weight,

    /// <summary>A matrix [hidden, hidden], multiplied by a hidden vector.</summary>
    Recurrent,

    /// <summary>A matrix [projection, hidden], whose product is the first state.</summary>
    Projection,

    /// <summary>A vector [hidden] that a layer can do without.</summary>
    Bias,

    /// <summary>A vector [hidden] of the equations themselves: a peephole, a learned leak.</summary>
    PerUnit,

    /// <summary>One number of the equations: a learned leak that all units share.</summary>
    Scalar,

    /// <summary>A matrix [units, width] of a score, multiplied by the query or the key.</summary>
    Map,
}

/// <param name="Name">The field.</param>
/// <param name="Kind">Its type.</param>
/// <param name="IsForgetBias">True if it is marked [ForgetBias].</param>
/// <param name="IsFrozen">True if it is marked [Frozen]: training leaves it as it is.</param>
internal sealed record CellParameter(Identifier Name, ParameterKind Kind, bool IsForgetBias, bool IsFrozen = false);

/// <summary>A local of the cell's <c>Step</c>: name = value.</summary>
internal sealed record Equation(Identifier Name, Expression Value);

/// <summary>
/// A cell as it was declared: parameters, constants, the previous states, the equations in order, and what becomes of each state. Or the
/// score of an attention: its states are the query and the key, it has no input, and its one result is the vector whose sum is the score.
/// Or a loss: its states are the outputs that belong to a target, then the target, and its one result is the loss.
/// </summary>
internal sealed record CellDeclaration(
    Identifier Name,
    EquatableArray<CellParameter> Parameters,
    EquatableArray<CellConstant> Constants,
    Identifier Input,
    EquatableArray<Identifier> States,
    EquatableArray<Equation> Equations,
    EquatableArray<Expression> Results)
{
    public EquationKind Kind { get; init; }

    /// <summary>The index of the projection's matrix; null if the first state has as many units as everything else.</summary>
    public int? Projection =>
        Parameters.Select((p, i) => (p.Kind, Index: (int?)i)).FirstOrDefault(p => p.Kind == ParameterKind.Projection).Index;

    /// <summary>
    /// True if the input stands in the equations by itself, element by element: its width must then be the number of units.
    /// </summary>
    public bool UsesInput => Input.Text.Length > 0 && Equations.Select(e => e.Value).Concat(Results).Any(Uses);

    /// <summary>The random vectors that a layer adds to the equations.</summary>
    public EquatableArray<Noise> Noises { get; init; }

    /// <summary>The cell in canonical C#: what <c>CellEquationsAttribute</c> carries into other assemblies.</summary>
    public string ToSource()
    {
        var text = new StringBuilder();
        foreach (var parameter in Parameters)
            text.Append($"{(parameter.IsForgetBias ? "[ForgetBias] " : parameter.IsFrozen ? "[Frozen] " : "")}readonly {parameter.Kind} "
                + $"{parameter.Name};\n");
        foreach (var constant in Constants)
            text.Append($"const double {constant.Name} = {new Number(constant.Value)};\n");
        string hidden = Results.Count == 1 ? "Hidden" : $"({string.Join(", ", States.Select(s => $"Hidden {s}"))})";
        string arguments = string.Join(", ", States.Select(s => $"Hidden {s}"));
        string input = Input.Text.Length > 0 ? $"Input {Input}, " : "";
        text.Append($"public {hidden} {Dialect.Of(Kind).Method}({input}{arguments})\n{{\n");
        foreach (var equation in Equations)
            text.Append($"    var {equation.Name} = {equation.Value};\n");
        string results = string.Join(", ", Results);
        text.Append(Results.Count == 1 ? $"    return {results};\n}}\n" : $"    return ({results});\n}}\n");
        return text.ToString();
    }

    private bool Uses(Expression expression) => expression switch
    {
        Reference reference => reference.Name == Input,
        Binary { Operator: '*', Left: Reference weight } when Parameters.Any(
            p => p.Kind == ParameterKind.Weight && p.Name == weight.Name) => false,
        Binary binary => Uses(binary.Left) || Uses(binary.Right),
        Negation negation => Uses(negation.Operand),
        Call call => call.Arguments.Any(Uses),
        _ => false,
    };
}
