using System.Composition;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace RnnGen.CodeFixes;

/// <summary>
/// Corrects an attribute: a size out of range (RNN010), a softmax over one output (RNN016), a projection without a size (RNN115).
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class ArgumentFix() : SyntaxFix("RNN010", "RNN016", "RNN115")
{
    private protected override IEnumerable<SyntaxChange> Changes(SyntaxNode place, Diagnostic diagnostic)
    {
        if (place.FirstAncestorOrSelf<AttributeSyntax>() is not { } attribute)
            yield break;
        switch (diagnostic.Id)
        {
            case "RNN010" when place is ExpressionSyntax number
                && Number(diagnostic, 1) is { } least
                && Number(diagnostic, 2) is { } most
                && Number(diagnostic, 3) is { } actual:
                string nearest = (actual < least ? least : most).ToString(CultureInfo.InvariantCulture);
                yield return new($"Write {nearest}", number, SyntaxFactory.ParseExpression(nearest).WithTriviaFrom(number));
                break;
            case "RNN016":
                yield return new(
                    "Use [SigmoidCrossEntropy]", attribute.Name,
                    SyntaxFactory.IdentifierName("SigmoidCrossEntropy").WithTriviaFrom(attribute.Name));
                break;
            case "RNN115" when attribute.ArgumentList is { } list
                && list.Arguments.FirstOrDefault()?.Expression is LiteralExpressionSyntax { Token.Value: int units }:
                string option = $"Projection = {Math.Max(1, units / 2)}";
                var argument = SyntaxFactory.ParseAttributeArgumentList($"({option})")!.Arguments[0];
                yield return new($"Add {option}", list, list.AddArguments(argument).WithAdditionalAnnotations(Formatter.Annotation));
                break;
        }
    }

    private static long? Number(Diagnostic diagnostic, int index) =>
        long.TryParse(
            Argument(diagnostic, index), NumberStyles.AllowThousands | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
            out long number)
            ? number
            : null;
}
