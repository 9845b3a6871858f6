using System.Globalization;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using RnnGen.Generator;

namespace RnnGen.Compiler.Tests;

/// <summary>The page <c>docs/compiler.md</c> is one program, which prints what it says.</summary>
public class PageTests
{
    [Fact]
    public void ThePagePrintsWhatItSays()
    {
        Page page = Page.Read(Path.Combine(AppContext.BaseDirectory, "docs", "compiler.md"));
        Block[] blocks = [.. page.Blocks.Where(block => block.Language == "csharp")];
        Assert.True(blocks.Length >= 5);
        Assembly program = Load(Page.Program(blocks, "string Run()", "return Console.Out.ToString();", members: """
            // Stands for the console, which all tests of this process share.
            private static class Console
            {
                public static readonly StringWriter Out = new() { NewLine = "\n" };

                public static void WriteLine(string line) => Out.WriteLine(line);
            }
            """));
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        Clean();
        try
        {
            string printed = (string)program.GetType("Page")!.GetMethod("Run")!.Invoke(null, null)!;
            Assert.True(printed == string.Concat(page.In("text")), $"The program prints\n{printed}");
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
            Clean();
        }
    }

    [Fact]
    public void ThePackagesReadmeCompiles()
    {
        Page page = Page.Read(Path.Combine(AppContext.BaseDirectory, "docs", "PACKAGE.md"));
        Block[] blocks = [.. page.Blocks.Where(block => block.Language == "csharp")];
        Assert.NotEmpty(blocks);
        Assert.NotNull(Load(Page.Program(blocks, "void Run(float[] input, float[] output)")).GetType("Page"));
    }

    private static void Clean()
    {
        File.Delete("compiler-page.json");
        if (Directory.Exists("compiler-page.cache"))
            Directory.Delete("compiler-page.cache", recursive: true);
    }

    /// <summary>Compiles a program as a user's build does.</summary>
    private static Assembly Load(string source)
    {
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        string[] assemblies =
        [
            .. Directory.GetFiles(framework, "System*.dll").Where(file => !file.Contains("Native", StringComparison.Ordinal)),
            typeof(RnnModelAttribute).Assembly.Location, typeof(RnnCompiler).Assembly.Location, typeof(OnnxImport).Assembly.Location,
            typeof(TensorFile).Assembly.Location,
        ];
        CSharpParseOptions parsing = new(LanguageVersion.CSharp13);
        CSharpCompilation compilation = CSharpCompilation.Create(
            $"Page{Guid.NewGuid():N}", [CSharpSyntaxTree.ParseText(source, parsing)],
            assemblies.Select(path => MetadataReference.CreateFromFile(path)),
            new(
                OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release,
                nullableContextOptions: NullableContextOptions.Enable));
        CSharpGeneratorDriver.Create([new RnnGenerator().AsSourceGenerator()], parseOptions: parsing)
            .RunGeneratorsAndUpdateCompilation(compilation, out Compilation generated, out _);
        using MemoryStream image = new();
        var result = generated.Emit(image);
        Assert.True(result.Success, string.Join("\n", result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error)));
        image.Position = 0;
        return AssemblyLoadContext.Default.LoadFromStream(image);
    }
}
