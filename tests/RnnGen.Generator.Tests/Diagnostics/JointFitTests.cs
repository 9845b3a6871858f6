namespace RnnGen.Generator.Tests.Diagnostics;

/// <summary>An encoder and a decoder fit together: their bridge, the symbols at a target's ends, their steps and sizes.</summary>
public class JointFitTests : JointDiagnosticsTest
{
    [Theory]
    [InlineData(
        Encoder, Decoder, "Bridge.None",
        "nothing of the encoder reaches the decoder: it needs an [Attention], the [Context] or another Bridge")]
    [InlineData(
        Encoder, "Input(3), Rnn<Other>(8), SquaredError", "Bridge.Direct",
        "nothing of the encoder reaches the decoder: it needs an [Attention], the [Context] or another Bridge")]
    [InlineData(
        Encoder, "Input(3), Dense(3, Name = \"d\", From = \"input, d'\"), SquaredError", "Bridge.Dense",
        "nothing of the encoder reaches the decoder: it needs an [Attention], the [Context] or a recurrent layer")]
    [InlineData(
        Encoder, "Input(3), Rnn<Gru>(8, Depth = 2), SquaredError", "Bridge.EveryState",
        "Bridge.EveryState needs as many layers in the encoder as in the decoder, but there are 1 and 2")]
    [InlineData(
        "Input(3), Rnn<Lstm>(4)", "Input(3), Rnn<Lstm>(5), SquaredError", "Bridge.Direct",
        "Bridge.Direct needs equal sizes, but h has 4 numbers in the encoder and 5 in the decoder: Bridge.EveryState maps them",
        "Bridge.Direct needs equal sizes, but c has 4 numbers in the encoder and 5 in the decoder: Bridge.EveryState maps them")]
    [InlineData(
        "Input(3), Rnn<Gru>(8, Direction = Direction.Bidirectional, Merge = Merge.Sum)", "Input(3), Rnn<Gru>(8), SquaredError",
        "Bridge.Direct",
        "Bridge.Direct needs equal sizes, but h has 16 numbers in the encoder and 8 in the decoder: Bridge.EveryState maps them")]
    [InlineData(
        "Input(3), Rnn<Gru>(8), Dense(3)", "Input(3), Rnn<Gru>(8), SquaredError", "Bridge.Direct",
        "Bridge.Direct takes the states of recurrent layers, and ignores the encoder's layers behind them")]
    public void PartsThatDoNotFit(string encoder, string decoder, string bridge, params string[] problems)
    {
        string marked = string.Concat(problems.Select(_ => "{|RNN036:")) + bridge + string.Concat(problems.Select(_ => "|}"));
        Check(
            Joint(encoder, decoder, $"Bridge = {marked}")
                + " [RnnCell] readonly partial struct Other { readonly Weight W; readonly Recurrent U; "
                + "public Hidden Step(Input x, Hidden s) => Tanh(W * x + U * s); }",
            [.. problems.Select(p => $"'E' and 'D' do not fit together: {p}")]);
    }

    [Fact]
    public void BridgesAreMembers() => Check(Joint(Encoder, Decoder, "Bridge = {|RNN017:(Bridge)7|}"), "7 is not a value of Bridge");

    [Theory]
    [InlineData("Start = {|RNN037:1|}", Decoder, "Start and End are given together")]
    [InlineData("Steps = 4, End = {|RNN037:1|}", Decoder, "Start and End are given together")]
    [InlineData("Start = {|RNN037:1|}, End = 1", "Input(5), Rnn<Gru>(8), Dense(5), SoftmaxCrossEntropy", "its inputs are numbers")]
    [InlineData(
        "End = 1, Start = {|RNN037:1|}", "OneHot(5), Rnn<Gru>(8), Dense(5), SigmoidCrossEntropy",
        "its outputs are not the probabilities of symbols: [SoftmaxCrossEntropy]")]
    [InlineData(
        "End = 1, Start = {|RNN037:1|}",
        "OneHot(5), Rnn<Gru>(8, Name = \"r\"), Dense(5), SoftmaxCrossEntropy, Dense(5, From = \"r\"), SoftmaxCrossEntropy",
        "its outputs are not the probabilities of symbols: [SoftmaxCrossEntropy]")]
    [InlineData(
        "Start = {|RNN037:1|}, End = 0", "OneHot(4), Rnn<Gru>(8), Dense(5), SoftmaxCrossEntropy",
        "its inputs are 4 symbols and its outputs 5: what it says it must also be told")]
    [InlineData("Start = {|RNN037:1|}, End = 0, Steps = 1", Decoder, "a target has at least a symbol and its end, so Steps is 2 or more")]
    public void Ends(string arguments, string decoder, string problem) => Check(
        Joint(Encoder, decoder, decoderArguments: arguments),
        $"This decoder can have no start and end symbol: {problem}");

    [Theory]
    [InlineData("Start = {|RNN010:5|}, End = 4", "Start", "4", "5")]
    [InlineData("Start = 0, End = {|RNN010:-1|}", "End", "4", "-1")]
    [InlineData("Start = 0, End = {|RNN010:int.MaxValue|}", "End", "4", "2147483647")]
    public void EndsOutOfRange(string arguments, string what, string largest, string value) => Check(
        Joint(Encoder, Decoder, decoderArguments: arguments),
        $"{what} must be 0 to {largest}, but is {value}");

    [Theory]
    [InlineData("Encoder(Steps = {|RNN010:0|})", "Decoder", "0")]
    [InlineData("Encoder", "Decoder(Steps = {|RNN010:65_537|})", "65,537")]
    public void Steps(string encoder, string decoder, string value) => Check(
        $"[{encoder}, {Encoder}] class E; [{decoder}, {Decoder}] class D; [Seq2Seq(typeof(E), typeof(D))] partial class M;",
        $"Steps must be 1 to 65,536, but is {value}");

    [Fact]
    public void LongPartsStayALoop() => Check(
        $"[Encoder(Steps = {{|RNN019:300|}}), {Encoder}] class E; [Decoder(Steps = {{|RNN019:400|}}), {Decoder}] class D; "
        + "[Seq2Seq(typeof(E), typeof(D))] partial class M; [Seq2Seq(typeof(E), typeof(D))] partial class N;",
        "300 steps stay a loop: up to 256 are unrolled",
        "400 steps stay a loop: up to 256 are unrolled");

    [Theory]
    [InlineData(
        "Steps = 60_000", "Input(65_536)", "Input(3), Rnn<Gru>(8), Attention<AdditiveScore>(4), SquaredError",
        "A source of 'M' would have 3,932,160,000")]
    [InlineData(
        "Steps = 60_000", "OneHot(3), Dense(65_536)", "Input(3), Rnn<Gru>(8), Attention<AdditiveScore>(4), SquaredError",
        "An encoded source of 'M' would have 3,933,120,000")]
    [InlineData(
        "Steps = 60_000", "Input(3), Rnn<Gru>(8)", "Input(3), Rnn<Gru>(8), Attention<AdditiveScore>(4), SquaredError",
        "The attention's weights of one row of 'M' would have 1,200,000,000", "Steps = 20_000")]
    [InlineData(
        "Steps = 60_000", "Embedding(1_000_000, 3_000), Rnn<Gru>(8)", "Input(3), Rnn<Gru>(8), SquaredError",
        "The parameters of 'M' would have 3,008,145,184")]
    [InlineData(
        "Steps = 3", "Input(3), Dense(65_536)", "Input(3), Rnn<Gru>(8), Attention<AdditiveScore>(16_384), SquaredError",
        "The parameters of 'M' would have 1,075,200,608")]
    [InlineData(
        "Steps = 3", "Input(3), Dense(65_536)", "Input(3), Rnn<Gru>(16_384), SquaredError",
        "The parameters of 'M' would have 1,879,539,712")]
    [InlineData(
        "Steps = 3", "Input(3), Dense(65_536, Name = \"d\")",
        "Input(3), Rnn<Gru>(8, From = \"input, context'\"), Attention<AdditiveScore>(4, Name = \"context\"), SquaredError",
        "The state of 'M' would have 65,552", "Steps = 3", 65_536)]
    public void TooLarge(
        string encoderSteps, string encoder, string decoder, string message, string decoderSteps = "Steps = 2", int largest = 1 << 30)
    {
        string joint = $"[Encoder({Mark(encoderSteps)}), {encoder}] class E; [Decoder({Mark(decoderSteps)}), {decoder}] class D; "
            + $"[Seq2Seq(typeof(E), typeof(D))] partial class {{|RNN013:M|}};";
        Check(
            joint,
            [.. Loops(encoderSteps), .. Loops(decoderSteps), $"{message} elements, more than the {largest:N0} that one array can hold"]);

        static string Mark(string steps) => steps.Contains('_', StringComparison.Ordinal) ? $"Steps = {{|RNN019:{steps[8..]}|}}" : steps;

        static IEnumerable<string> Loops(string steps) =>
            steps.Contains('_', StringComparison.Ordinal)
                ? [$"{steps[8..].Replace('_', ',')} steps stay a loop: up to 256 are unrolled"]
                : [];
    }

    [Fact]
    public void WidthsThatGrowAndGrow() => Check(
        "[RnnModel(Steps = 1), Input(65_536, Name = \"d0\"), "
        + $"{string.Join(", ", Enumerable.Range(1, 40).Select(i => $"Dropout(0.5, Name = \"d{i}\", From = \"d{i - 1}, d{i - 1}\")"))}, "
            + $"Rnn<Gru>(1), SquaredError] partial class {{|RNN013:M|}};",
        "The parameters of 'M' would have 51,539,607,712 elements, more than the 1,073,741,824 that one array can hold");
}
