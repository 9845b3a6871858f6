using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace RnnGen.Generator.Tests.Robustness;

/// <summary>A cell of a referenced assembly is compiled into models exactly as one of the project's own.</summary>
public class CompiledCellTests
{
    [Theory]
    [InlineData("Cell", "readonly Weight W; readonly Recurrent U; readonly Bias b;", "Tanh(W * x + U * h + b)")]
    [InlineData("Cell", "readonly Weight W; readonly Recurrent U;", "-(U * h) - (-(-(W * x)))")]
    [InlineData("Cell", "readonly Weight W; readonly PerUnit p;", "h - (h - (W * x + p * h)) / (1 - -0.5 * (p * h))")]
    [InlineData(
        "Cell", "readonly Weight W; const double Leak = 1e-300; const int Many = 2000000000;",
        "Leak * h + Many * (W * x) / 1e300 + 12345678901 * h")]
    [InlineData(
        "@class", "readonly Weight @if; readonly Recurrent @event; [ForgetBias] readonly Bias @new;",
        "Sigmoid(@if * x + @event * (h * h) + @new)")]
    [InlineData("@record", "readonly Weight V; readonly Recurrent row;", "Activation(V * x + row * h)")]
    public void AnyEquation(string name, string fields, string result) =>
        AssertSame(name, $"[RnnCell] readonly partial struct {name} {{ {fields} public Hidden Step(Input x, Hidden h) => {result}; }}");

    [Fact]
    public void SeveralStates() => AssertSame("Cell", """
        [RnnCell] readonly partial struct Cell
        {
            readonly Weight W; readonly Recurrent U;
            public (Hidden, Hidden, Hidden) Step(Input @in, Hidden @out, Hidden c, Hidden d)
            {
                Hidden gate = Sigmoid(W * @in + c), twice = 2 * gate;
                var @this = U * (twice * @out);
                return (@this, c * 0, gate);
            }
        }
        """);

    [Fact]
    public void RandomCells()
    {
        var cells =
            Enumerable.Range(0, 80).ToDictionary(seed => $"Cell{seed}", seed => new RandomCell(new Random(seed)).Write($"Cell{seed}"));
        var (result, output) = Compiler.Generate(Library(cells.Values));
        foreach (var diagnostic in result.Diagnostics.Concat(output.GetDiagnostics()).Where(d => d.Severity == DiagnosticSeverity.Error))
            cells.Remove(Path.GetFileNameWithoutExtension(diagnostic.Location.GetLineSpan().Path));

        Assert.InRange(cells.Count, 30, 79);
        AssertSame(cells.Keys, [.. cells.Values]);
    }

    [Fact]
    public void EquationsThatNobodyCanRead()
    {
        var library = Compiler.Compile("using RnnGen; [RnnCell, "
            + "RnnGen.Generated.CellEquations(\"this is no cell }}\")] public struct Cell;").EmitToImageReference();
        var (result, _) = Compiler.Generate(Compiler.Compile([(Compiler.FileName, ModelOf("Cell", "M"))], more: library));
        Assert.Null(result.Exception);
        Assert.Equal("RNN012", Assert.Single(result.Diagnostics).Id);
    }

    [Fact]
    public void ACellThatWasCompiledWithoutTheGenerator()
    {
        var library = Compiler.Compile("using RnnGen; [RnnCell] public struct Cell;").EmitToImageReference();
        var (result, _) = Compiler.Generate(Compiler.Compile([(Compiler.FileName, ModelOf("Cell", "M"))], more: library));
        Assert.Null(result.Exception);
        Assert.Equal("RNN012", Assert.Single(result.Diagnostics).Id);
    }

    private static void AssertSame(string name, string cell) => AssertSame([name], [cell]);

    /// <summary>Compares models of the cells with the cells in the project and in a library.</summary>
    private static void AssertSame(IEnumerable<string> names, IReadOnlyList<string> cells)
    {
        var models = names.Select((n, i) => ($"Model{i}.cs", ModelOf(n, $"M{i}"))).ToList();
        var library = Compiler.Generate(Library(cells)).Output.EmitToImageReference();
        Assert.Equal(
            Models(Compiler.Compile(models.Concat(Files(cells)))),
            Models(Compiler.Compile(models, more: library)));
    }

    private static CSharpCompilation Library(IEnumerable<string> cells) => Compiler.Compile(Files(cells));

    private static IEnumerable<(string, string)> Files(IEnumerable<string> cells) =>
        cells.Select((c, i) => (
            $"Cell{i}.cs",
            $"using RnnGen;\n{c.Replace("readonly partial struct", "public readonly partial struct", StringComparison.Ordinal)}"));

    private static string ModelOf(string cell, string name) =>
        $"using RnnGen; [RnnModel(Steps = 2), Input(3), Rnn<{cell}>(5, Depth = 2), SquaredError] partial class {name};";

    private static Dictionary<string, string> Models(CSharpCompilation compilation)
    {
        var (result, output) = Compiler.Generate(compilation);
        Assert.Empty(result.Diagnostics);
        Assert.Empty(output.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error));
        return result.GeneratedSources.Where(s => s.HintName[0] == 'M').ToDictionary(s => s.HintName, s => s.SourceText.ToString());
    }
}
