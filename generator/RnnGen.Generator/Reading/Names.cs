using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RnnGen.Generator.Reading;

/// <summary>Names and literals as syntax spells them.</summary>
internal static class Names
{
    private static readonly SymbolDisplayFormat Qualified =
        new(typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces);

    /// <summary>The last part of a type's name, without its qualification: <c>RnnGen.Weight</c> is <c>Weight</c>.</summary>
    public static string Simple(TypeSyntax? type) => type switch
    {
        QualifiedNameSyntax qualified => Simple(qualified.Right),
        AliasQualifiedNameSyntax alias => Simple(alias.Name),
        SimpleNameSyntax simple => simple.Identifier.ValueText,
        null => "",
        _ => type.ToString(),
    };

    /// <summary>The value of a numeric literal, or null.</summary>
    public static double? NumberOf(LiteralExpressionSyntax literal) => literal.Token.Value switch
    {
        int value => value,
        long value => value,
        float value => value,
        double value => value,
        _ => null,
    };

    /// <summary>A symbol's namespace; empty for the global one.</summary>
    public static Identifier Namespace(ISymbol symbol) =>
        symbol.ContainingNamespace.IsGlobalNamespace ? "" : symbol.ContainingNamespace.ToDisplayString(Qualified);
}
