using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using RnnGen.Generator;

namespace RnnGen.Tests.Models;

/// <summary>Compiles models that are declared at run time: many in one compilation, with the generator, in memory.</summary>
internal static class ModelFactory
{
    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Where(p => p.EndsWith(".dll", StringComparison.Ordinal)).Select(p => MetadataReference.CreateFromFile(p)),
    ];

    /// <summary>Compiles models of real vectors in double, with squared error, and hands each out ready to test.</summary>
    /// <param name="models">By name, the attributes between [Input] and the loss, for instance <c>[Rnn&lt;Lstm&gt;(7)]</c>.</param>
    /// <param name="cells">Cells that they use.</param>
    public static Dictionary<string, TestModel> Compile(IEnumerable<(string Name, int Input, int Steps, string Layers)> models, string cells = "")
    {
        var list = models.ToList();
        string source = "using RnnGen;\nnamespace Tested;\n" + cells + string.Concat(list.Select(m => Declare(m.Name, m.Input, m.Steps, m.Layers)));
        var assembly = Load(source);
        return list.ToDictionary(m => m.Name, m =>
        {
            var type = assembly.GetType($"Tested.{m.Name}")!;
            object model = Activator.CreateInstance(type, 1UL, null)!;
            return (TestModel)Activator.CreateInstance(typeof(TestModel<>).MakeGenericType(type.GetNestedType("State")!), model)!;
        });
    }

    /// <summary>Compiles a source file with the generator and loads the result; the compiler's errors and warnings fail the test.</summary>
    public static Assembly Load(string source)
    {
        var options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, nullableContextOptions: NullableContextOptions.Enable);
        var compilation = CSharpCompilation.Create($"Tested{Guid.NewGuid():N}", [CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(LanguageVersion.CSharp13))], References, options);
        CSharpGeneratorDriver.Create(new RnnGenerator().AsSourceGenerator()).WithUpdatedParseOptions(new CSharpParseOptions(LanguageVersion.CSharp13)).RunGeneratorsAndUpdateCompilation(compilation, out var output, out var diagnostics);
        var problems = diagnostics.Concat(output.GetDiagnostics()).Where(d => d.Severity >= DiagnosticSeverity.Warning).ToList();
        Assert.True(problems.Count == 0, string.Join("\n", problems.Take(10)));
        using var stream = new MemoryStream();
        var result = output.Emit(stream);
        Assert.True(result.Success, string.Join("\n", result.Diagnostics.Take(10)));
        stream.Position = 0;
        return new AssemblyLoadContext(null, isCollectible: true).LoadFromStream(stream);
    }

    private static string Declare(string name, int input, int steps, string layers) => $$"""
        [RnnModel(Steps = {{steps}}, Precision = Precision.Double)]
        [Input({{input}})]
        {{layers}}
        [SquaredError]
        public sealed partial class {{name}};

        """;
}
