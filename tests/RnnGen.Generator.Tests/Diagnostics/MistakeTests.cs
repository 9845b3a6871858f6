using Microsoft.CodeAnalysis;

namespace RnnGen.Generator.Tests.Diagnostics;

/// <summary>Mistakes that people make: all that the compiler prints about each, and nothing else.</summary>
public class MistakeTests
{
    private const string Cell =
        "[RnnCell] public readonly partial struct C { readonly Weight W; readonly Recurrent U; public Hidden Step(Input x, Hidden h) ";

    [Theory]
    [InlineData("[RnnModel(Steps = 8), Input(3), Rnn<Lstm>(8), Dense(1), SquaredError] public sealed class T;", "RNN001 T")]
    [InlineData("[RnnModel(Steps = 8), Rnn<Lstm>(8), Dense(1), SquaredError] public sealed partial class T;", "RNN005 T")]
    [InlineData(
        "[RnnModel(Steps = 8)] [Input(3)] [LSTM(8)] [Dense(1)] [SquaredError] public sealed partial class T;",
        "CS0246 LSTM, CS0246 LSTM")]
    [InlineData(
        "[RnnModel(Steps = 8), Input(3), Rnn<Lstm>(8), Dense(1), SoftmaxCrossEntropy] public sealed partial class T;",
        "RNN016 SoftmaxCrossEntropy")]
    [InlineData(
        "[RnnModel(Steps = 8), Input(3), Rnn<Lstm>(8, Name = \"enc\"), Dense(4, From = \"encoder\"), "
        + "SquaredError] public sealed partial class T;",
        "RNN020 encoder")]
    [InlineData(
        "[RnnModel(Steps = 8), Input(size: 3, Once = true), Rnn<Lstm>(8), Dense(1), SquaredError] public sealed partial class T;",
        "RNN025 Rnn<Lstm>(8)")]
    [InlineData(
        "class K { public static readonly int H = 8; } [RnnModel(Steps = 8), Input(3), Rnn<Lstm>(K.H), Dense(1), SquaredError] public "
        + "sealed partial class T;",
        "CS0182 K.H")]
    [InlineData(
        "public class Outer { [RnnModel(Steps = 8), Input(3), Rnn<Lstm>(8), Dense(1), SquaredError] public sealed partial class T; }",
        "RNN003 T")]
    [InlineData(
        "[RnnModel(Steps = 8), Input(3), Rnn<Gru>(8, OutputActivation = Activation.Relu), Dense(1), "
        + "SquaredError] public sealed partial class T;",
        "RNN112 Activation.Relu")]
    [InlineData(
        "[RnnModel(Steps = 8), Input(3), Rnn<Gru>(8, Dropout = 0.5), Dense(1), SquaredError] public sealed partial class T;", "RNN112 0.5")]
    [InlineData("[RnnModel(Steps = 8), Input(3), Rnn<Cel>(8), Dense(1), SquaredError] public sealed partial class T;", "CS0246 Cel")]
    [InlineData(
        "abstract class B(int n) { public int N => n; } [RnnModel(Steps = 8), Input(3), Rnn<Lstm>(8), "
        + "SquaredError] sealed partial class T : B;",
        "RNN041 B, CS7036 T")]
    [InlineData("class RnnGenPanels; [RnnModel(Steps = 8), Input(3), Rnn<Lstm>(8), SquaredError] sealed partial class T;", "")]
    [InlineData("[RnnModel(Steps = 8), Input(3), Rnn<Lstm>(8), SquaredError] sealed partial class T { class RnnGenPanels; }", "")]
    [InlineData(
        "[RnnModel(Steps = 8), Input(3), Rnn<Lstm>(8)] sealed partial class T; [SquaredError] partial class T;", "RNN040 SquaredError")]
    public void OfModels(string source, string expected) => Check(source, expected);

    [Theory]
    [InlineData(
        "[RnnCell] public readonly partial struct C { readonly Weight W; readonly Weight U; public Hidden Step(Input x, Hidden h) => "
        + "Tanh(W * x + U * h); }",
        "CS0019 U * h, RNN106 U * h")]
    [InlineData(Cell + "{ var a = W * x + U * h; if (true) a = Tanh(a); return a; } }", "RNN104 if (true) a = Tanh(a);")]
    [InlineData(Cell + "{ var z = Sigmoid(W * x); var n = Tanh(W * x + U * h); return (1 - z) * h + z * n; } }", "RNN107 W")]
    [InlineData(Cell + "=> Tanh(x * W + h * U); }", "CS0019 x * W, CS0019 h * U, RNN106 x * W, RNN106 h * U")]
    [InlineData(
        "[RnnCell] public readonly partial struct C { readonly Weight W; readonly Recurrent U; public Hidden Forward(Input x, Hidden h) "
        + "=> Tanh(W * x + U * h); }",
        "RNN103 C")]
    [InlineData(Cell + "{ var r = Sigmoid(W * x + U * h); return r * h + (1 - r) * x; } }", "")]
    [InlineData(
        "[RnnCell] public readonly partial struct C { readonly Weight W; readonly Recurrent U; static Hidden Silu(Hidden a) => a * "
        + "Sigmoid(a); public Hidden Step(Input x, Hidden h) => Silu(W * x + U * h); }",
        "")]
    [InlineData(
        "static class My { public static Hidden Tanh(Hidden a) => -1 * a; } " + Cell + "=> My.Tanh(W * x + U * h); }", "RNN104 My.Tanh")]
    [InlineData("using System; " + Cell + "{ var a = Math.Max(W * x + U * h, 0); return a; } }", "CS1503 W * x + U * h, RNN104 Math.Max")]
    [InlineData(
        "[RnnCell] public readonly partial struct C { readonly Weight W; readonly int n; readonly Recurrent U; public Hidden Step(Input "
        + "x, Hidden h) => Tanh(W * x + U * h); }",
        "RNN108 n")]
    [InlineData(
        "[RnnCell] public partial struct C { readonly Weight W; public Hidden Step(Input x, Hidden h) => Tanh(W * x); }", "RNN101 C")]
    public void OfCells(string source, string expected) => Check(source, expected);

    [Fact]
    public void AClassCalledSystem()
    {
        var (run, _) = Compiler.Generate(Compiler.Compile("using RnnGen; class System; [RnnModel(Steps = 8), Input(3), Rnn<Lstm>(8), "
            + "SquaredError] sealed partial class T;"));
        Assert.Equal(
            ["A type called 'System' hides the namespace of this name from generated code: give it another name"],
            run.Diagnostics.Select(d => d.GetMessage()));
        Check("namespace N { class System; [RnnModel(Steps = 8), Input(3), Rnn<Lstm>(8), SquaredError] sealed partial class T; }", "");
        Check("namespace N { [RnnModel(Steps = 8), Input(3), Rnn<Lstm>(8), SquaredError] sealed partial class System; }", "");
    }

    private static void Check(string source, string expected)
    {
        source = source.StartsWith("using", StringComparison.Ordinal) ? "using RnnGen; " + source : "using RnnGen;\n" + source;
        var (run, output) = Compiler.Generate(Compiler.Compile(source));
        Assert.Null(run.Exception);
        var said = Compiler.Problems(output)
            .Where(d => d.Id != "CS1591" && d.Location.SourceTree?.FilePath == Compiler.FileName)
            .OrderBy(d => d.Location.SourceSpan.Start).Concat(run.Diagnostics.OrderBy(d => d.Location.SourceSpan.Start))
            .Select(d => $"{d.Id} {source.Substring(d.Location.SourceSpan.Start, d.Location.SourceSpan.Length)}");
        string[] wanted = expected.Length == 0 ? [] : expected.Split(", ");
        Assert.Equal(wanted.Order(StringComparer.Ordinal), said.Order(StringComparer.Ordinal));
        // What is generated is never where C# complains.
        Assert.DoesNotContain(Compiler.Problems(output), d => d.Id != "CS1591" && d.Location.SourceTree?.FilePath != Compiler.FileName);
    }
}
