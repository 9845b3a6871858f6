namespace RnnGen.Generator.Tests.Diagnostics;

/// <summary>Normalisations, softmax and rectifiers as layers; and models of them alone.</summary>
public class UnitLayerTests : DiagnosticsTest
{
    [Theory]
    [InlineData("Input(3), Dense(4), SquaredError")]
    [InlineData("Input(3), Standardize, Rnn<Gru>(4), Dense(2), Standardize(Invert = true), SquaredError")]
    [InlineData("Input(3, Once = true), Dense(4), LayerNorm, SoftmaxCrossEntropy")]
    [InlineData("OneHot(3), Dense(1), RmsNorm, PRelu(Shared = true), SigmoidCrossEntropy")]
    [InlineData("Embedding(9, 12), GroupNorm(6, Epsilon = 1e-3, Gain = false, Bias = false), Rnn<Gru>(8), LogSoftmax, SquaredError")]
    [InlineData("Input(3), LayerNorm(Name = \"n\", From = \"input, y'\"), Softmax, Dense(3, Name = \"y\"), SquaredError")]
    public void LayersAreSilent(string attributes) => Check($"[RnnModel, {attributes}] partial class M;");

    [Theory]
    [InlineData("GroupNorm({|RNN113:5|})", "The number of groups must be a divisor of 12, the width of the input, but is 5")]
    [InlineData("GroupNorm({|RNN113:24|})", "The number of groups must be a divisor of 12, the width of the input, but is 24")]
    [InlineData("GroupNorm({|RNN010:0|})", "The number of groups must be 1 to 65,536, but is 0")]
    [InlineData(
        "GroupNorm({|RNN113:12|})", "The width of a group must be at least 2, because one number minus its mean is 0, but is 1")]
    [InlineData("LayerNorm(Epsilon = {|RNN113:0|})", "Epsilon must be a finite number above 0, but is 0")]
    [InlineData("RmsNorm(Epsilon = {|RNN113:-1e-5|})", "Epsilon must be a finite number above 0, but is -1E-05")]
    [InlineData("GroupNorm(2, Epsilon = {|RNN113:1 / 0.0|})", "Epsilon must be a finite number above 0, but is Infinity")]
    public void BadNormalization(string layer, string message) =>
        Check($"[RnnModel, Input(12), {layer}, SquaredError] partial class M;", message);

    [Theory]
    [InlineData("LayerNorm", "The width of the input must be at least 2, because one number minus its mean is 0, but is 1")]
    [InlineData("Softmax", "The width of the input must be at least 2, because the softmax of one number is 1, but is 1")]
    [InlineData("LogSoftmax", "The width of the input must be at least 2, because the softmax of one number is 1, but is 1")]
    public void OneNumberAlone(string layer, string message) =>
        Check($"[RnnModel, Input(3), Dense(1), {{|RNN113:{layer}|}}, SquaredError] partial class M;", message);

    [Fact]
    public void SymbolsAreNoVectors() => Check(
        "[RnnModel, OneHot(3), {|RNN028:LayerNorm|}, Dense(2), SquaredError] partial class M;",
        "One-hot inputs can only feed recurrent and dense layers by themselves: an [Embedding] has vectors that can be joined, dropped and "
        + "pooled");
}
