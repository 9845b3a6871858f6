using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RnnGen.Generator.Reading;

/// <summary>Names and literals as syntax spells them.</summary>
internal static class Names
{
    /// <summary>The last part of a type's name, without its qualification: <c>RnnGen.Weight</c> is <c>Weight</c>.</summary>
    public static string Simple(TypeSyntax? type) => type switch
    {
        QualifiedNameSyntax qualified => Simple(qualified.Right),
        AliasQualifiedNameSyntax alias => Simple(alias.Name),
        SimpleNameSyntax simple => simple.Identifier.ValueText,
        null => "",
        _ => type.ToString(),
    };

    /// <summary>The name as C# needs it: a keyword gets its @.</summary>
    public static string Escape(string name) =>
        SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None || SyntaxFacts.GetContextualKeywordKind(name) != SyntaxKind.None ? "@" + name : name;

    /// <summary>The value of a numeric literal, or null.</summary>
    public static double? NumberOf(LiteralExpressionSyntax literal) => literal.Token.Value switch
    {
        int value => value,
        long value => value,
        float value => value,
        double value => value,
        _ => null,
    };

    /// <summary>The namespace as C# declares it, keywords escaped; empty for the global one.</summary>
    public static string Namespace(ISymbol symbol) =>
        symbol.ContainingNamespace.IsGlobalNamespace ? "" : symbol.ContainingNamespace.ToDisplayString(SymbolDisplayFormat.CSharpErrorMessageFormat.AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers));
}
