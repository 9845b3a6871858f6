using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RnnGen.CodeFixes;

/// <summary>
/// Mends a matrix product that does not fit (RNN106): turns it round, or makes the matrix the kind that multiplies the other operand.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class ProductFix() : SyntaxFix("RNN106")
{
    private static readonly string[] Matrices = ["Weight", "Recurrent"];

    private protected override IEnumerable<SyntaxChange> Changes(SyntaxNode place, Diagnostic diagnostic)
    {
        if (place is not BinaryExpressionSyntax { RawKind: (int)SyntaxKind.MultiplyExpression } product
            || product.FirstAncestorOrSelf<StructDeclarationSyntax>() is not { } cell
            || product.FirstAncestorOrSelf<MethodDeclarationSyntax>() is not { } method)
            yield break;
        var input = method.ParameterList.Parameters.FirstOrDefault(
            p => p.Type is IdentifierNameSyntax { Identifier.ValueText: "Input" })?.Identifier.ValueText;
        if (FieldOf(cell, product.Right) is { } right && FieldOf(cell, product.Left) is null && Fits(right, product.Left, input))
        {
            yield return new(
                $"Write {product.Right} * {product.Left}",
                product,
                product.WithLeft(product.Right.WithTriviaFrom(product.Left)).WithRight(product.Left.WithTriviaFrom(product.Right)));
        }
        else if (FieldOf(cell, product.Left) is { } left && FieldOf(cell, product.Right) is null && !Fits(left, product.Right, input))
        {
            string kind = product.Right.ToString() == input ? "Weight" : "Recurrent";
            var type = ((VariableDeclarationSyntax)left.Parent!).Type;
            if (((VariableDeclarationSyntax)left.Parent!).Variables.Count == 1)
                yield return new(
                    $"Make '{left.Identifier.ValueText}' a {kind}", type, SyntaxFactory.IdentifierName(kind).WithTriviaFrom(type));
        }
    }

    private static VariableDeclaratorSyntax? FieldOf(StructDeclarationSyntax cell, ExpressionSyntax operand) =>
        operand is not IdentifierNameSyntax name ? null
        : cell.Members.OfType<FieldDeclarationSyntax>().Where(f => Matrices.Contains(f.Declaration.Type.ToString()))
            .SelectMany(f => f.Declaration.Variables).FirstOrDefault(v => v.Identifier.ValueText == name.Identifier.ValueText);

    private static bool Fits(VariableDeclaratorSyntax matrix, ExpressionSyntax operand, string? input) =>
        (operand.ToString() == input) == (((VariableDeclarationSyntax)matrix.Parent!).Type.ToString() == "Weight");
}
