using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RnnGen.CodeFixes;

/// <summary>Adds the modifiers that a model (RNN001) or a cell (RNN101) needs.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class DeclarationFix() : SyntaxFix("RNN001", "RNN101")
{
    private protected override IEnumerable<SyntaxChange> Changes(SyntaxNode place, Diagnostic diagnostic)
    {
        if (place.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } type)
            yield break;
        if (diagnostic.Id == "RNN001")
            yield return new("Make it partial", type, With(type, SyntaxKind.PartialKeyword));
        else if (type is StructDeclarationSyntax)
            yield return new("Make it a readonly partial struct", type, With(type, SyntaxKind.ReadOnlyKeyword, SyntaxKind.PartialKeyword));
    }

    /// <summary>The declaration with modifiers that it may have already. C# wants <c>partial</c> to be the last.</summary>
    internal static TypeDeclarationSyntax With(TypeDeclarationSyntax type, params SyntaxKind[] modifiers)
    {
        var leading = type.Modifiers.Count > 0 ? type.Modifiers[0].LeadingTrivia : type.Keyword.LeadingTrivia;
        var all = type.Modifiers.Select(m => m.Kind()).Concat(modifiers).Distinct().OrderBy(k => k == SyntaxKind.PartialKeyword);
        var tokens = all.Select(k => SyntaxFactory.Token(k).WithTrailingTrivia(SyntaxFactory.Space)).ToArray();
        tokens[0] = tokens[0].WithLeadingTrivia(leading);
        return type.WithKeyword(type.Keyword.WithLeadingTrivia()).WithModifiers(SyntaxFactory.TokenList(tokens));
    }
}
