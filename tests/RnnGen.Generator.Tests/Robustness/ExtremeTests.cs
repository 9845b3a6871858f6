using Microsoft.CodeAnalysis;

namespace RnnGen.Generator.Tests.Robustness;

/// <summary>Declarations at the edge of what is allowed compile like any other.</summary>
public class ExtremeTests
{
    [Theory]
    [InlineData("RnnModel(Steps = 16_384), Input(65_536), Rnn<SimpleRnn>(1), SquaredError")]
    [InlineData("RnnModel(Steps = 16_384), OneHot(65_536), Rnn<Gru>(16), Dense(65_536), SigmoidCrossEntropy")]
    [InlineData("RnnModel, Embedding(1_048_576, 1), Rnn<SimpleRnn>(1), Dense(2), SoftmaxCrossEntropy")]
    [InlineData("RnnModel, Embedding(1, 65_536), Rnn<GruResetBefore>(17), SquaredError")]
    [InlineData("RnnModel, Input(1), Rnn<SimpleRnn>(16_384), SquaredError")]
    [InlineData("RnnModel(Precision = Precision.Double), Input(1), Rnn<Lstm>(8, Depth = 64), Rnn<Lstm>(8, Depth = 64), Rnn<Lstm>(8, Depth "
        + "= 64), Rnn<Lstm>(8, Depth = 64), SquaredError")]
    [InlineData("RnnModel(Steps = 256), Input(1), Rnn<Gru>(1, Depth = 8), SquaredError")]
    public void LargestSizes(string attributes) => AssertCompiles($"[{attributes}] partial class M;");

    [Fact]
    public void ALongChainOfSquares() =>
        AssertCompiles(Cell(string.Concat(Enumerable.Range(1, 60).Select(i => $"var s{i} = s{i - 1} * s{i - 1};\n")), "s60"));

    [Fact]
    public void ALongChainOfSquaresAcrossAProduct() =>
        AssertCompiles(Cell(
            string.Concat(Enumerable.Range(1, 40).Select(i => $"var s{i} = Tanh(s{i - 1}) * s{i - 1};\n")), "s40 + U * s40",
            "readonly Recurrent U;"));

    [Fact]
    public void DeeplyNestedFunctions() =>
        AssertCompiles(Cell("", $"{string.Concat(Enumerable.Repeat("Tanh(", 480))}s0{new string(')', 480)}"));

    [Fact]
    public void DeeplyNestedProducts() =>
        AssertCompiles(Cell("", $"{string.Concat(Enumerable.Repeat("(h + h * ", 160))}s0{new string(')', 160)}"));

    [Fact]
    public void AChainOfMatrices() => AssertCompiles(Cell(
        string.Concat(Enumerable.Range(1, 60).Select(i => $"var s{i} = Relu(U{i} * s{i - 1});\n")),
        "s60",
        string.Concat(Enumerable.Range(1, 60).Select(i => $"readonly Recurrent U{i};"))));

    [Fact]
    public void ManyMatricesInOneSum() => AssertCompiles(Cell(
        "",
        $"s0{string.Concat(Enumerable.Range(1, 60).Select(i => $" + W{i} * x + U{i} * h + U{i}b * h + b{i}"))}",
        string.Concat(Enumerable.Range(1, 60).Select(i => $"readonly Weight W{i}; readonly Recurrent U{i}, U{i}b; readonly Bias b{i};"))));

    [Fact]
    public void ManyGates() => AssertCompiles(Cell(
        string.Concat(Enumerable.Range(1, 40).Select(i => $"var s{i} = Sigmoid(W{i} * x + U{i} * h) * s{i - 1};\n")),
        "s40",
        string.Concat(Enumerable.Range(1, 40).Select(i => $"readonly Weight W{i}; readonly Recurrent U{i};"))));

    [Fact]
    public void StatesThatMeetOtherNames() => AssertCompiles(
        """
        [RnnCell] readonly partial struct C
        {
            readonly Weight W;
            public (Hidden, Hidden, Hidden, Hidden, Hidden, Hidden, Hidden) Step(Input x, Hidden h, Hidden H, Hidden dh, Hidden h1, Hidden h1_, Hidden slots, Hidden operand1)
                => (W * x + h, H, dh, h1, h1_, slots, operand1);
        }

        [RnnModel, Input(1), Rnn<C>(2, Depth = 12), SquaredError] partial class M;
        """);

    [Fact]
    public void EquationsThatMeetOtherNames() => AssertCompiles(Cell(
        "var hasPast = Tanh(s0 + U * h);\nvar rows = hasPast * hasPast;\nvar slot = Sigmoid(rows) * hasPast;\n",
        "slot",
        "readonly Recurrent U;"));

    [Fact]
    public void FilesThatDifferInCaseOnly() => AssertCompiles(
        """
        [RnnModel, Input(1), Rnn<Lstm>(2), SquaredError] partial class Model;
        [RnnModel, Input(1), Rnn<Lstm>(2), SquaredError] partial class model;
        [RnnModel, Input(1), Rnn<Lstm>(2), SquaredError] partial class @event;
        [RnnModel, Input(1), Rnn<Lstm>(2), SquaredError] partial class Event;
        namespace A { [RnnModel, Input(1), Rnn<a>(2), SquaredError] partial class Cell; }
        [RnnCell] readonly partial struct a { readonly Weight W; public Hidden Step(Input x, Hidden h) => W * x; }
        """);

    [Fact]
    public void CellsOfOneName() => AssertCompiles(
        """
        namespace A { [RnnCell] readonly partial struct Layer { readonly Weight W; public Hidden Step(Input x, Hidden h) => W * x; } }
        namespace B { [RnnCell] readonly partial struct Layer { readonly Weight W; public Hidden Step(Input x, Hidden h) => W * x - h; } }
        [RnnModel, Input(1), Rnn<A.Layer>(1), Rnn<B.Layer>(1, Depth = 2), Rnn<A.Layer>(1), Rnn<A.Layer>(1, Bias = false), SquaredError] partial class M;
        """);

    [Fact]
    public void TheSameModelInTwoParts()
    {
        var (result, _) = Compiler.Generate(Compiler.Compile(
            "using RnnGen; [RnnModel, Input(1), Rnn<Lstm>(2), SquaredError] partial class M; [RnnModel] partial class M;"));
        Assert.Null(result.Exception);
        Assert.Equal(["M.g.cs", "M.Kernels.g.cs"], result.GeneratedSources.Select(s => s.HintName));
    }

    [Fact]
    public void ACellAndAModelOfOneName()
    {
        var (result, _) = Compiler.Generate(Compiler.Compile("using RnnGen; namespace A { [RnnModel, Input(1), Rnn<A>(2), SquaredError] "
            + "partial class Cell; } [RnnCell] readonly partial struct A { readonly Weight W; public Hidden Step(Input x, Hidden h) => W "
            + "* x; }"));
        Assert.Null(result.Exception);
    }

    [Fact]
    public void ANegativeZeroKeepsItsSign()
    {
        // 1 / −0 is −∞.
        var (result, _) = Compiler.Generate(Compiler.Compile($"using RnnGen; {Cell("", "s0 / -0.0 + h")}"));
        string kernels = result.GeneratedSources.Single(s => s.HintName == "M.Kernels.g.cs").SourceText.ToString();
        Assert.Contains("/ V.Constant(-0.0)", kernels, StringComparison.Ordinal);
    }

    private static string Cell(string statements, string result, string fields = "") =>
        $$"""
        [RnnCell] readonly partial struct C
        {
            readonly Weight W;
            {{fields}}
            public Hidden Step(Input x, Hidden h)
            {
                var s0 = W * x;
                {{statements}}
                return {{result}};
            }
        }

        [RnnModel(Steps = 2), Input(3), Rnn<C>(5), SquaredError] partial class M;
        """;

    private static void AssertCompiles(string source)
    {
        var (result, output) = Compiler.Generate(Compiler.Compile("using RnnGen;\n" + source));
        Assert.Null(result.Exception);
        Assert.DoesNotContain(result.Diagnostics, d => d.Severity == DiagnosticSeverity.Error);
        Assert.NotEmpty(result.GeneratedSources);
        Assert.Empty(Compiler.Problems(output).Select(d => d.ToString()));
    }
}
