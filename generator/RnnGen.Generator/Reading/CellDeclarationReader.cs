using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RnnGen.Generator.Declarations;
using RnnGen.Generator.Diagnostics;
using RnnGen.Generator.Equations;

namespace RnnGen.Generator.Reading;

/// <summary>Checks that a type can be a cell, a score or a loss, and reads all of its declarations.</summary>
internal static class CellDeclarationReader
{
    // A symbol is of one compilation and never changes, so what was read of it holds for all of that compilation's models. The tables keep
    // no symbol alive. There is one for each dialect: a struct may be marked with several.
    private static readonly ConditionalWeakTable<INamedTypeSymbol, ReadResult<CellDeclaration>>[] Tables =
        [.. Dialect.All.Select(_ => new ConditionalWeakTable<INamedTypeSymbol, ReadResult<CellDeclaration>>())];

    /// <summary>The struct that a declaration is, as its attribute marks it.</summary>
    public static ReadResult<CellType> Read(DeclaredType type, Dialect dialect, CancellationToken cancel)
    {
        var diagnostics = new DiagnosticBag();
        var (symbol, syntax, compilation) = type;
        var first = symbol.GetAttributes().First(a => AttributeReader.Is(a, dialect.Attribute + "Attribute")).ApplicationSyntaxReference;
        if (first is null || first.SyntaxTree != syntax.SyntaxTree || !syntax.Span.Contains(first.Span))
            return new(null, diagnostics.ToEquatableArray());
        ModelShape.CheckProject(compilation, syntax.Identifier.GetLocation(), diagnostics);
        bool isOld = diagnostics.HasErrors;
        var read = isOld ? Read(symbol, dialect, diagnostics, cancel) : Read(symbol, dialect, cancel);
        return new(isOld || !CanBeExtended(symbol, dialect, cancel) ? null : TypeOf(symbol, dialect, read.Declaration), read.Diagnostics);
    }

    private static CellType TypeOf(INamedTypeSymbol symbol, Dialect dialect, CellDeclaration? cell)
    {
        var own = dialect.Functions.Select(f => f.Name).Where(f => f == symbol.Name || !symbol.GetMembers(f).IsEmpty);
        var type = new CellType(Names.Namespace(symbol), symbol.Name, dialect.Kind, own.ToEquatableArray(), cell);
        if (cell is not null || symbol.InstanceConstructors.Any(c => !c.IsImplicitlyDeclared))
            return type;
        var fields = symbol.GetMembers().OfType<IFieldSymbol>().Where(f => f is { IsStatic: false, IsImplicitlyDeclared: false });
        return type with
        {
            Fields = fields.Select(f => new CellField(
            f.Name,
            Enum.TryParse(f.Type.Name, out ParameterKind kind) && dialect.Fields.Contains(kind) ? kind : null)).ToEquatableArray()
        };
    }

    /// <summary>True if another declaration of the struct would be valid C#, whatever else is wrong.</summary>
    private static bool CanBeExtended(INamedTypeSymbol symbol, Dialect dialect, CancellationToken cancel) =>
        symbol is { ContainingType: null, IsGenericType: false, IsRefLikeType: false, IsFileLocal: false }
            && IsPartialStruct(DeclarationsOf(symbol, cancel)) && OtherKind(symbol, dialect) is null;

    /// <summary>The kind that a struct is already, of those before this one; null if none.</summary>
    private static Dialect? OtherKind(INamedTypeSymbol symbol, Dialect dialect) =>
        Dialect.All.Take((int)dialect.Kind)
            .FirstOrDefault(d => symbol.GetAttributes().Any(a => AttributeReader.Is(a, d.Attribute + "Attribute")));

    private static List<TypeDeclarationSyntax> DeclarationsOf(INamedTypeSymbol symbol, CancellationToken cancel) =>
        [.. symbol.DeclaringSyntaxReferences.Select(r => r.GetSyntax(cancel)).OfType<TypeDeclarationSyntax>()];

    private static bool IsPartialStruct(List<TypeDeclarationSyntax> declarations) =>
        declarations.All(p => p is StructDeclarationSyntax && p.Modifiers.Any(SyntaxKind.PartialKeyword));

    /// <summary>
    /// The cell, score or loss that a struct of this project, or one it refers to, declares; null, with diagnostics, if it declares none.
    /// </summary>
    public static ReadResult<CellDeclaration> Read(INamedTypeSymbol symbol, Dialect dialect, CancellationToken cancel) =>
        Tables[(int)dialect.Kind].GetValue(symbol, s => Read(s, dialect, new DiagnosticBag(), cancel));

    private static ReadResult<CellDeclaration> Read(
        INamedTypeSymbol symbol, Dialect dialect, DiagnosticBag diagnostics, CancellationToken cancel) =>
        new(ReadParts(symbol, dialect, diagnostics, cancel), diagnostics.ToEquatableArray());

    private static CellDeclaration? ReadParts(INamedTypeSymbol symbol, Dialect dialect, DiagnosticBag diagnostics, CancellationToken cancel)
    {
        var declarations = DeclarationsOf(symbol, cancel);
        if (declarations.Count == 0)
            return null;
        var location = declarations[0].Identifier.GetLocation();
        if (!IsPartialStruct(declarations) || !symbol.IsReadOnly || symbol.IsRefLikeType || symbol.IsFileLocal)
            diagnostics.Report(Descriptors.CellNotPartial, location, symbol.Name);
        if (symbol.ContainingType is not null || symbol.IsGenericType)
            diagnostics.Report(Descriptors.NestedCell, location, symbol.Name, dialect.Noun);
        if (OtherKind(symbol, dialect) is { } other)
            diagnostics.Report(Descriptors.TwoKinds, location, symbol.Name, other.Attribute, dialect.Attribute);
        CheckConstructors(symbol, dialect, diagnostics);
        if (diagnostics.HasErrors)
            return null;
        List<MemberDeclarationSyntax> members = [.. declarations.SelectMany(p => p.Members)];
        return CellReader.Read(symbol.Name, dialect, members, new OwnMembers(symbol.Name, members), location, diagnostics);
    }

    /// <summary>The constructor from values, which the generator adds, must be free.</summary>
    private static void CheckConstructors(INamedTypeSymbol symbol, Dialect dialect, DiagnosticBag diagnostics)
    {
        foreach (var constructor in symbol.InstanceConstructors.Where(c => !c.IsImplicitlyDeclared && (IsPrimary(c) || IsFromValues(c))))
            diagnostics.Report(Descriptors.DuplicateName, constructor.Locations[0], symbol.Name, dialect.Noun, symbol.Name);

        static bool IsPrimary(IMethodSymbol constructor) =>
            constructor.DeclaringSyntaxReferences.Any(r => r.GetSyntax() is TypeDeclarationSyntax);

        static bool IsFromValues(IMethodSymbol constructor) =>
            constructor.Parameters.Length == 1 && constructor.Parameters[0].Type.Name == "CellValues";
    }
}
