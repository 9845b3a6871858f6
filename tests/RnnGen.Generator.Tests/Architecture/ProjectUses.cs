using System.Collections.Immutable;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RnnGen.Generator.Tests.Architecture;

/// <summary>One file uses a symbol that another declares.</summary>
/// <param name="File">The using file, relative to the project.</param>
/// <param name="Line">From 1.</param>
/// <param name="Symbol">The type or member.</param>
/// <param name="Declared">The file that declares it, relative to the project.</param>
internal sealed record Use(string File, int Line, string Symbol, string Declared);

/// <summary>
/// Finds by symbols which file of a project uses which: the project is compiled here, with what the generator adds to it.
/// </summary>
internal static class ProjectUses
{
    private static readonly string[] ImplicitUsings =
    [
        "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading",
        "System.Threading.Tasks"
    ];

    private static readonly CSharpParseOptions Options = new(LanguageVersion.CSharp13);

    /// <param name="project">The project's folder.</param>
    public static IReadOnlyList<Use> Find(string project)
    {
        var trees = Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories)
            .Where(f => Relative(f).Split('/')[0] is not ("obj" or "bin"))
            .Select(f => CSharpSyntaxTree.ParseText(File.ReadAllText(f), Options, Relative(f)))
            .ToList();
        var compilation = Compile(project, trees);
        return [.. trees.SelectMany(t => Find(compilation.GetSemanticModel(t))).Distinct()];

        string Relative(string file) => Path.GetRelativePath(project, file).Replace('\\', '/');
    }

    /// <summary>Where something does not bind, a use would be missed: whatever is found is found in a project without errors.</summary>
    private static Compilation Compile(string project, IReadOnlyList<SyntaxTree> trees)
    {
        var usings =
            XDocument.Load(Directory.GetFiles(project, "*.csproj").Single())
                .Descendants("Using")
                .Select(u => u.Attribute("Include")!.Value);
        var globals = CSharpSyntaxTree.ParseText(string.Concat(ImplicitUsings.Concat(usings).Select(u => $"global using {u};\n")), Options);
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(p => !Path.GetFileName(p).StartsWith("RnnGen", StringComparison.Ordinal))
            .Select(p => MetadataReference.CreateFromFile(p));
        var options = new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable);
        var compilation = CSharpCompilation.Create(Path.GetFileName(project), [.. trees, globals], references, options);
        CSharpGeneratorDriver.Create([new RnnGenerator().AsSourceGenerator()], parseOptions: Options)
            .RunGeneratorsAndUpdateCompilation(compilation, out var whole, out _);
        Assert.Empty(whole.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.ToString()));
        return whole;
    }

    private static IEnumerable<Use> Find(SemanticModel model)
    {
        string file = model.SyntaxTree.FilePath;
        foreach (var node in model.SyntaxTree.GetRoot()
            .DescendantNodes()
            .Where(n => n is ExpressionSyntax or ConstructorInitializerSyntax or PrimaryConstructorBaseTypeSyntax))
        {
            var symbol = model.GetSymbolInfo(node).Symbol?.OriginalDefinition;
            foreach (string declared in DeclaredIn(symbol))
            {
                if (declared != file)
                    yield return new(
                        file, node.GetLocation().GetLineSpan().StartLinePosition.Line + 1,
                        symbol!.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat), declared);
            }
        }
    }

    /// <summary>
    /// The files of a symbol's own declarations, or of its type's where it has none: none for namespaces and for what another assembly or
    /// the generator declares.
    /// </summary>
    private static ImmutableHashSet<string> DeclaredIn(ISymbol? symbol)
    {
        while (symbol is not null and not INamespaceSymbol)
        {
            if (symbol.DeclaringSyntaxReferences.Length > 0)
                return [.. symbol.DeclaringSyntaxReferences.Select(r => r.SyntaxTree.FilePath)
                    .Where(p => p.Length > 0 && !p.EndsWith(".g.cs", StringComparison.Ordinal))];
            symbol = symbol.ContainingType;
        }

        return [];
    }
}
