using System.Diagnostics;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using RnnGen.Generator;

namespace RnnGen.Benchmarks;

/// <summary>The generator's own cost inside a compiler that is already running, as in an editor or a build server.</summary>
internal static class CompileCommand
{
    private const int Repetitions = 15;
    private const string OtherFile = "Other.cs";

    private static readonly CSharpParseOptions Options = new(LanguageVersion.CSharp13);

    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path)
                .StartsWith("System", StringComparison.Ordinal)).Select(path => MetadataReference.CreateFromFile(path)),
        MetadataReference.CreateFromFile(typeof(Weight).Assembly.Location),
    ];

    public static void Run()
    {
        var character = Compilation([UserProgram.CharacterModel]);
        var first = Driver().RunGenerators(character);
        for (int i = 0; i < Repetitions; i++)
            Time(character);

        Console.WriteLine("models,first_run_ms,unrelated_edit_ms,model_edit_ms,bytes_per_model");
        foreach (int models in (int[])[1, 10, 100])
        {
            var compilation = Compilation([.. Enumerable.Range(0, models).Select(UserProgram.Model)]);
            var driver = Driver().RunGenerators(compilation);
            double run = Enumerable.Range(0, Repetitions).Select(_ => Time(compilation)).Median();
            double unrelated = Edits(driver, compilation, OtherFile, (text, i) => text + $"class Added{i};\n");
            double model = Edits(
                driver, compilation, "Model0.cs", (text, i) => text.Replace("Steps = 64", $"Steps = {65 + i}", StringComparison.Ordinal));
            Console.WriteLine($"{models},{run:F2},{unrelated:F3},{model:F2},{Bytes(driver) / models:F0}");
        }

        double firstModel = Enumerable.Range(0, Repetitions).Select(_ => Time(character)).Median();
        double bytes = Bytes(first);
        double edit = Edits(first, character, OtherFile, (text, i) => text + $"class Added{i};\n");
        Console.WriteLine($"a first model (one-hot 65, LSTM 2 x 128, T 64) in a warm compiler: {firstModel:F1} ms, "
            + $"{Verdict(firstModel, 100)}, wanted are less than 100");
        Console.WriteLine($"an unrelated edit: {edit:F2} ms, {Verdict(edit, 5)}, wanted are less than 5");
        Console.WriteLine($"its source: {bytes / 1024:F0} KiB, {Verdict(bytes, 200_000)}, wanted are less than 200 KB");
    }

    private static string Verdict(double figure, double limit) => figure < limit ? "yes" : "no";

    private static CSharpCompilation Compilation(IReadOnlyList<string> models) => CSharpCompilation.Create(
        "User",
        [
            .. models.Select((source, i) => CSharpSyntaxTree.ParseText(source, Options, $"Model{i}.cs")),
            CSharpSyntaxTree.ParseText("static class Program { static void Main() { } }\n", Options, OtherFile)
        ],
        References,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

    private static CSharpGeneratorDriver Driver() =>
        CSharpGeneratorDriver.Create([new RnnGenerator().AsSourceGenerator()], parseOptions: Options);

    /// <summary>A first run, in ms; on a compilation of its own, as what was bound for another run is kept in it.</summary>
    private static double Time(CSharpCompilation compilation)
    {
        var fresh = compilation.Clone();
        var driver = Driver();
        long start = Stopwatch.GetTimestamp();
        driver.RunGenerators(fresh);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    /// <summary>The run after an edit of a file, in ms.</summary>
    private static double Edits(GeneratorDriver driver, CSharpCompilation compilation, string file, Func<string, int, string> edit)
    {
        var tree = compilation.SyntaxTrees.Single(t => t.FilePath == file);
        return Enumerable.Range(0, Repetitions).Select(i =>
        {
            var after = compilation.ReplaceSyntaxTree(tree, tree.WithChangedText(SourceText.From(edit(tree.ToString(), i))));
            long start = Stopwatch.GetTimestamp();
            driver.RunGenerators(after);
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }).Median();
    }

    private static double Bytes(GeneratorDriver driver) =>
        driver.GetRunResult().Results.Single().GeneratedSources.Sum(s => (double)Encoding.UTF8.GetByteCount(s.SourceText.ToString()));
}
