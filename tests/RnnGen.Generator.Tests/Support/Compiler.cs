using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace RnnGen.Generator.Tests;

/// <summary>Compiles users' programs in memory, with the generator where asked.</summary>
internal static class Compiler
{
    public const string FileName = "Model.cs";

    /// <summary>The framework these tests run on, and RnnGen's runtime: all that a user's project references.</summary>
    public static readonly MetadataReference[] References =
    [
        .. Directory.GetFiles(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "System*.dll")
            .Where(IsManaged)
            .Select(p => MetadataReference.CreateFromFile(p)),
        MetadataReference.CreateFromFile(typeof(Weight).Assembly.Location),
    ];

    /// <summary>Strict, as the strictest user has it: nullable, and comments checked.</summary>
    public static CSharpCompilation Compile(
        IEnumerable<(string Path, string Source)> files, LanguageVersion version = LanguageVersion.CSharp12,
        params MetadataReference[] more)
    {
        var options = Options(version);
        return CSharpCompilation.Create(
            "User",
            files.Select(f => CSharpSyntaxTree.ParseText(f.Source, options, f.Path)),
            [.. References, .. more],
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release,
                nullableContextOptions: NullableContextOptions.Enable));
    }

    public static CSharpCompilation Compile(string source, LanguageVersion version = LanguageVersion.CSharp12) =>
        Compile([(FileName, source)], version);

    /// <summary>The compilation in a Debug or a Release build.</summary>
    public static CSharpCompilation With(this CSharpCompilation compilation, OptimizationLevel level) =>
        compilation.WithOptions(compilation.Options.WithOptimizationLevel(level));

    public static CSharpParseOptions Options(LanguageVersion version = LanguageVersion.CSharp12) =>
        new(version, DocumentationMode.Diagnose);

    public static GeneratorDriver Driver(LanguageVersion version = LanguageVersion.CSharp12) => CSharpGeneratorDriver.Create(
        [new RnnGenerator().AsSourceGenerator()],
        parseOptions: Options(version),
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    /// <summary>Runs the generator once: what it wrote and said, and the program with its output.</summary>
    public static (GeneratorRunResult Result, Compilation Output) Generate(Compilation compilation)
    {
        var version = ((CSharpCompilation)compilation).LanguageVersion;
        var result = Driver(version).RunGeneratorsAndUpdateCompilation(compilation, out var output, out _).GetRunResult().Results.Single();
        return (result, output);
    }

    /// <summary>The compiled assembly, for another compilation to reference.</summary>
    public static MetadataReference EmitToImageReference(this Compilation compilation)
    {
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        Assert.True(result.Success, string.Join("\n", result.Diagnostics));
        return MetadataReference.CreateFromImage(image.ToArray());
    }

    /// <summary>What the compiler would print: errors and warnings, but nothing hidden.</summary>
    public static IEnumerable<Diagnostic> Problems(Compilation compilation) =>
        compilation.GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning);

    private static bool IsManaged(string path)
    {
        using var stream = File.OpenRead(path);
        using var reader = new System.Reflection.PortableExecutable.PEReader(stream);
        return reader.HasMetadata;
    }
}
