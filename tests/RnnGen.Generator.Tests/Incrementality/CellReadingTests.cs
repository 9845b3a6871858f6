using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using RnnGen.Generator.Declarations;
using RnnGen.Generator.Diagnostics;
using RnnGen.Generator.Pipeline;
using RnnGen.Generator.Reading;
using RnnGen.Generator.Support;

namespace RnnGen.Generator.Tests.Incrementality;

/// <summary>A cell is read once, and what was read is never taken for another cell. Alone, as what is remembered is every test's.</summary>
[CollectionDefinition(nameof(CellReadingTests), DisableParallelization = true)]
[Collection(nameof(CellReadingTests))]
public class CellReadingTests
{
    private const string Models = """
        using RnnGen;

        [RnnModel(Steps = 2), Input(3), Rnn<Leaky>(5), SquaredError]
        partial class First;

        [RnnModel(Steps = 2), Input(4), Rnn<Leaky>(6), Rnn<Lstm>(7, Clip = 3), SquaredError]
        partial class Second;
        """;

    /// <summary>Where the models find their cell.</summary>
    public enum Place
    {
        Project,
        ReferencedProject,
        ReferencedProjectWithGeneratedFiles,
        ReferencedAssembly,
    }

    public static TheoryData<Place> Places => [.. Enum.GetValues<Place>()];

    [Theory]
    [MemberData(nameof(Places))]
    public void AnUnrelatedEditComputesNoEquationsAgain(Place place)
    {
        var before = Program(place, Leaky("0.5"));
        // With a driver of its own, which has no results of the first.
        Assert.All(Layers(before).Zip(Layers(Edited(before)), (b, a) => (b, a)), layers =>
        {
            Assert.Same(layers.b.Cell, layers.a.Cell);
            Assert.Same(layers.b.CellWithInput, layers.a.CellWithInput);
        });
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void AllModelsReadACellOnce(Place place)
    {
        var compilation = Program(place, Leaky("0.5"));
        var first = Read(compilation, "First");
        Assert.Same(first, Read(compilation, "Second"));
        if (place is not Place.Project)
            Assert.Same(first, Read(Edited(compilation), "First"));
        else
            Assert.Equal(first, Read(Edited(compilation), "First"));
    }

    [Fact]
    public void TheFileOfACellIsWrittenFromTheSameReading()
    {
        var compilation = Program(Place.Project, Leaky("0.5"));
        var cells = Compiler.Driver().RunGenerators(compilation).GetRunResult().Results.Single().TrackedSteps[TrackingNames.Cells];
        Assert.Same(Read(compilation, "First"), ((CellType)Assert.Single(cells.SelectMany(s => s.Outputs)).Value).Cell);
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void ChangedEquationsReachTheModels(Place place)
    {
        var driver = Compiler.Driver();
        foreach (string factor in new[] { "0.5", "0.25", "0.5", "0.125" })
        {
            var compilation = Program(place, Leaky(factor));
            driver = driver.RunGenerators(compilation);
            var fresh = Compiler.Driver().RunGenerators(compilation);
            foreach (string model in new[] { "First", "Second" })
            {
                string kernels = Text(driver, $"{model}.Kernels.g.cs");
                Assert.Equal([$"V.Constant({factor})"], Constants(kernels));
                Assert.Equal(kernels, Text(fresh, $"{model}.Kernels.g.cs"));
            }
        }
    }

    [Fact]
    public void CellsOfOneNameInManyThreads()
    {
        string[] factors = [.. Enumerable.Range(1, 24).Select(i => $"{i}.5")];
        Parallel.ForEach(factors.Concat(factors), factor =>
        {
            var driver = Compiler.Driver().RunGenerators(Program(Place.Project, Leaky(factor)));
            Assert.Equal([$"V.Constant({factor})"], Constants(Text(driver, "Second.Kernels.g.cs")));
        });
    }

    [Fact]
    public void OneTextWithOtherSymbolsIsAnotherCell()
    {
        string source = Leaky("0.5").Replace("0.5 * h", "\n#if HALF\n0.5 * h\n#else\n0.25 * h\n#endif\n", StringComparison.Ordinal)
            + Models.Replace("using RnnGen;", "", StringComparison.Ordinal);
        foreach (bool half in new[] { true, false, true })
        {
            var tree = CSharpSyntaxTree.ParseText(
                source, half ? Compiler.Options().WithPreprocessorSymbols("HALF") : Compiler.Options(), Compiler.FileName);
            var driver = Compiler.Driver().RunGenerators(Compiler.Compile([]).AddSyntaxTrees(tree));
            Assert.Equal([half ? "V.Constant(0.5)" : "V.Constant(0.25)"], Constants(Text(driver, "First.Kernels.g.cs")));
        }
    }

    [Theory]
    [InlineData("Rnn<Signed>(5)", "0.0", "-0.0", "LeakyRelu(W * x, -0)")]
    [InlineData("Rnn<Signed>(5, Constants = \"zero = 0\")", "\"zero = 0", "\"zero = -0", "LeakyRelu(W * x, -0)")]
    [InlineData("Rnn<Signed>(5, Activation = Activation.LeakyRelu, ActivationAlpha = 0)", "Alpha = 0", "Alpha = -0.0", "LeakyRelu(h, -0)")]
    public void ZeroHasASign(string layer, string zero, string negative, string equation)
    {
        string source = $"using RnnGen; [RnnModel(Steps = 2), Input(3), {layer}, SquaredError] partial class First; [RnnCell] readonly "
            + $"partial struct Signed {{ readonly Weight W; const double zero = 0.0; public Hidden Step(Input x, Hidden h) => "
            + $"LeakyRelu(W * x, zero) + Activation(h); }}";
        var driver = Compiler.Driver();
        foreach (string sign in new[] { zero, negative, zero })
        {
            driver = driver.RunGenerators(Compiler.Compile(source.Replace(zero, sign, StringComparison.Ordinal)));
            Assert.Equal(sign == negative, Text(driver, "First.Kernels.g.cs").Contains(equation, StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void NoCompilationIsKept(Place place)
    {
        var compilation = Run(place);
        for (int i = 0; i < 10 && compilation.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(compilation.IsAlive);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference Run(Place place)
        {
            var compilation = Program(place, Leaky("0.75"));
            Assert.Equal(["V.Constant(0.75)"], Constants(Text(Compiler.Driver().RunGenerators(compilation), "First.Kernels.g.cs")));
            return new(compilation);
        }
    }

    private static string Leaky(string factor) =>
        $"using RnnGen;\n[RnnCell]\npublic readonly partial struct Leaky\n{{\n    readonly Weight W;\n    public Hidden Step(Input x, "
        + $"Hidden h) => W * x + {factor} * h;\n}}\n";

    private static CSharpCompilation Program(Place place, string cell)
    {
        if (place == Place.Project)
            return Compiler.Compile([("Models.cs", Models), ("Cell.cs", cell), ("Other.cs", "class Other;")]);
        Compilation library = Compiler.Compile([("Cell.cs", cell)]).WithAssemblyName("Library");
        if (place != Place.ReferencedProject)
            library = Compiler.Generate(library).Output;
        return Compiler.Compile(
            [("Models.cs", Models), ("Other.cs", "class Other;")],
            more: place == Place.ReferencedAssembly ? library.EmitToImageReference() : library.ToMetadataReference());
    }

    private static CSharpCompilation Edited(CSharpCompilation compilation)
    {
        var tree = compilation.SyntaxTrees.Single(t => t.FilePath == "Other.cs");
        return compilation.ReplaceSyntaxTree(tree, tree.WithChangedText(SourceText.From("class Other { int x; }")));
    }

    private static List<RnnDeclaration> Layers(Compilation compilation)
    {
        var steps = Compiler.Driver().RunGenerators(compilation).GetRunResult().Results.Single().TrackedSteps[TrackingNames.Models];
        List<RnnDeclaration> layers =
            [.. steps.SelectMany(s => s.Outputs).SelectMany(o => ((ModelDeclaration)o.Value).Elements).OfType<RnnDeclaration>()];
        Assert.Equal(3, layers.Count);
        return layers;
    }

    /// <summary>The cell of a model's first layer as it was declared.</summary>
    private static Equations.CellDeclaration Read(Compilation compilation, string model)
    {
        var diagnostics = new DiagnosticBag();
        var layer = PartReader.AttributesOf(compilation.GetTypeByMetadataName(model)!, diagnostics).First(a => a.Name == "Rnn");
        return CellSource.Read(layer.Type.TypeArguments[0], Equations.Dialect.Cell, layer, diagnostics, default)!;
    }

    private static string Text(GeneratorDriver driver, string file)
    {
        var result = driver.GetRunResult().Results.Single();
        Assert.Empty(result.Diagnostics);
        return result.GeneratedSources.Single(s => s.HintName == file).SourceText.ToString();
    }

    /// <summary>The factors of the state, each once.</summary>
    private static IEnumerable<string> Constants(string kernels) =>
        kernels.Split('\n')
            .SelectMany(l => System.Text.RegularExpressions.Regex.Matches(l, @"V\.Constant\([0-9.]+\)"))
            .Select(m => m.Value)
            .Where(c => c is not "V.Constant(3.0)" and not "V.Constant(1.0)").Distinct();
}
