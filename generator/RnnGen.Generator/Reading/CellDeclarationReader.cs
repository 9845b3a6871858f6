using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnGen.Generator.Declarations;
using RnnGen.Generator.Diagnostics;
using RnnGen.Generator.Equations;

namespace RnnGen.Generator.Reading;

/// <summary>Checks that a type can be a cell or a score, and reads all of its parts.</summary>
internal static class CellDeclarationReader
{
    // A symbol is of one compilation and never changes, so what was read of it holds for all of that compilation's models. The tables keep no symbol alive.
    private static readonly ConditionalWeakTable<INamedTypeSymbol, ReadResult<CellDeclaration>> Cells = new(), Scores = new();

    public static ReadResult<CellType> Read(GeneratorAttributeSyntaxContext context, CancellationToken cancel) => Read(context, Dialect.Cell, cancel);

    public static ReadResult<CellType> ReadScore(GeneratorAttributeSyntaxContext context, CancellationToken cancel) => Read(context, Dialect.Score, cancel);

    private static ReadResult<CellType> Read(GeneratorAttributeSyntaxContext context, Dialect dialect, CancellationToken cancel)
    {
        var diagnostics = new DiagnosticBag();
        var symbol = (INamedTypeSymbol)context.TargetSymbol;
        var first = symbol.GetAttributes().First(a => AttributeReader.Is(a, dialect.Attribute + "Attribute")).ApplicationSyntaxReference;
        if (first is null || first.SyntaxTree != context.TargetNode.SyntaxTree || !context.TargetNode.Span.Contains(first.Span))
            return new(null, diagnostics.ToEquatableArray());
        ModelShape.CheckLanguage(context.SemanticModel.Compilation, ((TypeDeclarationSyntax)context.TargetNode).Identifier.GetLocation(), diagnostics);
        var read = diagnostics.HasErrors ? Read(symbol, dialect, diagnostics, cancel) : Read(symbol, dialect, cancel);
        return new(read.Declaration is { } cell ? new CellType(Names.Namespace(symbol), cell) : null, read.Diagnostics);
    }

    /// <summary>The cell or score that a struct of this project, or one it refers to, declares; null, with diagnostics, if it declares none.</summary>
    public static ReadResult<CellDeclaration> Read(INamedTypeSymbol symbol, Dialect dialect, CancellationToken cancel) =>
        (dialect.IsScore ? Scores : Cells).GetValue(symbol, s => Read(s, dialect, new DiagnosticBag(), cancel));

    private static ReadResult<CellDeclaration> Read(INamedTypeSymbol symbol, Dialect dialect, DiagnosticBag diagnostics, CancellationToken cancel) =>
        new(ReadParts(symbol, dialect, diagnostics, cancel), diagnostics.ToEquatableArray());

    private static CellDeclaration? ReadParts(INamedTypeSymbol symbol, Dialect dialect, DiagnosticBag diagnostics, CancellationToken cancel)
    {
        var parts = symbol.DeclaringSyntaxReferences.Select(r => r.GetSyntax(cancel)).OfType<TypeDeclarationSyntax>().ToList();
        if (parts.Count == 0)
            return null;
        var location = parts[0].Identifier.GetLocation();
        bool isPartialStruct = parts.All(p => p is StructDeclarationSyntax && p.Modifiers.Any(SyntaxKind.PartialKeyword));
        if (!isPartialStruct || !symbol.IsReadOnly || symbol.IsRefLikeType || symbol.IsFileLocal)
            diagnostics.Report(Descriptors.CellNotPartial, location, symbol.Name);
        if (symbol.ContainingType is not null || symbol.IsGenericType)
            diagnostics.Report(Descriptors.NestedCell, location, symbol.Name, dialect.Noun);
        if (dialect.IsScore && symbol.GetAttributes().Any(a => AttributeReader.Is(a, Dialect.Cell.Attribute + "Attribute")))
            diagnostics.Report(Descriptors.CellAndScore, location, symbol.Name);
        CheckMembers(symbol, dialect, location, diagnostics);
        return diagnostics.HasErrors ? null : CellReader.Read(symbol.Name, dialect, parts, location, diagnostics);
    }

    /// <summary>The members that the generator adds must be free: the functions, and the constructor from values.</summary>
    private static void CheckMembers(INamedTypeSymbol symbol, Dialect dialect, Location location, DiagnosticBag diagnostics)
    {
        if (dialect.Find(symbol.Name) is not null)
            diagnostics.Report(Descriptors.DuplicateName, location, symbol.Name, dialect.Noun, symbol.Name);
        foreach (var member in symbol.GetMembers().Where(m => !m.IsImplicitlyDeclared))
        {
            bool isConstructor = member is IMethodSymbol { MethodKind: MethodKind.Constructor } constructor && (IsPrimary(constructor) || IsFromValues(constructor));
            if (isConstructor || dialect.Find(member.Name) is not null)
                diagnostics.Report(Descriptors.DuplicateName, member.Locations[0], isConstructor ? symbol.Name : member.Name, dialect.Noun, symbol.Name);
        }

        static bool IsPrimary(IMethodSymbol constructor) => constructor.DeclaringSyntaxReferences.Any(r => r.GetSyntax() is TypeDeclarationSyntax);

        static bool IsFromValues(IMethodSymbol constructor) => constructor.Parameters.Length == 1 && constructor.Parameters[0].Type.Name == "CellValues";
    }
}
