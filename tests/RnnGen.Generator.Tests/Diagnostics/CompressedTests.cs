namespace RnnGen.Generator.Tests.Diagnostics;

/// <summary>What can be compressed, and what cannot.</summary>
public class CompressedTests : DiagnosticsTest
{
    [Theory]
    [InlineData("Compressed(WeightFormat.Int8)")]
    [InlineData("Compressed(WeightFormat.BFloat16), Compressed(format: WeightFormat.Int8)")]
    public void FormatsAreGenerated(string attributes)
    {
        string source = $"[RnnModel, {attributes}] {Layers} public partial class M;";
        Check(source);
        Assert.Empty(Compiler.Problems(
            Compiler.Generate(Compiler.Compile($"#pragma warning disable CS1591\nusing RnnGen;\n{source}")).Output));
    }

    [Fact]
    public void OnlyWhatIsAskedForIsGenerated()
    {
        var (result, _) = Compiler.Generate(Compiler.Compile(
            $"using RnnGen;\n[RnnModel, Compressed(WeightFormat.BFloat16)] {Layers} public partial class M;"));
        Assert.Equal(
            ["M.BFloat16.Kernels.g.cs", "M.Kernels.g.cs", "M.g.cs"],
            result.GeneratedSources.Select(s => s.HintName).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(result.GeneratedSources, s => s.SourceText.ToString().Contains("Int8", StringComparison.Ordinal));
    }

    [Fact]
    public void Twice() => Check(
        $"[RnnModel, Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16), Compressed({{|RNN038:WeightFormat.Int8|}})] "
        + $"{Layers} partial class M;",
        "The model cannot be compressed so: Int8 is asked for twice");

    [Fact]
    public void Doubles() => Check(
        $"[RnnModel(Precision = Precision.Double), Compressed({{|RNN038:WeightFormat.Int8|}})] {Layers} partial class M;",
        "The model cannot be compressed so: its numbers are doubles");

    [Fact]
    public void UnknownFormat() =>
        Check($"[RnnModel, Compressed({{|RNN017:(WeightFormat)7|}})] {Layers} partial class M;", "7 is not a value of WeightFormat");

    [Fact]
    public void TooDeep() => Check(
        """
        [RnnModel, Input(60_000, Name = "a"), Dense(40_000, Name = "b"), Dense(40_000, From = "a", Name = "c")]
        [Rnn<SimpleRnn>(4, From = "a, b, c"), SquaredError, Compressed({|RNN038:WeightFormat.Int8|}), Compressed(WeightFormat.BFloat16)]
        partial class M;
        """,
        "The model cannot be compressed so: a layer takes 140,000 numbers, and of more than 131,072 the products do not fit into an "
        + "integer of 32 bits");

    [Fact]
    public void SequenceToSequence() => Check(
        """
        [Encoder, Embedding(5, 3), Rnn<Gru>(8)] static class E;
        [Decoder, Embedding(5, 3), Rnn<Gru>(8), Dense(5), SoftmaxCrossEntropy] static class D;
        [Seq2Seq(typeof(E), typeof(D)), {|RNN038:Compressed(WeightFormat.Int8)|}] partial class M;
        """,
        "The model cannot be compressed so: this is a sequence-to-sequence model: only [RnnModel] classes can be compressed");

    [Fact]
    public void APart() => Check(
        """
        [Encoder, Embedding(5, 3), Rnn<Gru>(8), {|RNN038:Compressed(WeightFormat.Int8)|}] static class E;
        [Decoder, RnnModel, Embedding(5, 3), Rnn<Gru>(8), Dense(5), SoftmaxCrossEntropy, Compressed(WeightFormat.Int8)] partial class D;
        [Seq2Seq(typeof(E), typeof(D))] partial class M;
        """,
        "The model cannot be compressed so: this is a part of a sequence-to-sequence model: only [RnnModel] classes can be compressed");

    [Theory]
    [InlineData("class {|RNN014:Int8|};", "Int8")]
    [InlineData("void {|RNN014:ToInt8|}() { }", "ToInt8")]
    public void ANameThatIsTaken(string member, string name) => Check(
        $"[RnnModel, Compressed(WeightFormat.Int8)] {Layers} partial class M {{ {member} class BFloat16; }}",
        $"'M' already has a member '{name}', which RnnGen generates");
}
