using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnGen.Generator.Diagnostics;
using RnnGen.Generator.Equations;

namespace RnnGen.Generator.Reading;

/// <summary>
/// Finds the equations of a cell, a score or a loss that an attribute names: in this project's syntax, or in the attribute of a compiled
/// struct.
/// </summary>
internal static class CellSource
{
    private static readonly Memo<(string Name, string Source, Dialect Dialect), CellDeclaration?> Compiled =
        new(128, static c => CellReader.Parse(c.Name, c.Source, new DiagnosticBag(), c.Dialect));

    private static bool HoldsEquations(AttributeData attribute) => attribute.AttributeClass is
    {
        Name: "CellEquationsAttribute",
        ContainingNamespace: { Name: "Generated", ContainingNamespace: { Name: "RnnGen", ContainingNamespace.IsGlobalNamespace: true } },
    };

    /// <param name="type">The type argument of the attribute.</param>
    /// <param name="dialect">The kind of struct that it must be.</param>
    /// <param name="attribute">The attribute that names it.</param>
    /// <param name="diagnostics">Receives what is wrong.</param>
    /// <param name="cancel">Stops the reading.</param>
    public static CellDeclaration? Read(
        ITypeSymbol type, Dialect dialect, AttributeReader attribute, DiagnosticBag diagnostics, CancellationToken cancel)
    {
        if (!type.GetAttributes().Any(a => AttributeReader.Is(a, dialect.Attribute + "Attribute")))
        {
            diagnostics.Report(Descriptors.NotACell, TypeArgumentLocation(attribute), type.Name, dialect.Noun, dialect.Attribute);
            return null;
        }

        var compiled = type.GetAttributes().FirstOrDefault(HoldsEquations);
        if (compiled?.ConstructorArguments.FirstOrDefault().Value is string source)
            return Compiled.Of((type.Name, source, dialect)) ?? Broken();
        // The cell's own diagnostics are reported where it is declared, not once more for every model.
        return (type is INamedTypeSymbol named ? CellDeclarationReader.Read(named, dialect, cancel).Declaration : null) ?? Broken();

        CellDeclaration? Broken()
        {
            diagnostics.Report(Descriptors.BrokenCell, TypeArgumentLocation(attribute), type.Name, dialect.Noun);
            return null;
        }
    }

    private static Location? TypeArgumentLocation(AttributeReader attribute)
    {
        if (attribute.Location is not { SourceTree: { } tree } location)
            return attribute.Location;
        var node = tree.GetRoot().FindNode(location.SourceSpan);
        return node.DescendantNodesAndSelf().OfType<TypeArgumentListSyntax>().FirstOrDefault()?.Arguments.FirstOrDefault()?.GetLocation()
            ?? location;
    }
}
