using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnGen.Generator.Diagnostics;
using RnnGen.Generator.Equations;

namespace RnnGen.Generator.Reading;

/// <summary>
/// Reads the body of a cell's <c>Step</c>, a score's <c>Score</c> or a loss's <c>Loss</c>: locals, one return, and expressions of the
/// equation language.
/// </summary>
/// <param name="cell">The struct's name.</param>
/// <param name="dialect">What it is: a cell, a score or a loss.</param>
/// <param name="parameters">Its fields.</param>
/// <param name="constants">Its constants.</param>
/// <param name="input">The method's name for the input; empty for a score or a loss.</param>
/// <param name="states">Its names for the states.</param>
/// <param name="own">The functions that the struct declares itself; null for canonical text, in which every call is the language's.</param>
/// <param name="claim">Takes the name of a local.</param>
/// <param name="diagnostics">Receives what is wrong.</param>
internal sealed partial class EquationReader(
    Identifier cell,
    Dialect dialect,
    IReadOnlyList<CellParameter> parameters,
    IReadOnlyDictionary<Identifier, double> constants,
    Identifier input,
    IReadOnlyList<Identifier> states,
    OwnMembers? own,
    Action<SyntaxToken> claim,
    DiagnosticBag diagnostics)
{
    private readonly string functions = string.Join(", ", dialect.Functions.Select(f => f.Name));

    private enum Shape
    {
        Broken,
        Scalar,
        Input,
        Hidden,
        Weight,
        Recurrent,
        Projection,
        Map,
    }

    private readonly Dictionary<string, Shape> locals = [];
    private readonly Dictionary<string, Expression> numbers = [];

    // Names that an equation which the reader adds must not have.
    private readonly HashSet<string> taken =
        [.. parameters.Select(p => p.Name).Concat(constants.Keys).Concat(states).Append(input).Select(n => n.Text)];

    public List<Equation> Equations { get; } = [];

    public List<Expression> Results { get; } = [];

    /// <summary>The places where each name is used.</summary>
    public Dictionary<string, List<Location>> Uses { get; } = [];

    public int Operations { get; private set; }

    /// <summary>Reads the whole body; false if its statements are not locals and one return.</summary>
    public bool ReadBody(MethodDeclarationSyntax step)
    {
        taken.UnionWith(step.DescendantTokens().Where(t => t.IsKind(SyntaxKind.IdentifierToken)).Select(t => t.ValueText));
        if (step.ExpressionBody is { } expression)
            return ReadResults(expression.Expression);

        var statements = step.Body!.Statements;
        for (int i = 0; i < statements.Count; i++)
        {
            bool last = i == statements.Count - 1;
            switch (statements[i])
            {
                case LocalDeclarationStatementSyntax local when !local.IsConst && local.UsingKeyword == default:
                    ReadLocals(local);
                    break;
                case ReturnStatementSyntax { Expression: { } result } when last:
                    return ReadResults(result);
                default:
                    return Refuse(statements[i], $"a {dialect.Method} is locals, each assigned once, and then one return");
            }
        }

        diagnostics.Report(CellReader.NoMethodOf(dialect), step.Identifier.GetLocation(), cell.Text, "it returns nothing");
        return false;
    }

    private void ReadLocals(LocalDeclarationStatementSyntax local)
    {
        foreach (var variable in local.Declaration.Variables)
        {
            claim(variable.Identifier);
            if (variable.Initializer is null)
            {
                Refuse(variable, "a local is assigned where it is declared");
                continue;
            }

            var (value, shape) = Read(variable.Initializer.Value);
            // It has been reported, and no use of it is reported again.
            if (shape == Shape.Broken)
            {
                locals[variable.Identifier.ValueText] = shape;
                continue;
            }

            if (shape == Shape.Input && Names.Simple(local.Declaration.Type) == "Hidden")
                shape = Shape.Hidden;
            if (shape == Shape.Input || IsMatrix(shape))
                Refuse(variable.Initializer.Value, "a local is a hidden vector or a number");
            if (shape == Shape.Scalar || value is Number)
            {
                numbers[variable.Identifier.ValueText] = value;
                continue;
            }

            locals[variable.Identifier.ValueText] = shape;
            Equations.Add(new Equation(variable.Identifier.ValueText, value));
        }
    }

    private bool ReadResults(ExpressionSyntax result)
    {
        List<ExpressionSyntax> results =
            result is TupleExpressionSyntax tuple && dialect.ReturnsStates ? [.. tuple.Arguments.Select(a => a.Expression)] : [result];
        if (results.Count != states.Count && dialect.ReturnsStates)
        {
            diagnostics.Report(Descriptors.ResultCount, result.GetLocation(), $"{states.Count}", $"{results.Count}");
            return false;
        }

        foreach (var item in results)
        {
            var (value, shape) = Read(item);
            if (!IsVector(shape) && shape != Shape.Broken)
                Refuse(item, dialect.Result);
            Results.Add(value);
        }

        return true;
    }

    private (Expression Value, Shape Shape) Read(ExpressionSyntax syntax)
    {
        // The bound also keeps the recursion shallow, whatever somebody writes. The caller reports it.
        if (++Operations > CellReader.MaximumOperations)
            return (new Number(0), Shape.Broken);
        switch (syntax)
        {
            case ParenthesizedExpressionSyntax inner:
                return Read(inner.Expression);
            case LiteralExpressionSyntax literal when Names.NumberOf(literal) is { } number:
                return (new Number(number), Shape.Scalar);
            case IdentifierNameSyntax name:
                return ReadName(name);
            case MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax, Name: IdentifierNameSyntax name }:
                return ReadName(name);
            case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.UnaryMinusExpression } minus:
                var (operand, shape) = Read(minus.Operand);
                if (IsMatrix(shape))
                    return Broken(syntax, $"only {dialect.Terms} can be negated");
                return (operand is Number n ? new Number(-n.Value) : new Negation(operand), shape == Shape.Input ? Shape.Hidden : shape);
            case BinaryExpressionSyntax binary when OperatorOf(binary) is { } op:
                return ReadBinary(binary, op);
            case InvocationExpressionSyntax call:
                return ReadCall(call);
            default:
                return Broken(syntax, $"it is made of + − * /, numbers, parameters, {dialect.Vectors}, earlier locals and {functions}");
        }
    }

    private (Expression, Shape) ReadName(IdentifierNameSyntax syntax)
    {
        string name = syntax.Identifier.ValueText;
        if (ReadArgument(name) is { } argument)
            return argument;
        Use(name, syntax.GetLocation());
        if (constants.ContainsKey(name))
            return (new Reference(name), Shape.Scalar);
        // Of an inlined function's, nothing else is in reach.
        if (arguments is not null)
            return Unknown();
        if (locals.TryGetValue(name, out var shape))
            return (new Reference(name), shape);
        if (numbers.TryGetValue(name, out var number))
            return (number, Shape.Scalar);
        if (name == input)
            return (new Reference(name), Shape.Input);
        if (states.Contains(name))
            return (new Reference(name), Shape.Hidden);
        if (parameters.FirstOrDefault(p => p.Name == name) is { } parameter)
        {
            shape = parameter.Kind switch
            {
                ParameterKind.Weight => Shape.Weight,
                ParameterKind.Recurrent =>
                Shape.Recurrent,
                ParameterKind.Projection => Shape.Projection,
                ParameterKind.Map => Shape.Map,
                _ => Shape.Hidden
            };
            return (new Reference(name), shape);
        }

        return Unknown();

        (Expression, Shape) Unknown()
        {
            diagnostics.Report(Descriptors.UnknownName, syntax.GetLocation(), name, dialect.Vector, dialect.Noun, cell.Text);
            return (new Number(0), Shape.Broken);
        }
    }

    private void Use(string name, Location place)
    {
        if (!Uses.TryGetValue(name, out var places))
            Uses.Add(name, places = []);
        places.Add(place);
    }

    private (Expression, Shape) ReadBinary(BinaryExpressionSyntax syntax, char op)
    {
        var (left, leftShape) = Read(syntax.Left);
        var (right, rightShape) = Read(syntax.Right);
        if (leftShape == Shape.Broken || rightShape == Shape.Broken)
            return (new Number(0), Shape.Broken);
        var value = new Binary(op, left, right);
        switch (leftShape, rightShape)
        {
            case (Shape.Weight, Shape.Input) when op == '*':
            case (Shape.Recurrent or Shape.Projection, Shape.Hidden) when op == '*':
            case (Shape.Map, Shape.Hidden) when op == '*' && IsState(right):
            case (Shape.Hidden or Shape.Input or Shape.Scalar, Shape.Hidden or Shape.Input):
            case (Shape.Hidden or Shape.Input, Shape.Scalar):
                return (value, Shape.Hidden);
            case (Shape.Scalar, Shape.Scalar) when op == '/':
                return Broken(syntax, "C# may divide these as integers: write the quotient as one number");
            case (Shape.Scalar, Shape.Scalar):
                double number = LayerEquations.ValueOf(value, constants);
                return double.IsInfinity(number) || double.IsNaN(number) ? Broken(syntax, "it is not a finite number")
                    : (left is Number && right is Number ? new Number(number) : value, Shape.Scalar);
        }

        bool isReversed = op == '*' && (leftShape, rightShape) is
            (Shape.Input, Shape.Weight) or (Shape.Hidden, Shape.Recurrent or Shape.Projection or Shape.Map);
        diagnostics.Report(
            Descriptors.BadProduct,
            syntax.GetLocation(),
            isReversed ? $"'{syntax}' has the matrix on the right: write {syntax.Right} * {syntax.Left}"
            : $"'{syntax}' combines {Describe(leftShape)} and {Describe(rightShape)}: {dialect.Products}, and only {dialect.Terms} are "
            + "added, subtracted, multiplied or divided");
        return (new Number(0), Shape.Broken);
    }

    private bool IsState(Expression expression) => expression is Reference reference && states.Contains(reference.Name);

    private static bool IsMatrix(Shape shape) => shape is Shape.Weight or Shape.Recurrent or Shape.Projection or Shape.Map;

    private static bool IsVector(Shape shape) => shape is Shape.Hidden or Shape.Input;

    private (Expression, Shape) Broken(SyntaxNode syntax, string why)
    {
        Refuse(syntax, why);
        return (new Number(0), Shape.Broken);
    }

    private bool Refuse(SyntaxNode syntax, string why)
    {
        string text = syntax.ToString();
        diagnostics.Report(Descriptors.NotAnEquation, syntax.GetLocation(), text.Length <= 60 ? text : text.Substring(0, 57) + "...", why);
        return false;
    }

    private static char? OperatorOf(BinaryExpressionSyntax binary) => binary.Kind() switch
    {
        SyntaxKind.AddExpression => '+',
        SyntaxKind.SubtractExpression => '-',
        SyntaxKind.MultiplyExpression => '*',
        SyntaxKind.DivideExpression => '/',
        _ => null,
    };

    private static string Describe(Shape shape) => shape switch
    {
        Shape.Scalar => "a number",
        Shape.Input => "the Input",
        Shape.Hidden => "a Hidden",
        Shape.Weight => "a Weight",
        Shape.Projection => "a Projection",
        Shape.Map => "a Map",
        _ => "a Recurrent",
    };
}
