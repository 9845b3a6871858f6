namespace RnnGen.Generator.Tests.Diagnostics;

/// <summary>How the layers of a model must fit together.</summary>
public class GraphTests : DiagnosticsTest
{
    [Theory]
    [InlineData(
        "Input(3), Dense(4), Rnn<Gru>(8, Direction = Direction.Bidirectional, Merge = Merge.Linear), Dropout(0.5), Dense(2), SquaredError")]
    [InlineData("OneHot(9), Rnn<Lstm>(4, Depth = 2, Dropout = 0.2), Pool(Pooling.Attention, Units = 3), Dense(2), SoftmaxCrossEntropy")]
    [InlineData("Input(5, Once = true), Dense(8), Rnn<Gru>(8, FirstState = true), Dense(2), SquaredError")]
    [InlineData("Input(5, Once = true), Repeat, Rnn<Gru>(8), SquaredError")]
    [InlineData("Input(5, Name = \"x\"), Dense(6, Name = \"d\"), Rnn<Gru>(8, Name = \"g\", From = \"d, x\"), Dense(1, From = \"g\"), "
        + "SigmoidCrossEntropy, Dense(3, From = \"g,d\"), SquaredError(Weight = 2)")]
    [InlineData("Input(3), Dense(4, Name = \"a\", From = \"input, b'\"), Dense(4, Name = \"b\", From = \"input, a'\"), Dense(2, From = "
        + "\"a, b\"), SquaredError")]
    [InlineData("Input(3), Rnn<Gru>(4, Name = \"a\", From = \"a', c'\"), Dropout(0.5, Name = \"b\", From = \"input\"), Dense(4, Name = "
        + "\"c\", From = \"b, a'\"), Rnn<Gru>(2, Direction = Direction.Reverse), SquaredError")]
    [InlineData("Input(4), Rnn<Gru>(4, Name = \"a\"), Rnn<Gru>(4, Name = \"b\", From = \" a+input *a'2 \"), Dense(8, From = \"b\", Name = "
        + "\"c\"), Dense(1, From = \"c * (a, input + b'), c'64\"), SquaredError")]
    public void GraphsAreSilent(string attributes) => Check($"[RnnModel, {attributes}] partial class M;");

    [Theory]
    [InlineData("Input(3), Rnn<Gru>(8, From = \"{|RNN020:gate|}\"), Dense(4, Name = \"gate\"), SquaredError", "gate", "input")]
    [InlineData("Input(3), Rnn<Gru>(8, Name = \"g\", From = \"{|RNN020:g|}\"), SquaredError", "g", "input")]
    [InlineData("Input(3, Name = \"x\"), Rnn<Gru>(8), SquaredError(From = \"{|RNN020:input|}\")", "input", "x")]
    public void UnknownLayer(string attributes, string name, string names) => Check(
        $"[RnnModel, {attributes}] partial class M;",
        $"No layer above is called '{name}'; there are: {names}");

    [Theory]
    [InlineData("{|RNN112:Activation.Linear|}", "Activation.Linear has no effect: it gives every number as it is")]
    [InlineData("{|RNN017:(Activation)99|}", "99 is not a value of Activation")]
    [InlineData("Activation.Tanh, Alpha = {|RNN112:2|}", "Alpha has no effect: Tanh has no numbers")]
    public void BadActivation(string arguments, string message) => Check(
        $"[RnnModel, Input(3), Rnn<Gru>(4), Activation({arguments}), SquaredError] partial class M;", message);

    [Theory]
    [InlineData("a +", "a name is missing at its end")]
    [InlineData("input,, a", "a name is missing before ','")]
    [InlineData("()", "a name is missing before ')'")]
    [InlineData("(a, input", "a '(' has no ')'")]
    [InlineData("a) + input", "a ')' has no '('")]
    [InlineData("a - input", "'-' cannot stand behind 'a'")]
    [InlineData("a (input)", "'(' cannot stand behind 'a'")]
    [InlineData("a'0", "a'0 is none of the 64 steps before this one")]
    [InlineData("input, a'65", "a'65 is none of the 64 steps before this one")]
    [InlineData("input + a", "'+' takes vectors of equal width, but there are 3 and 4 numbers")]
    [InlineData("a * (a + a'2) * input", "'*' takes vectors of equal width, or one number, but there are 4 and 3 numbers")]
    public void BadFrom(string from, string problem) => Check(
        $"[RnnModel, Input(3), Rnn<Gru>(4, Name = \"a\"), Dense(2, From = {{|RNN046:\"{from}\"|}}), SquaredError] partial class M;",
        $"'{from}' does not combine layers: {problem}");

    [Theory]
    [InlineData("Input(3), Rnn<Gru>(8, Name = {|RNN021:\"input\"|}), SquaredError", "input")]
    [InlineData("Input(3), Rnn<Gru>(8, Name = \"g\"), Dense(2, Name = {|RNN021:\"g\"|}), SquaredError", "g")]
    public void NameTwice(string attributes, string name) =>
        Check($"[RnnModel, {attributes}] partial class M;", $"Another layer above is already called '{name}'");

    [Theory]
    [InlineData("1st")]
    [InlineData("a.b")]
    [InlineData("a b")]
    public void BadName(string name) => Check(
        $"[RnnModel, Input(3), Rnn<Gru>(8, Name = {{|RNN022:\"{name}\"|}}), SquaredError] partial class M;",
        $"The name '{name}' must begin with a letter and go on with letters, digits and _");

    [Theory]
    [InlineData("Input(3), {|RNN023:Dense(8)|}, Rnn<Gru>(8, From = \"input\"), SquaredError", "Dense")]
    [InlineData("Input(3), Rnn<Lstm>(4), SquaredError, {|RNN023:Dense(3)|}", "Dense")]
    [InlineData("Input(3), Rnn<Lstm>(4, Name = \"l\"), {|RNN023:Pool(Pooling.Mean)|}, SquaredError(From = \"l\")", "Pool")]
    public void UnusedLayer(string attributes, string name) => Check(
        $"[RnnModel, {attributes}] partial class M;",
        $"Nothing takes the outputs of this [{name}]: it would never be trained");

    [Fact]
    public void MixedSteps() => Check(
        "[RnnModel, Input(3), Rnn<Gru>(8, Name = \"g\"), Pool(Pooling.Last, Name = \"p\"), Dense(2, From = {|RNN024:\"g, p\"|}), "
        + "SquaredError] partial class M;",
        "Some of these layers have a vector per step, others one per sequence: put a [Repeat] below the latter");

    [Theory]
    [InlineData("Input(5, Once = true), {|RNN025:Rnn<Gru>(8)|}, SquaredError", "A recurrent layer")]
    [InlineData("Input(5), Rnn<Gru>(8), Pool(Pooling.Last), {|RNN025:Pool(Pooling.Mean)|}, SquaredError", "A pool")]
    public void PerSequence(string attributes, string what) => Check(
        $"[RnnModel, {attributes}] partial class M;",
        $"{what} takes a sequence, but its input here is one vector per sequence: [Repeat] gives it to every step");

    [Theory]
    [InlineData("Input(8), Rnn<Gru>(8, FirstState = {|RNN026:true|}), SquaredError", "FirstState")]
    [InlineData("Input(8), {|RNN026:Repeat|}, Rnn<Gru>(8), SquaredError", "[Repeat]")]
    public void PerStep(string attributes, string what) => Check(
        $"[RnnModel, {attributes}] partial class M;",
        $"{what} takes one vector per sequence, but its input here has one per step: use [Input(…, Once = true)] or [Pool]");

    [Fact]
    public void WidthMismatch() => Check(
        "[RnnModel, Input(5, Once = true), Rnn<Gru>(8, FirstState = {|RNN027:true|}), SquaredError] partial class M;",
        "The first state has 5 numbers, but the layer has 8 units: put a [Dense(8)] in between");

    [Theory]
    [InlineData("OneHot(5), {|RNN028:Dropout(0.5)|}, Rnn<Gru>(8), SquaredError")]
    [InlineData("OneHot(5), Rnn<Gru>(8, Name = \"g\"), Dense(3, From = {|RNN028:\"g, input\"|}), SquaredError")]
    public void OneHotUse(string attributes) => Check(
        $"[RnnModel, {attributes}] partial class M;",
        "One-hot inputs can only feed recurrent and dense layers by themselves: "
        + "an [Embedding] has vectors that can be joined, dropped and pooled");

    [Fact]
    public void MixedHeads() => Check(
        "[RnnModel, Input(5), Rnn<Gru>(8), SquaredError, Pool(Pooling.Last), {|RNN029:SigmoidCrossEntropy|}] partial class M;",
        "All losses of a model are per step, or all are per sequence: this one differs from the first");

    [Theory]
    [InlineData("Input(3), {|RNN030:Feedback(2)|}, Dense(8), Dense(1), SquaredError", "an output has 1 number, not 2")]
    [InlineData(
        "Input(3, Once = true), {|RNN030:Feedback(1)|}, Repeat, Rnn<Gru>(8), Dense(1), SquaredError",
        "a model with one input or one output per sequence has no step before")]
    [InlineData(
        "Input(3), {|RNN030:Feedback(8)|}, Rnn<Gru>(8, Direction = Direction.Reverse), SquaredError",
        "a layer in reverse sees the outputs of later steps")]
    [InlineData(
        "Input(3), {|RNN030:Feedback(2)|}, Dense(2), SoftmaxCrossEntropy", "classes are no numbers; feed their symbols back as inputs")]
    public void Feedback(string attributes, string problem) => Check(
        $"[RnnModel, {attributes}] partial class M;",
        $"The outputs cannot be fed back: {problem}");

    [Theory]
    [InlineData(
        "Rnn<Gru>(8, From = \"input, {|RNN031:fed|}'\"), Dense(2, Name = \"feed\")", "fed",
        "no layer has this name; there are: input, feed")]
    [InlineData(
        "Rnn<Gru>(8, From = \"input, {|RNN031:d|}'\"), Dropout(0.5, Name = \"d\")", "d",
        "only recurrent layers, dense layers and attentions can be asked for it")]
    [InlineData(
        "Rnn<Gru>(8, Name = \"r\", Direction = Direction.Reverse), Dense(2, From = \"input, {|RNN031:r|}'\")", "r",
        "it does not run forward")]
    [InlineData(
        "Rnn<Gru>(8, From = \"input, {|RNN031:d|}'\"), Rnn<Gru>(4, Direction = Direction.Bidirectional), Dense(2, Name = \"d\")", "d",
        "the [Rnn] between it and this needs all steps at once")]
    [InlineData(
        "Rnn<Gru>(8, From = \"input, {|RNN031:d|}'\"), Pool(Pooling.Mean), Dense(2, Name = \"d\")", "d", "it is one vector per sequence")]
    [InlineData(
        "Rnn<Gru>(8, From = \"input, {|RNN031:d|}'\"), Pool(Pooling.Mean), Repeat, Dense(2, Name = \"d\")", "d",
        "the [Pool] between it and this needs all steps at once")]
    [InlineData(
        "Rnn<Gru>(8, Name = \"g\", From = \"input, {|RNN031:d|}'\"), Rnn<Gru>(8, From = \"{|RNN031:g|}'\", Direction = "
        + "Direction.Reverse), Dense(2, Name = \"d\")",
        "d", "the [Rnn] between it and this needs all steps at once", "g")]
    public void Previous(string layers, string name, string problem, string? other = null) => Check(
        $"[RnnModel, Input(3), {layers}, SquaredError] partial class M;",
        [.. new[] { name, other }.OfType<string>().Select(n => $"'{n}' cannot be taken from the step before: {problem}")]);

    [Theory]
    [InlineData("Dropout({|RNN113:1|})", "The dropped share", "at least 0 and below 1", "1")]
    [InlineData("Dropout({|RNN113:-0.5|})", "The dropped share", "at least 0 and below 1", "-0.5")]
    [InlineData("Rnn<Gru>(3, Dropout = {|RNN113:double.NaN|})", "Dropout", "at least 0 and below 1", "NaN")]
    public void Shares(string layer, string what, string range, string value) => Check(
        $"[RnnModel, Input(5), Rnn<Gru>(8), {layer}, SquaredError] partial class M;",
        $"{what} must be {range}, but is {value}");

    [Fact]
    public void WeightOfALoss() => Check(
        "[RnnModel, Input(5), Rnn<Gru>(8), SquaredError(Weight = {|RNN113:0|})] partial class M;",
        "Weight must be a number above 0, but is 0");

    [Fact]
    public void UnitsWithoutAttention() => Check(
        "[RnnModel, Input(5), Rnn<Gru>(8), Pool(Pooling.Mean, Units = {|RNN112:3|}), SquaredError] partial class M;",
        "Units has no effect: only Pooling.Attention has a score");

    [Fact]
    public void Enumerations() => Check(
        "[RnnModel, Input(5), Rnn<Gru>(8, Direction = {|RNN017:(Direction)3|}, Merge = {|RNN017:(Merge)9|}), Pool({|RNN017:(Pooling)7|}), "
        + "SquaredError] partial class M;",
        "3 is not a value of Direction",
        "9 is not a value of Merge",
        "7 is not a value of Pooling");
}
