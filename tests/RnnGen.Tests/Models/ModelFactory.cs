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
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(p => p.EndsWith(".dll", StringComparison.Ordinal)).Select(p => MetadataReference.CreateFromFile(p)),
    ];

    /// <summary>Compiles models in one compilation, and hands each out ready to test.</summary>
    /// <param name="graphs">By name.</param>
    /// <param name="cells">Cells that they use.</param>
    public static Dictionary<string, TestModel> Compile(IReadOnlyDictionary<string, TestGraph> graphs, string cells = "") =>
        Compile<TestModel>(graphs, cells, typeof(IRnnModel<,,,>), typeof(TestModel<,,>));

    /// <summary>The same, and the assembly that they are in: their cells are there too.</summary>
    /// <inheritdoc cref="Compile(IReadOnlyDictionary{string, TestGraph}, string)"/>
    public static (Dictionary<string, TestModel> Models, Assembly Assembly) CompileWithAssembly(
        IReadOnlyDictionary<string, TestGraph> graphs, string cells)
    {
        var models = Compile<TestModel>(graphs, cells, typeof(IRnnModel<,,,>), typeof(TestModel<,,>), out var assembly);
        return (models, assembly);
    }

    /// <summary>The same of decoders that have encoders.</summary>
    /// <param name="graphs">By name.</param>
    /// <param name="cells">Cells and scores that they use.</param>
    public static Dictionary<string, TestJointModel> CompileJoint(IReadOnlyDictionary<string, TestGraph> graphs, string cells = "") =>
        Compile<TestJointModel>(graphs, cells, typeof(ISeq2SeqModel<,,,,,>), typeof(TestJointModel<,,,,>));

    private static Dictionary<string, TModel> Compile<TModel>(
        IReadOnlyDictionary<string, TestGraph> graphs, string cells, Type seenAs, Type tested)
        where TModel : TapedModel => Compile<TModel>(graphs, cells, seenAs, tested, out _);

    private static Dictionary<string, TModel> Compile<TModel>(
        IReadOnlyDictionary<string, TestGraph> graphs, string cells, Type seenAs, Type tested, out Assembly assembly)
        where TModel : TapedModel
    {
        string source = "using RnnGen;\nnamespace Tested;\n" + cells + string.Concat(graphs.Select(g => g.Value.Declare(g.Key)));
        var loaded = assembly = Load(source);
        return graphs.Keys.ToDictionary(name => name, name =>
        {
            var type = loaded.GetType($"Tested.{name}")!;
            var numbers = type.GetInterfaces().Single(i => i.IsGenericType && i.GetGenericTypeDefinition() == seenAs).GetGenericArguments();
            var model = (TModel)Activator.CreateInstance(tested.MakeGenericType(numbers[1..]), Activator.CreateInstance(type, 1UL, null))!;
            typeof(TapedModel).GetProperty(nameof(TapedModel.ParameterCount))!.SetValue(
                model, type.GetField("ParameterCount")!.GetRawConstantValue());
            return model;
        });
    }

    /// <summary>Compiles a source file with the generator and loads the result; the compiler's errors and warnings fail the test.</summary>
    public static Assembly Load(string source)
    {
        var options = new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release,
            nullableContextOptions: NullableContextOptions.Enable);
        var compilation = CSharpCompilation.Create(
            $"Tested{Guid.NewGuid():N}", [CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(LanguageVersion.CSharp13))], References,
            options);
        CSharpGeneratorDriver.Create(new RnnGenerator().AsSourceGenerator())
            .WithUpdatedParseOptions(new CSharpParseOptions(LanguageVersion.CSharp13)).RunGeneratorsAndUpdateCompilation(
                compilation, out var output, out var diagnostics);
        var problems = diagnostics.Concat(output.GetDiagnostics()).Where(d => d.Severity >= DiagnosticSeverity.Warning).ToList();
        Assert.True(problems.Count == 0, string.Join("\n", problems.Take(10)));
        using var stream = new MemoryStream();
        var result = output.Emit(stream);
        Assert.True(result.Success, string.Join("\n", result.Diagnostics.Take(10)));
        stream.Position = 0;
        return new AssemblyLoadContext(null, isCollectible: true).LoadFromStream(stream);
    }
}
