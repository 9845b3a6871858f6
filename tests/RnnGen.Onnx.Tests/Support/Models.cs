using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using RnnGen.Generated;
using RnnGen.Generator;

namespace RnnGen.Onnx.Tests;

/// <summary>Compiles declarations in memory, with the generator.</summary>
internal static class Models
{
    private static readonly CSharpParseOptions Language = new(LanguageVersion.CSharp13);

    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(p => p.EndsWith(".dll", StringComparison.Ordinal)).Select(p => MetadataReference.CreateFromFile(p)),
    ];

    /// <summary>Compiles files; errors and warnings are exceptions.</summary>
    public static Assembly Compile(params IEnumerable<string> sources)
    {
        var diagnostics = Generate(sources, out var output);
        var problems = diagnostics.Concat(output.GetDiagnostics()).Where(d => d.Severity >= DiagnosticSeverity.Warning).ToList();
        if (problems.Count > 0)
            throw new InvalidOperationException(string.Join("\n", problems.Take(5)) + "\n" + string.Join("\n", sources));
        using var stream = new MemoryStream();
        output.Emit(stream);
        stream.Position = 0;
        return new AssemblyLoadContext(null, isCollectible: true).LoadFromStream(stream);
    }

    /// <summary>Compiles files into a library on disk.</summary>
    public static void Compile(string path, string source)
    {
        Generate([source], out var output);
        var result = output.Emit(path);
        if (!result.Success)
            throw new InvalidOperationException(string.Join("\n", result.Diagnostics.Take(5)));
    }

    /// <summary>Only what the generator says of files.</summary>
    public static IEnumerable<Diagnostic> Generate(IEnumerable<string> sources, out Compilation output)
    {
        var options = new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release,
            nullableContextOptions: NullableContextOptions.Enable);
        var compilation = CSharpCompilation.Create(
            $"Compiled{Guid.NewGuid():N}", sources.Select(s => CSharpSyntaxTree.ParseText(s, Language)), References, options);
        CSharpGeneratorDriver.Create(new RnnGenerator().AsSourceGenerator())
            .WithUpdatedParseOptions(Language)
            .RunGeneratorsAndUpdateCompilation(compilation, out output, out var diagnostics);
        return diagnostics;
    }

    /// <summary>A model of a compiled class.</summary>
    public static Model Create(Assembly assembly, string name, ulong seed = 1)
    {
        Type type = assembly.GetType(name) ?? throw new InvalidOperationException($"there is no {name}");
        object model = Activator.CreateInstance(type, seed, null)!;
        Type[] parameters = type.GetInterfaces()
            .Single(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IRnnModel<,,,>))
            .GetGenericArguments();
        return (Model)Activator.CreateInstance(typeof(Model<,,>).MakeGenericType(parameters[1..]), model)!;
    }

    /// <summary>An imported model with its weights.</summary>
    public static Model Load(ImportedModel imported, string nameSpace = "")
    {
        Model model = Create(Compile(imported.Declaration), nameSpace.Length == 0 ? imported.Name : $"{nameSpace}.{imported.Name}");
        model.Weights = imported.Weights;
        return model;
    }
}

/// <summary>Any model of floats.</summary>
internal abstract class Model
{
    public abstract Type Type { get; }

    public abstract ModelShape Shape { get; }

    public abstract bool IsSymbolic { get; }

    /// <summary>Reading and setting go through the public file format.</summary>
    public abstract SafetensorsFile Weights { get; set; }

    /// <summary>One sequence from a state of zeros, or from the numbers that StateSize counts.</summary>
    /// <param name="inputs">[step][number], symbols as numbers.</param>
    /// <param name="state">Read and replaced, if it is given.</param>
    public abstract float[] Forward(float[] inputs, float[]? state = null);
}

internal sealed class Model<TInput, TTarget, TState>(IRnnModel<float, TInput, TTarget, TState> model) : Model
    where TInput : unmanaged
    where TTarget : unmanaged
    where TState : struct, IRnnState<float>
{
    public override Type Type => model.GetType();

    public override ModelShape Shape => model.Shape;

    public override bool IsSymbolic => typeof(TInput) == typeof(int);

    public override SafetensorsFile Weights
    {
        get
        {
            using MemoryStream stream = new();
            WeightFile.Save(stream, model.Parameters);
            return SafetensorsFile.Read(stream.ToArray());
        }
        set => WeightFile.Load(value, model.Parameters);
    }

    public override float[] Forward(float[] inputs, float[]? state = null)
    {
        int steps = IsSymbolic ? inputs.Length : inputs.Length / Shape.InputSize;
        float[] outputs = new float[(Shape.OutputSteps == 1 ? 1 : steps) * Shape.OutputSize];
        TState held = default;
        if (state is not null)
            held.CopyFrom(state);
        if (IsSymbolic)
            model.Forward(MemoryMarshal.Cast<int, TInput>(Array.ConvertAll(inputs, i => (int)i)), ref held, outputs);
        else
            model.Forward(MemoryMarshal.Cast<float, TInput>(inputs), ref held, outputs);
        if (state is not null)
            held.CopyTo(state);
        return outputs;
    }
}
