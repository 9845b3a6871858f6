using Microsoft.CodeAnalysis;

namespace RnnGen.Generator.Tests.Diagnostics;

/// <summary>The input by itself in a cell's equations: its width is the number of units.</summary>
public class InputTests : DiagnosticsTest
{
    private const string Cell = "[RnnCell] readonly partial struct C { readonly Weight W; readonly Recurrent U; public Hidden Step(Input "
        + "x, Hidden h) { var r = Sigmoid(W * x + U * h); return r * h + (1 - r) * x; } }";

    private const string Past =
        "[RnnCell] readonly partial struct P { readonly Weight W; public Hidden Step(Input x, Hidden h) => Tanh(W * Delay(x, 3)) + h; }";

    [Theory]
    [InlineData("Input(8), Rnn<C>(8)")]
    [InlineData("Input(8), Rnn<C>(8, Depth = 3, Direction = Direction.Reverse)")]
    [InlineData("Input(8), Rnn<C>(8, Depth = 2, Direction = Direction.Bidirectional, Merge = Merge.Mean)")]
    [InlineData("Embedding(5, 8), Rnn<C>(8)")]
    [InlineData("Input(3, Name = \"a\"), Dense(5), Rnn<Gru>(3, Name = \"b\"), Dense(5, Name = \"c\"), Rnn<C>(8, From = \"b, c\")")]
    [InlineData("OneHot(5), Rnn<P>(3)")]
    public void Silent(string layers) => Check($"{Cell} {Past} [RnnModel, {layers}, SquaredError] partial class M;");

    [Theory]
    [InlineData("Input(3), Rnn<C>({|RNN035:8|})", "its input", 3, 8)]
    [InlineData("Embedding(9, 16), Rnn<C>(hidden: {|RNN035:8|})", "its input", 16, 8)]
    [InlineData("Input(8), Rnn<C>(8, Direction = Direction.Bidirectional, Depth = {|RNN035:2|})", "the outputs of the layer below", 16, 8)]
    public void AnotherWidth(string layers, string what, int width, int units) => Check(
        $"{Cell} [RnnModel, {layers}, SquaredError] partial class M;",
        $"C works element by element with {units} units, so {what} must have {units} numbers, not {width}");

    [Fact]
    public void Symbols() => Check(
        $"{Cell} [RnnModel, OneHot(8), {{|RNN039:Rnn<C>(8)|}}, SquaredError] partial class M;",
        "C works element by element on its input, but a symbol is no vector: use [Embedding] in place of [OneHot]");
}
