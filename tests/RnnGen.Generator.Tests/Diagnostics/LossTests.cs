namespace RnnGen.Generator.Tests.Diagnostics;

/// <summary>What a loss may say, and the outputs that it takes.</summary>
public class LossTests : DiagnosticsTest
{
    private const string NoLoss =
        "'L' needs a method 'Hidden Loss(Hidden y, Hidden target)', of an output, or up to 16 that share a target, and the target: ";

    private const string Own = "[RnnLoss] readonly partial struct L { const double c = 2; public static Hidden Loss(Hidden y, Hidden t) "
        + "=> c * Square(y - t); }";

    [Theory]
    [InlineData("Hidden y, Hidden t", "Square(y - t)")]
    [InlineData("Hidden a, Hidden b, Hidden t", "Abs(a - t) * Exp(-b) + b")]
    [InlineData("Hidden y, Hidden t", "t * Log(1 + Exp(-(y - Half)))", "const double Half = 0.5;")]
    public void AnOrdinaryLossIsSilent(string parameters, string result, string fields = "") => Check(
        $"[RnnLoss] readonly partial struct L {{ {fields} public static Hidden Loss({parameters}) => {result}; }}");

    [Theory]
    [InlineData("", "there is none", "{|RNN118:L|}")]
    [InlineData("static Hidden {|RNN118:Loss|}(Hidden y) => y;", "it takes too few parameters")]
    [InlineData(
        "static Hidden {|RNN118:Loss|}(Hidden a, Hidden b, Hidden c, Hidden d, Hidden e, Hidden f, Hidden g, Hidden h, Hidden i, Hidden j, "
            + "Hidden k, Hidden l, Hidden m, Hidden n, Hidden o, Hidden p, Hidden q, Hidden t) => a * t;",
        "it takes too many parameters")]
    [InlineData("static Hidden {|RNN118:Loss|}(Input y, Hidden t) => y - t;", "its parameters are not all Hidden")]
    [InlineData("static Hidden {|RNN118:Loss|}(Hidden y, Hidden t) { }", "it returns nothing")]
    public void WithAnotherMethod(string method, string problem, string name = "L") =>
        Check($"[RnnLoss] readonly partial struct {name} {{ {method} }}", NoLoss + problem);

    [Theory]
    [InlineData("Hidden {|RNN107:y|}, Hidden b, Hidden t", "Square(b - t)", "'y' is never used: remove it", false)]
    [InlineData("Hidden {|RNN107:y|}, Hidden b, Hidden t", "Square(b - t) + 0 * y", "'y' has no effect: a loss depends on every output and on the target")]
    [InlineData("Hidden y, Hidden {|RNN107:t|}", "Square(y) + t", "'t' has no effect: a loss depends on every output and on the target")]
    public void WithoutEffect(string parameters, string result, string message, bool isUsed = true) => Check(
        $"[RnnLoss] readonly partial struct L {{ public static Hidden Loss({parameters}) => {result}; }}",
        isUsed ? message : "'y' has no effect: a loss depends on every output and on the target");

    [Fact]
    public void AField() => Check(
        "[RnnLoss] readonly partial struct L { readonly PerUnit {|RNN108:p|}; public static Hidden Loss(Hidden y, Hidden t) => y * t; }",
        "The field 'p' is of the type PerUnit: a loss's fields are none, and constants that are literals");

    [Fact]
    public void AScoreIsNoLoss() => Check(
        "[RnnAttention, RnnLoss] readonly partial struct {|RNN117:L|} { public Hidden Score(Hidden q, Hidden k) => q * k; "
            + "public static Hidden Loss(Hidden y, Hidden t) => y * t; }",
        "'L' has both [RnnAttention] and [RnnLoss]: declare a struct for each");

    [Theory]
    [InlineData("Loss<L>")]
    [InlineData("Loss<L>(Constants = \"c = 3\", Weight = 2)")]
    [InlineData("Loss<HuberLoss>(Constants = \"delta = 0.1\")")]
    [InlineData("Loss<GaussianLoss>")]
    [InlineData("Quantiles(0.1, 0.9)")]
    [InlineData("Quantiles(0.5, Weight = 3)")]
    [InlineData("SoftmaxCrossEntropy(LabelSmoothing = 0.1)")]
    [InlineData("SoftmaxCrossEntropy(SoftTargets = true)")]
    [InlineData("Ctc")]
    [InlineData("Ctc(Blank = 3, Weight = 2)")]
    public void OfAModel(string loss) => Check($"{Own} [RnnModel, Input(3), Rnn<Gru>(4), {loss}] partial class M;");

    [Theory]
    [InlineData("Loss<{|RNN011:Gru|}>", "'Gru' is not a loss: it has no [RnnLoss] attribute")]
    [InlineData("Loss<L>(Constants = {|RNN114:\"d = 3\"|})", "'d = 3' names no constant of 'L'")]
    [InlineData("{|RNN050:Loss<GaussianLoss>|}", "These outputs do not fit the loss [Loss]: each target has 2 of them, but 2 does not divide 5")]
    [InlineData(
        "{|RNN050:Quantiles(0.1, 0.5, 0.9)|}",
        "These outputs do not fit the loss [Quantiles]: each target has 3 of them, but 3 does not divide 5")]
    [InlineData("Quantiles({|RNN113:0|})", "The quantiles must be above 0 and below 1, but is 0")]
    [InlineData("Quantiles(0.5, {|RNN113:0.5|})", "The quantiles must be in rising order, below 1, but is 0.5")]
    [InlineData("Quantiles(0.5, {|RNN113:double.NaN|})", "The quantiles must be in rising order, below 1, but is NaN")]
    [InlineData("{|RNN010:Quantiles|}", "The number of the quantiles must be 1 to 16, but is 0")]
    [InlineData("Ctc(Blank = {|RNN010:5|})", "The blank must be 0 to 4, but is 5")]
    [InlineData("Ctc(Blank = {|RNN010:-1|})", "The blank must be 0 to 65,535, but is -1")]
    [InlineData("Pool(Pooling.Last), {|RNN025:Ctc|}", "[Ctc] takes a sequence, but its input here is one vector per sequence: [Repeat] gives it to every step")]
    [InlineData("SoftmaxCrossEntropy(LabelSmoothing = {|RNN113:1|})", "LabelSmoothing must be at least 0 and below 1, but is 1")]
    [InlineData(
        "SoftmaxCrossEntropy(SoftTargets = true, LabelSmoothing = {|RNN112:0.1|})",
        "LabelSmoothing has no effect: soft targets are as smooth as they are given")]
    public void OfAModelThatItDoesNotFit(string loss, string message) =>
        Check($"{Own} [RnnModel, Input(3), Rnn<Gru>(5), {loss}] partial class M;", message);

    [Fact]
    public void OutputsThatShareATargetAreNotFedBack() => Check(
        "[RnnModel, Input(3), {|RNN030:Feedback(4)|}, Rnn<Gru>(4), Loss<GaussianLoss>] partial class M;",
        "The outputs cannot be fed back: several of them share a target");
}
