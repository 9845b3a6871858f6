using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace RnnGen.Generator.Tests.Diagnostics;

/// <summary>What the analyzer beside the generator says.</summary>
public class AnalyzerTests
{
    private static string Model(string options = "") =>
        $"[RnnModel(Steps = 2), Input(3), Rnn<Gru>(8{options}), SquaredError] partial class M;";

    private static string Use(string method) =>
        $"class P {{ static void Go(M m) {{ var s = new M.State(); m.{method}(new float[3], ref s, new float[8]); }} }}";

    [Theory]
    [InlineData("[{|RNN043:Input(3)|}, Rnn<Gru>(8), SquaredError] partial class M;", "Input", "M")]
    [InlineData("[{|RNN043:Rnn<Gru>(8)|}] class Half;", "Rnn", "Half")]
    [InlineData("[{|RNN043:Compressed(WeightFormat.Int8)|}] class Half;", "Compressed", "Half")]
    public Task LayersWithoutAModel(string source, string layer, string type) =>
        Check(source, $"[{layer}] has no effect: add [RnnModel] to '{type}', or [Encoder] or [Decoder]");

    [Fact]
    public Task StepOfALayerInReverse() => Check(
        Model(", Direction = Direction.Bidirectional, Merge = Merge.Sum") + Use("{|RNN044:Step|}"),
        "'M' has no Step, because a layer in reverse begins at the end of a sequence: Forward takes whole sequences");

    [Fact]
    public Task StepOfAPool() => Check(
        "[RnnModel(Steps = 2), Input(3), Rnn<Gru>(8), Pool(Pooling.Last), SquaredError] partial class M;" + Use("{|RNN044:Step|}"),
        "'M' has no Step, because a pool takes all steps of a sequence: Forward takes whole sequences");

    [Fact]
    public Task StepOfALayerOverTime() => Check(
        "[RnnModel(Steps = 2), Input(3), Softmax(Over = Axis.Time), Rnn<Gru>(8), SquaredError] partial class M;" + Use("{|RNN044:Step|}"),
        "'M' has no Step, because a layer over time takes all steps of a sequence: Forward takes whole sequences");

    [Fact]
    public Task StepOfOneInput() => Check(
        "[RnnModel(Steps = 2), Input(3, Once = true), Repeat, Rnn<Gru>(8), SquaredError] partial class M;" + Use("{|RNN044:Step|}"),
        "'M' has no Step, because its input is one vector for all steps: Forward takes whole sequences");

    [Fact]
    public Task OthersAreSilent() => Check(
        Model() + Use("Step")
        + "[Encoder(Steps = 2), Input(3), Rnn<Gru>(8)] class E; class Q { void Step() { } void Go(Q q) { q.Step(); } }"
        + "[RnnModel, Input(3)] partial class Broken; class R { void Go(Broken b) { b.Step(); } }");

    [Theory]
    [InlineData(OptimizationLevel.Release, 0)]
    [InlineData(OptimizationLevel.Debug, 1)]
    public async Task ADebugBuildSaysSo(OptimizationLevel level, int expected)
    {
        var (source, marks) =
            Markup.Parse("using RnnGen;\n[{|RNN045:RnnModel(Steps = 2)|}, Input(3), Rnn<Gru>(8), SquaredError] partial class M;");
        var diagnostics = await Compiler.Compile(source).With(level).WithAnalyzers([new RnnAnalyzer()]).GetAnalyzerDiagnosticsAsync();
        Assert.Equal(expected, diagnostics.Length);
        Assert.All(diagnostics, d =>
        {
            Assert.Equal(("RNN045", DiagnosticSeverity.Info, marks[0].Span), (d.Id, d.Severity, d.Location.SourceSpan));
            Assert.Contains("<Optimize>true</Optimize>", d.GetMessage(), StringComparison.Ordinal);
        });
    }

    private static async Task Check(string marked, params string[] messages)
    {
        var (source, marks) = Markup.Parse("using RnnGen;\n" + marked);
        var (_, output) = Compiler.Generate(Compiler.Compile(source));
        var diagnostics = await output.WithAnalyzers([new RnnAnalyzer()]).GetAnalyzerDiagnosticsAsync();
        Assert.Equal(
            marks.Zip(messages, (m, text) => $"{m.Id} at {m.Span}: {text}"),
            diagnostics.Where(d => d.Severity != DiagnosticSeverity.Hidden)
                .OrderBy(d => d.Location.SourceSpan.Start)
                .Select(d => $"{d.Id} at {d.Location.SourceSpan}: {d.GetMessage()}"));
        Assert.Equal(messages.Length, marks.Count);
    }
}
