namespace RnnGen.Generator.Tests.Diagnostics;

/// <summary>What the attributes of a model must say.</summary>
public class ModelAttributeTests : DiagnosticsTest
{
    [Fact]
    public void NoSource() => Check(
        "[RnnModel, Rnn<Lstm>(4), SquaredError] partial class {|RNN005:M|};",
        "'M' does not say what its inputs are: add [Input(size)], [OneHot(symbols)] or [Embedding(symbols, width)]");

    [Theory]
    [InlineData("Input(3)", "OneHot(3, Name = \"b\")", "[OneHot] stands alone: [Embedding] can stand beside others")]
    [InlineData("OneHot(3)", "Embedding(3, 4, Name = \"b\")", "[OneHot] stands alone: [Embedding] can stand beside others")]
    [InlineData("Input(3)", "Input(3, Once = true, Name = \"b\")", "an input of a whole sequence (Once) stands alone")]
    [InlineData("Input(3)", "Input(2)", "two are called 'input': give each a Name of its own")]
    [InlineData("Input(3, Name = \"a\")", "Input(3, Name = \"A\")", "'A' would be the property A of Inputs, which there is already")]
    [InlineData("Input(3)", "Input(2, Name = \"copyTo\")",
        "'copyTo' would be the property CopyTo of Inputs, which there is already")]
    public void SourcesThatCannotStandTogether(string first, string second, string problem) => Check(
        $"[RnnModel, {first}, {{|RNN006:{second}|}}, Rnn<Lstm>(4), SquaredError] partial class M;",
        $"The sources of 'M' cannot stand together: {problem}");

    [Theory]
    [InlineData("Input(3), Embedding(5, 4, Name = \"kind\"), Rnn<Lstm>(4, From = \"input, kind\")")]
    [InlineData("Embedding(5, 4, Length = 3), Rnn<Lstm>(4)")]
    [InlineData("Input(3), Input(2, Name = \"b\"), Rnn<Lstm>(4, From = \"b, input\")")]
    public void SeveralSources(string elements) => Check($"[RnnModel, {elements}, SquaredError] partial class M;");

    [Fact]
    public void ASourceThatFeedsNothing() => Check(
        "[RnnModel, {|RNN023:Input(3)|}, Input(2, Name = \"b\"), Rnn<Lstm>(4), SquaredError] partial class M;",
        "Nothing takes the outputs of this [Input]: it would never be trained");

    [Fact]
    public void TooManySymbolsAStep() => Check(
        "[RnnModel, Embedding(5, 1024, Length = {|RNN010:65|}), Rnn<Lstm>(4), SquaredError] partial class M;",
        "Length must be 1 to 64, but is 65");

    [Fact]
    public void AMemberCalledInputs() => Check(
        "[RnnModel, Embedding(5, 4, Length = 2), Rnn<Lstm>(4), SquaredError] partial class M { int {|RNN014:Inputs|}; }",
        "'M' already has a member 'Inputs', which RnnGen generates");

    [Fact]
    public void NoRecurrentLayerIsNeeded() => Check("[RnnModel, Input(3), Dense(4), SquaredError] partial class M;");

    [Fact]
    public void NoLoss() => Check(
        "[RnnModel, Input(3), Rnn<Lstm>(4)] partial class {|RNN008:M|};",
        "'M' has no loss: add [SoftmaxCrossEntropy], [SigmoidCrossEntropy], [SquaredError], [AbsoluteError], "
            + "[Quantiles(…)] or [Loss<…>]");

    [Fact]
    public void SecondLoss() => Check(
        "[RnnModel, Input(3), Rnn<Lstm>(4), SquaredError, {|RNN009:SigmoidCrossEntropy|}] partial class M;",
        "These outputs already have the loss [SquaredError]: name another layer with From");

    [Fact]
    public void NothingAtAll() => Check(
        "[RnnModel] partial class {|RNN005:{|RNN008:M|}|};",
        "'M' does not say what its inputs are: add [Input(size)], [OneHot(symbols)] or [Embedding(symbols, width)]",
        "'M' has no loss: add [SoftmaxCrossEntropy], [SigmoidCrossEntropy], [SquaredError], [AbsoluteError], "
            + "[Quantiles(…)] or [Loss<…>]");

    [Theory]
    [InlineData("Input({|RNN010:0|})", "The size of the input must be 1 to 65,536, but is 0")]
    [InlineData("Input({|RNN010:int.MinValue|})", "The size of the input must be 1 to 65,536, but is -2,147,483,648")]
    [InlineData("Input(size: {|RNN010:65_537|})", "The size of the input must be 1 to 65,536, but is 65,537")]
    [InlineData("OneHot({|RNN010:-3|})", "The number of symbols must be 1 to 65,536, but is -3")]
    [InlineData("Embedding({|RNN010:1_048_577|}, 8)", "The number of symbols must be 1 to 1,048,576, but is 1,048,577")]
    [InlineData("Embedding(8, {|RNN010:0|})", "The width of the embedding must be 1 to 65,536, but is 0")]
    [InlineData("Embedding(width: {|RNN010:0|}, symbols: 8)", "The width of the embedding must be 1 to 65,536, but is 0")]
    public void SourceOutOfRange(string source, string message) =>
        Check($"[RnnModel, {source}, Rnn<Lstm>(4), SquaredError] partial class M;", message);

    [Theory]
    [InlineData("({|RNN010:0|})", "The number of hidden units must be 1 to 16,384, but is 0")]
    [InlineData("({|RNN010:Size.Hidden|})", "The number of hidden units must be 1 to 16,384, but is 16,385")]
    [InlineData("(4, Depth = {|RNN010:0|})", "Depth must be 1 to 64, but is 0")]
    [InlineData("(4, Bias = false, Depth = {|RNN010:65|})", "Depth must be 1 to 64, but is 65")]
    public void LayerOutOfRange(string arguments, string message) => Check(
        $"static class Size {{ public const int Hidden = 16_385; }} [RnnModel, Input(3), Rnn<Lstm>{arguments}, "
        + "SquaredError] partial class M;",
        message);

    [Theory]
    [InlineData("Steps = {|RNN010:0|}", "Steps must be 1 to 65,536, but is 0")]
    [InlineData("Precision = Precision.Double, Steps = {|RNN010:1 << 20|}", "Steps must be 1 to 65,536, but is 1,048,576")]
    public void StepsOutOfRange(string arguments, string message) => Check($"[RnnModel({arguments})] {Layers} partial class M;", message);

    [Fact]
    public void DenseOutOfRange() => Check(
        "[RnnModel, Input(3), Rnn<Lstm>(4), Dense({|RNN010:0|}, Activation = Activation.Relu), SquaredError] partial class M;",
        "The size of the dense layer must be 1 to 65,536, but is 0");

    [Fact]
    public void TwoSizesOutOfRange() => Check(
        "[RnnModel, Embedding({|RNN010:0|}, {|RNN010:0|}), Rnn<Lstm>(4), SquaredError] partial class M;",
        "The number of symbols must be 1 to 1,048,576, but is 0",
        "The width of the embedding must be 1 to 65,536, but is 0");

    [Fact]
    public void TooManyLayers() => Check(
        "[RnnModel, Input(3), Rnn<Gru>(4, Depth = 64), Rnn<Gru>(4, Depth = 64), Rnn<Gru>(4, Depth = 64), Rnn<Gru>(4, Depth = 60), "
        + "Rnn<Gru>(4, Depth = {|RNN010:5|}), SquaredError] partial class M;",
        "The number of layers must be 1 to 256, but is 257");

    [Fact]
    public void OneLayerTooMany() => Check(
        "[RnnModel, Input(3), Rnn<Gru>(4, Depth = 64), Rnn<Gru>(4, Depth = 64), Rnn<Gru>(4, Depth = 64), Rnn<Gru>(4, Depth = 64), "
        + "{|RNN010:Rnn<Gru>(4)|}, SquaredError] partial class M;",
        "The number of layers must be 1 to 256, but is 257");

    [Theory]
    [InlineData("int", "Int32")]
    [InlineData("(int, int)", "ValueTuple")]
    [InlineData("System.DateTime", "DateTime")]
    [InlineData("Hidden", "Hidden")]
    [InlineData("Mine", "Mine")]
    public void NotACell(string type, string name) => Check(
        $"struct Mine; [RnnModel, Input(3), Rnn<{{|RNN011:{type}|}}>(4, Depth = 2), SquaredError] partial class M;",
        $"'{name}' is not a cell: it has no [RnnCell] attribute");

    [Fact]
    public void NotACellThroughAnAlias() => Check(
        "using Layer = RnnGen.RnnAttribute<int>; [RnnModel, Input(3), {|RNN011:Layer(4)|}, SquaredError] partial class M;",
        "'Int32' is not a cell: it has no [RnnCell] attribute");

    [Fact]
    public void AnAttributeOfTheSameNameMakesNoCell() => Check(
        "namespace Other { class RnnCellAttribute : System.Attribute; } [Other.RnnCell] struct Mine; [RnnModel, Input(3), "
        + "Rnn<{|RNN011:Mine|}>(4), SquaredError] partial class M;",
        "'Mine' is not a cell: it has no [RnnCell] attribute");

    [Fact]
    public void BrokenCell() => Check(
        """
        [RnnCell] readonly partial struct {|RNN103:C|} { }
        [RnnModel, Input(3), RnnGen.Rnn<{|RNN012:C|}>(4), SquaredError] partial class M;
        """,
        "'C' needs a method 'Hidden Step(Input x, Hidden h)', or with several states '(Hidden, Hidden) Step(Input x, Hidden h, Hidden "
        + "c)': there is none",
        "The cell 'C' has errors of its own: the model is generated once they are mended");

    [Theory]
    [InlineData(
        "Input(65_536), Rnn<Lstm>(16_384), SquaredError",
        "The parameters of 'M' would have 5,368,774,656 elements, more than the 1,073,741,824 that one array can hold")]
    [InlineData(
        "Embedding(1_048_576, 65_536), Rnn<SimpleRnn>(1), SquaredError",
        "The parameters of 'M' would have 68,720,525,344 elements, more than the 1,073,741,824 that one array can hold")]
    [InlineData(
        "Input(1), Rnn<Lstm>(1024, Depth = 33), Dense(1), SquaredError",
        "The state of 'M' would have 67,584 elements, more than the 65,536 that one array can hold")]
    [InlineData(
        "Input(65_536), Rnn<SimpleRnn>(1), SquaredError",
        "The inputs of one row of 'M' would have 4,294,967,296 elements, more than the 1,073,741,824 that one array can hold", 65_536)]
    [InlineData(
        "OneHot(9), Rnn<SimpleRnn>(1), Dense(65_536), SquaredError",
        "The outputs of one row of 'M' would have 4,294,967,296 elements, more than the 1,073,741,824 that one array can hold", 65_536)]
    public void TooLarge(string attributes, string message, int steps = 256) => Check(
        steps > 256
            ? $"[RnnModel(Steps = {{|RNN019:{steps}|}}), {attributes}] partial class {{|RNN013:M|}};"
            : $"[RnnModel, {attributes}] partial class {{|RNN013:M|}};",
        steps > 256 ? ["65,536 steps stay a loop: up to 256 are unrolled", message] : [message]);

    [Fact]
    public void SourceBelowALayer() => Check(
        "[RnnModel, Rnn<Lstm>(4), {|RNN015:Input(3)|}, SquaredError] partial class M;",
        "[Input] stands after [Rnn]: the source comes first, because a model is read from top to bottom");

    [Fact]
    public void RnnModelMayStandAnywhere() =>
        Check("[Input(3)] [System.Serializable] [Rnn<Lstm>(4), RnnModel] [SquaredError] partial class M;");

    [Theory]
    [InlineData("Rnn<Lstm>(1)")]
    [InlineData("Rnn<Lstm>(4), Dense(1)")]
    public void OneClass(string layers) => Check(
        $"[RnnModel, Input(3), {layers}, {{|RNN016:SoftmaxCrossEntropy|}}] partial class M;",
        "Softmax over 1 output is always 1: use at least 2 outputs, or [SigmoidCrossEntropy] for a yes or no");

    [Fact]
    public void NotAnEnumerationMember() => Check(
        "[RnnModel(Precision = {|RNN017:(Precision)2|}), Input(3), Rnn<SimpleRnn>(4, Activation = {|RNN017:(Activation)(-1)|}), Dense(3, "
        + "Activation = {|RNN017:(Activation)99|}), SquaredError] partial class M;",
        "2 is not a value of Precision",
        "-1 is not a value of Activation",
        "99 is not a value of Activation");

    [Fact]
    public void LongModelsStayALoop() => Check(
        $"[RnnModel(Steps = {{|RNN019:1_000|}})] {Layers} partial class M;",
        "1,000 steps stay a loop: up to 256 are unrolled");

    [Theory]
    [InlineData("RnnModel(Steps = \"three\"), Input(3), Rnn<Lstm>(4), SquaredError")]
    [InlineData("RnnModel(Steps = 1 / 0, Precision = null, Stepz = 3), Input(3), Rnn<Lstm>(4), SquaredError")]
    [InlineData("RnnModel, Input, Rnn<Lstm>(4), SquaredError")]
    [InlineData("RnnModel, Input(3), Rnn<Lstm>(), SquaredError")]
    [InlineData("RnnModel, Input(3), Rnn<Lst>(4), SquaredError")]
    [InlineData("RnnModel, Input(3), Rnn(4), SquaredError")]
    [InlineData("RnnModel, Input(3), Rnn<>(4), SquaredError")]
    [InlineData("RnnModel, Input(3), Rnn<Lstm>(4, Depth = null, Bias = 3), SquaredError")]
    public void WhatTheCompilerRefusesIsLeftToIt(string attributes) => Check($"[{attributes}] partial class M;");
}
