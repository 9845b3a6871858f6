using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RnnGen.CodeFixes;

/// <summary>
/// Removes what has no effect: an option of a layer (RNN112), a parameter of a cell that nothing uses (RNN107), a layer that nothing takes
/// (RNN023).
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class RemovalFix() : SyntaxFix("RNN023", "RNN107", "RNN112")
{
    private protected override IEnumerable<SyntaxChange> Changes(SyntaxNode place, Diagnostic diagnostic)
    {
        if (diagnostic.Id == "RNN107")
        {
            if (place is VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Parent: FieldDeclarationSyntax field } list }
                && Argument(diagnostic, 1).EndsWith("remove it", StringComparison.Ordinal))
                yield return new($"Remove '{Argument(diagnostic, 0)}'", list.Variables.Count == 1 ? field : place, null);
        }
        else if (place.FirstAncestorOrSelf<AttributeArgumentSyntax>()
            is { NameEquals.Name: { } option, Parent: AttributeArgumentListSyntax options } argument)
        {
            yield return new($"Remove {option.Identifier.ValueText}", options.Arguments.Count == 1 ? options : argument, null);
        }
        else if (diagnostic.Id == "RNN023" && place.FirstAncestorOrSelf<AttributeSyntax>() is { Parent: AttributeListSyntax list } layer)
        {
            yield return new($"Remove [{layer}]", list.Attributes.Count == 1 ? list : layer, null);
        }
    }
}
