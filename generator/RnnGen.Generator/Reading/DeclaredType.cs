using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RnnGen.Generator.Reading;

/// <summary>A type with one of RnnGen's attributes, as a compilation has it.</summary>
/// <param name="Symbol">The type.</param>
/// <param name="Syntax">The declaration that has the attribute.</param>
/// <param name="Compilation">The compilation.</param>
internal readonly record struct DeclaredType(INamedTypeSymbol Symbol, TypeDeclarationSyntax Syntax, Compilation Compilation)
{
    public static DeclaredType From(GeneratorAttributeSyntaxContext context) =>
        new((INamedTypeSymbol)context.TargetSymbol, (TypeDeclarationSyntax)context.TargetNode, context.SemanticModel.Compilation);
}
