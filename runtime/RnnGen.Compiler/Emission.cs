using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using RnnGen.Generator;

namespace RnnGen.Compiler;

/// <summary>From a declaration's text to the bytes of an assembly: the check of a file's syntax, the generator, the C# compiler.</summary>
internal static class Emission
{
    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.CSharp13, DocumentationMode.None);

    private static readonly CSharpCompilationOptions Compiling = new(
        OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, deterministic: true,
        nullableContextOptions: NullableContextOptions.Enable);

    /// <param name="text">The declaration.</param>
    /// <param name="isFromFile">True if it must be nothing but a declaration.</param>
    /// <param name="name">The assembly's name.</param>
    /// <param name="options">The bounds.</param>
    /// <param name="cancellation">Stops the generator and the compiler.</param>
    /// <exception cref="RnnCompilerException">It does not compile, or is beyond a bound.</exception>
    [RequiresUnreferencedCode("The metadata of assemblies is read, of which trimming leaves out parts.")]
    public static byte[] Emit(string text, bool isFromFile, string name, RnnCompilerOptions options, CancellationToken cancellation)
    {
        if (isFromFile)
            DeclarationSyntax.CheckLength(text);
        SyntaxTree tree = CSharpSyntaxTree.ParseText(SourceText.From(text), Parsing, cancellationToken: cancellation);
        SyntaxNode root = tree.GetRoot(cancellation);
        if (isFromFile)
            DeclarationSyntax.Check(root);
        int attributes = root.DescendantNodes().Count(node => node is AttributeSyntax);
        if (attributes > options.MostLayers)
            throw TooLarge("attributes", attributes, options.MostLayers, nameof(options.MostLayers));

        Compilation declared = CSharpCompilation.Create(name, [tree], ProgramReferences.With(options.References), Compiling);
        CSharpGeneratorDriver.Create([new RnnGenerator().AsSourceGenerator()], parseOptions: Parsing)
            .RunGeneratorsAndUpdateCompilation(declared, out Compilation generated, out var said, cancellation);
        // CS8785 is the warning that a generator failed.
        Refuse(said.Where(d => d.Severity == DiagnosticSeverity.Error || d.Id == "CS8785"), tree);
        (INamedTypeSymbol type, INamedTypeSymbol model) = Find(generated, tree, options.ModelName, cancellation);
        CheckSizes(type, options);
        SyntaxTree entry = CSharpSyntaxTree.ParseText(EntryPoint.Text(type, model), Parsing, cancellationToken: cancellation);
        using MemoryStream image = new();
        var result = generated.AddSyntaxTrees(entry).Emit(image, cancellationToken: cancellation);
        Refuse(result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error), tree);
        return image.ToArray();
    }

    private static (INamedTypeSymbol Type, INamedTypeSymbol Model) Find(
        Compilation compilation, SyntaxTree tree, string? name, CancellationToken cancellation)
    {
        SemanticModel semantics = compilation.GetSemanticModel(tree);
        INamedTypeSymbol[] types =
        [
            .. tree.GetRoot(cancellation).DescendantNodes().OfType<ClassDeclarationSyntax>()
                .Select(c => semantics.GetDeclaredSymbol(c, cancellation)).OfType<INamedTypeSymbol>()
                .Distinct<INamedTypeSymbol>(SymbolEqualityComparer.Default)
        ];
        INamedTypeSymbol[] models = [.. types.Where(t => EntryPoint.ModelOf(compilation, t) is not null)];
        if (models.Length > 0)
        {
            INamedTypeSymbol[] named = [.. models.Where(m => name is null || m.ToDisplayString() == name)];
            return named.Length == 1
                ? (named[0], EntryPoint.ModelOf(compilation, named[0])!)
                : throw new RnnCompilerException(
                    $"{(name is null ? "Several models are declared, and ModelName chooses none" : $"No model '{name}' is declared")}: "
                    + $"{string.Join(", ", models.Take(20).Select(m => m.ToDisplayString()))}.");
        }

        // Without a model, the compiler's errors say what is wrong: an attribute that does not exist, for instance.
        Refuse(compilation.GetDiagnostics(cancellation).Where(d => d.Severity == DiagnosticSeverity.Error), tree);
        throw new RnnCompilerException(Array.Exists(types, t => EntryPoint.IsJoint(compilation, t))
            ? "A [Seq2Seq] model is declared, which reads a source and has no stream; only [RnnModel] can be compiled at run time."
            : "No class with [RnnModel] is declared.");
    }

    /// <summary>The generator has counted everything before it wrote anything.</summary>
    private static void CheckSizes(INamedTypeSymbol type, RnnCompilerOptions options)
    {
        long Constant(string name) => type.GetMembers(name).OfType<IFieldSymbol>().FirstOrDefault()?.ConstantValue is { } value
            ? Convert.ToInt64(value, CultureInfo.InvariantCulture)
            : 0;
        if (Constant("ParameterCount") is var parameters && parameters > options.MostParameters)
            throw TooLarge("parameters", parameters, options.MostParameters, nameof(options.MostParameters));
        foreach (string name in (string[])["InputSize", "OutputSize", "StateSize"])
        {
            if (Constant(name) is var size && size > options.MostNumbers)
                throw TooLarge($"{name}, numbers:", size, options.MostNumbers, nameof(options.MostNumbers));
        }
    }

    private static RnnCompilerException TooLarge(string what, long count, long most, string option) =>
        new($"The declaration has {what} {count:N0}, and {nameof(RnnCompilerOptions)}.{option} allows {most:N0}. Nothing was compiled.");

    private static void Refuse(IEnumerable<Diagnostic> diagnostics, SyntaxTree tree)
    {
        RnnCompilerDiagnostic[] errors = [.. diagnostics.Select(d => Describe(d, tree))];
        if (errors.Length > 0)
            throw new RnnCompilerException(errors);
    }

    private static RnnCompilerDiagnostic Describe(Diagnostic diagnostic, SyntaxTree tree)
    {
        LinePosition start = diagnostic.Location.GetLineSpan().StartLinePosition;
        bool isHere = diagnostic.Location.SourceTree == tree || (diagnostic.Location.IsInSource is false && start != default);
        return new(
            diagnostic.Id, isHere ? start.Line + 1 : 0, isHere ? start.Character + 1 : 0,
            diagnostic.GetMessage(CultureInfo.InvariantCulture));
    }
}
