using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnGen.Generator.Diagnostics;
using RnnGen.Generator.Equations;

namespace RnnGen.Generator.Reading;

/// <summary>A struct with [RnnCell] and where the rest of it is to be written.</summary>
internal sealed record CellType(string Namespace, CellDeclaration Cell)
{
    public string FullName => Namespace.Length == 0 ? Cell.Name : $"{Namespace}.{Cell.Name}";
}

/// <summary>Checks that a type can be a cell, and reads all of its parts.</summary>
internal static class CellDeclarationReader
{
    public static ReadResult<CellType> Read(GeneratorAttributeSyntaxContext context, CancellationToken cancel)
    {
        var diagnostics = new DiagnosticBag();
        var symbol = (INamedTypeSymbol)context.TargetSymbol;
        var first = symbol.GetAttributes().First(a => a.AttributeClass?.Name == "RnnCellAttribute").ApplicationSyntaxReference;
        if (first is null || first.SyntaxTree != context.TargetNode.SyntaxTree || !context.TargetNode.Span.Contains(first.Span))
            return new(null, diagnostics.ToEquatableArray());
        var cell = Read(symbol, diagnostics, cancel);
        string space = symbol.ContainingNamespace.IsGlobalNamespace ? "" : symbol.ContainingNamespace.ToDisplayString(SymbolDisplayFormat.CSharpErrorMessageFormat.AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers));
        return new(cell is null ? null : new CellType(space, cell), diagnostics.ToEquatableArray());
    }

    public static CellDeclaration? Read(INamedTypeSymbol symbol, DiagnosticBag diagnostics, CancellationToken cancel)
    {
        var parts = symbol.DeclaringSyntaxReferences.Select(r => r.GetSyntax(cancel)).OfType<TypeDeclarationSyntax>().ToList();
        if (parts.Count == 0)
            return null;
        var location = parts[0].Identifier.GetLocation();
        bool isPartialStruct = parts.All(p => p is StructDeclarationSyntax && p.Modifiers.Any(SyntaxKind.PartialKeyword));
        if (!isPartialStruct || !symbol.IsReadOnly || symbol.IsRefLikeType || symbol.IsFileLocal)
            diagnostics.Report(Descriptors.CellNotPartial, location, symbol.Name);
        if (symbol.ContainingType is not null || symbol.IsGenericType)
            diagnostics.Report(Descriptors.NestedCell, location, symbol.Name);
        return diagnostics.HasErrors ? null : CellReader.Read(Names.Escape(symbol.Name), parts, location, diagnostics);
    }
}
