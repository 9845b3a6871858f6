using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;

namespace RnnGen.Generator.Tests.Attention;

/// <summary>The kernels of all cases, compiled in memory.</summary>
public sealed class ScorePrograms : IDisposable
{
    private readonly AssemblyLoadContext scores = new(null, isCollectible: true);
    private readonly AssemblyLoadContext kernels = new(null, isCollectible: true);
    private readonly Assembly own;
    private readonly Assembly compiled;

    public ScorePrograms()
    {
        var (result, output) = Compiler.Generate(Compiler.Compile(ScoreCase.Source));
        Assert.Empty(result.Diagnostics);
        Assert.DoesNotContain(Compiler.Problems(output), d => d.Id != "CS1591");
        own = Load(scores, output);
        var files = ScoreCase.All.SelectMany(c => new[] { true, false }.Select(
            isDouble => ($"{c.ClassName(isDouble)}.cs", c.Write(ScoreCase.Read(TypeOf(c)), isDouble))));
        var program = Compiler.Compile(files);
        Assert.DoesNotContain(Compiler.Problems(program), d => d.Id != "CS1591");
        compiled = Load(kernels, program.WithOptions(program.Options.WithOptimizationLevel(OptimizationLevel.Release)));
    }

    internal Type TypeOf(ScoreCase score) => own.GetType(score.Type) ?? typeof(AdditiveScore).Assembly.GetType(score.Type)!;

    /// <summary>A method of a case's kernels, for a vector and its element.</summary>
    internal TDelegate Kernel<TDelegate>(ScoreCase score, Type lanes, string name) where TDelegate : Delegate =>
        compiled.GetType($"{score.ClassName(lanes.Name.StartsWith("Double", StringComparison.Ordinal))}+Kernels`1")!.MakeGenericType(lanes)
            .GetMethod(name)!.CreateDelegate<TDelegate>();

    public void Dispose()
    {
        scores.Unload();
        kernels.Unload();
    }

    private static Assembly Load(AssemblyLoadContext context, Compilation compilation)
    {
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        Assert.True(result.Success, string.Join("\n", result.Diagnostics));
        image.Position = 0;
        return context.LoadFromStream(image);
    }
}
