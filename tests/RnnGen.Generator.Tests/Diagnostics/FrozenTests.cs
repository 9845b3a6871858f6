namespace RnnGen.Generator.Tests.Diagnostics;

/// <summary>Layers and fields that training leaves as they are.</summary>
public class FrozenTests : DiagnosticsTest
{
    [Theory]
    [InlineData("Embedding(9, 4, Frozen = true), Rnn<Gru>(4, Frozen = true), Dense(2), SquaredError")]
    [InlineData("Input(3), Dense(4, Frozen = true), LayerNorm(Frozen = true), Pool(Pooling.Attention), Dense(2, Frozen = true), SquaredError")]
    [InlineData("Input(3), Conv1d(4, Frozen = true), PRelu(Frozen = true), Rnn<Gru>(4), Dense(2, Frozen = false), SquaredError")]
    public void LayersAreSilent(string attributes) => Check($"[RnnModel, {attributes}] partial class M;");

    [Theory]
    [InlineData("Pool(Pooling.Max, Frozen = {|RNN112:true|})")]
    [InlineData("LayerNorm(Gain = false, Bias = false, Frozen = {|RNN112:true|})")]
    public void WithoutParameters(string layer) => Check(
        $"[RnnModel, Input(3), Rnn<Gru>(4), {layer}, Dense(2), SquaredError] partial class M;",
        "Frozen has no effect: this layer has no parameters");

    [Theory]
    [InlineData("Input(3), Rnn<Gru>(4, Frozen = true), Dense(2, Frozen = {|RNN049:true|}), SquaredError")]
    [InlineData("Embedding(3, 4, Frozen = {|RNN049:true|}), Softmax, SquaredError")]
    public void NothingLearns(string attributes) => Check(
        $"[RnnModel, {attributes}] partial class M;",
        "All layers of 'M' with parameters are frozen: leave Frozen out of one of them");

    [Fact]
    public void NothingOfBothPartsLearns() => Check(
        """
        [Encoder, Input(3), Rnn<Gru>(4, Frozen = true)] class E;
        [Decoder, Input(3), Rnn<Gru>(4, Frozen = true), Dense(3, Frozen = true), SquaredError] class D;
        [{|RNN049:Seq2Seq(typeof(E), typeof(D), Bridge = Bridge.Direct)|}] partial class M;
        [Seq2Seq(typeof(E), typeof(D))] partial class N;
        """,
        "All layers of 'M' with parameters are frozen: leave Frozen out of one of them");

    [Fact]
    public void OnlyVectorsAreFrozenAlone() => Check(
        "[RnnCell] readonly partial struct C { readonly Weight W; [{|RNN112:Frozen|}] readonly Bias b; [Frozen] readonly PerUnit a; "
        + "[Frozen] readonly Scalar s; public Hidden Step(Input x, Hidden h) => a * h + s * Tanh(W * x + b); }",
        "[Frozen] has no effect: only a PerUnit or a Scalar is a parameter of its own; a whole layer is frozen by its Frozen = true");
}
