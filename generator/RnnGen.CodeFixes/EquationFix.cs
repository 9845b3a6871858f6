using System.Composition;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using RnnGen.Generator.Equations;

namespace RnnGen.CodeFixes;

/// <summary>
/// Rewrites C# that the equation language does not have (RNN104): <c>Math.Tanh</c>, quotients of numbers, locals declared as a tuple.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class EquationFix() : SyntaxFix("RNN104")
{
    private static readonly string[] MathTypes = ["Math", "MathF", "float", "double", "System.Math", "System.MathF"];

    private protected override IEnumerable<SyntaxChange> Changes(SyntaxNode place, Diagnostic diagnostic) => place switch
    {
        MemberAccessExpressionSyntax access => [.. Function(access)],
        BinaryExpressionSyntax quotient => [.. Quotient(quotient)],
        _ when place.FirstAncestorOrSelf<ExpressionStatementSyntax>() is { } statement => [.. Locals(statement)],
        _ => [],
    };

    private static IEnumerable<SyntaxChange> Function(MemberAccessExpressionSyntax access)
    {
        string name = access.Name.Identifier.ValueText;
        string? method = access.FirstAncestorOrSelf<MethodDeclarationSyntax>()?.Identifier.ValueText;
        var dialect = Dialect.All.FirstOrDefault(d => d.Method == method) ?? Dialect.Cell;
        if (MathTypes.Contains(access.Expression.ToString()) && dialect.Find(name) is not null)
            yield return new($"Use the language's {name}", access, SyntaxFactory.IdentifierName(name).WithTriviaFrom(access));
    }

    private static IEnumerable<SyntaxChange> Quotient(BinaryExpressionSyntax quotient)
    {
        if (!quotient.IsKind(SyntaxKind.DivideExpression)
            || ValueOf(quotient.Left) is not { } dividend
            || ValueOf(quotient.Right) is not { } divisor || divisor == 0)
            yield break;
        string number = (dividend / divisor).ToString("R", CultureInfo.InvariantCulture);
        yield return new($"Write {number}", quotient, SyntaxFactory.ParseExpression(number).WithTriviaFrom(quotient));
    }

    private static double? ValueOf(ExpressionSyntax expression) =>
        expression is LiteralExpressionSyntax { Token.Value: IConvertible value } && expression.IsKind(SyntaxKind.NumericLiteralExpression)
            ? value.ToDouble(CultureInfo.InvariantCulture)
            : null;

    /// <summary><c>var (a, b) = (x, y);</c> as one local for each.</summary>
    private static IEnumerable<SyntaxChange> Locals(ExpressionStatementSyntax statement)
    {
        if (statement is not { Expression: AssignmentExpressionSyntax assignment, Parent: BlockSyntax block }
            || assignment.Left is not DeclarationExpressionSyntax { Designation: ParenthesizedVariableDesignationSyntax names }
            || assignment.Right is not TupleExpressionSyntax values
            || names.Variables.Count != values.Arguments.Count || names.Variables.Any(v => v is not SingleVariableDesignationSyntax))
            yield break;
        var locals = names.Variables.Zip(
            values.Arguments,
            (v, a) => SyntaxFactory.ParseStatement($"var {v} = {a.Expression};\n")
                .WithAdditionalAnnotations(Formatter.Annotation)).ToList();
        locals[0] = locals[0].WithLeadingTrivia(statement.GetLeadingTrivia());
        locals[locals.Count - 1] = locals[locals.Count - 1].WithTrailingTrivia(statement.GetTrailingTrivia());
        yield return new("Declare one local for each", block, block.ReplaceNode(statement, locals));
    }
}
