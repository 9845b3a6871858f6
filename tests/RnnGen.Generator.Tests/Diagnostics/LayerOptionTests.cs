namespace RnnGen.Generator.Tests.Diagnostics;

/// <summary>What a layer may say about its cell.</summary>
public class LayerOptionTests : DiagnosticsTest
{
    private const string Cell = """
        [RnnCell] readonly partial struct C
        {
            const double alpha = 0.9;
            const int delay = 2;
            readonly Weight W;
            public Hidden Step(Input x, Hidden h) => GateActivation(W * x) * alpha + Delay(h, delay);
        }

        """;

    [Theory]
    [InlineData(
        "C",
        "GateActivation = Activation.HardSigmoid, GateAlpha = 0.25, GateBeta = 0.4, Clip = 3, Constants = \"alpha=0.5 , delay = 64\"")]
    [InlineData("C", "GateActivation = Activation.Elu, GateAlpha = -2, Constants = \"\"")]
    [InlineData(
        "Lstm",
        "Activation = Activation.Affine, ActivationAlpha = -1, OutputActivation = Activation.ScaledTanh, OutputBeta = 3, Clip = 1e-3")]
    public void WellFormedOptionsAreSilent(string cell, string options) => Check(Layer(cell, options));

    [Theory]
    [InlineData("C", "Activation = {|RNN112:Activation.Relu|}", "Activation has no effect: the equations of 'C' do not use Activation")]
    [InlineData("C", "OutputAlpha = {|RNN112:1|}", "OutputAlpha has no effect: the equations of 'C' do not use OutputActivation")]
    [InlineData(
        "SimpleRnn", "GateActivation = {|RNN112:Activation.Tanh|}",
        "GateActivation has no effect: the equations of 'SimpleRnn' do not use GateActivation")]
    [InlineData(
        "IndRnn", "RecurrentDropout = {|RNN112:0.5|}",
        "RecurrentDropout has no effect: no Recurrent of 'IndRnn' is multiplied by a state")]
    [InlineData("C", "GateAlpha = {|RNN112:1|}", "GateAlpha has no effect: Sigmoid has no numbers")]
    [InlineData("C", "GateActivation = Activation.Elu, GateBeta = {|RNN112:1|}", "GateBeta has no effect: Elu has no beta")]
    public void WithoutEffect(string cell, string options, string message) => Check(Layer(cell, options), message);

    [Fact]
    public void WithoutTheSizeOfTheProjection() => Check(
        "[RnnModel, Input(3), {|RNN115:Rnn<ProjectedLstm>(4)|}, SquaredError] partial class M;",
        "The cell 'ProjectedLstm' projects its output: state the size that 'P' gives it, Projection = …");

    [Fact]
    public void AProjectionOfTheWrongSize() =>
        Check(Layer("ProjectedLstm", "Projection = {|RNN010:5|}"), "Projection must be 1 to 4, but is 5");

    [Fact]
    public void NothingToProject() =>
        Check(Layer("Lstm", "Projection = {|RNN112:2|}"), "Projection has no effect: 'Lstm' has no field of this type");

    [Theory]
    [InlineData(
        "readonly Projection {|RNN107:P|};", "P * h + W * x",
        "'P' is a Projection: its product must be the first state, as it is or through functions")]
    [InlineData(
        "readonly Projection {|RNN107:P|};", "Tanh(P * (W * x * h))",
        "'P' is a Projection, so 'h' has another size: only a Recurrent can be multiplied by it")]
    [InlineData("readonly Projection P, {|RNN107:Q|};", "P * Tanh(Q * (W * x))", "'Q' is a second Projection: a cell has one")]
    public void ProjectionsElsewhere(string fields, string result, string message) => Check(
        $"[RnnCell] readonly partial struct D {{ readonly Weight W; {fields} public Hidden Step(Input x, Hidden h) => {result}; }}",
        message);

    [Fact]
    public void NothingToClip() => Check(
        "[RnnCell] readonly partial struct D { readonly Weight W; public Hidden Step(Input x, Hidden h) => Tanh(W * x); }"
            + Layer("D", "Clip = {|RNN112:1|}"),
        "Clip has no effect: the equations of 'D' use neither Activation nor GateActivation");

    [Theory]
    [InlineData("LeakyRnn", "Constants = \"alpha = 1\"", "'W' has no effect: this layer multiplies it by 0")]
    [InlineData("Lstm", "Activation = Activation.Affine, ActivationAlpha = 0", "'Wi' has no effect: this layer multiplies it by 0")]
    public void AParameterWithoutEffect(string cell, string options, string message) => Check(
        $"[RnnModel, Input(3), {{|RNN112:Rnn<{cell}>(4, {options})|}}, SquaredError] partial class M;",
        message);

    [Theory]
    [InlineData("Clip = {|RNN113:0|}", "Clip must be a number above 0, but is 0")]
    [InlineData("Zoneout = {|RNN113:1|}", "Zoneout must be 0 or more and less than 1, but is 1")]
    [InlineData("RecurrentDropout = {|RNN113:-0.1|}", "RecurrentDropout must be 0 or more and less than 1, but is -0.1")]
    [InlineData("Clip = {|RNN113:-1.5|}", "Clip must be a number above 0, but is -1.5")]
    [InlineData("Clip = {|RNN113:double.NaN|}", "Clip must be a number above 0, but is NaN")]
    [InlineData("GateActivation = Activation.Elu, GateAlpha = {|RNN113:1 / 0.0|}", "GateAlpha must be a finite number, but is Infinity")]
    public void OutOfRange(string options, string message) => Check(Layer("C", options), message);

    [Theory]
    [InlineData("gamma = 1", "'gamma = 1' names no constant of 'C'")]
    [InlineData("alpha", "'alpha' is not of the form 'name = number'")]
    [InlineData("alpha = 1 = 2", "'alpha = 1 = 2' is not of the form 'name = number'")]
    [InlineData("alpha = one", "'alpha = one' is not of the form 'name = number'")]
    [InlineData("alpha = NaN", "'alpha = NaN' is not of the form 'name = number'")]
    [InlineData("alpha = 1, alpha = 2", "'alpha = 2' gives a second value to the same constant")]
    [InlineData("alpha = 1, delay = 0", "'delay = 0' makes Delay look back a number of steps that is not 1 to 64")]
    [InlineData("delay = 2.5", "'delay = 2.5' makes Delay look back a number of steps that is not 1 to 64")]
    public void BadConstants(string constants, string message) => Check(Layer("C", $"Constants = {{|RNN114:\"{constants}\"|}}"), message);

    private static string Layer(string cell, string options) =>
        (cell == "C" ? Cell : "") + $"[RnnModel, Input(3), Rnn<{cell}>(4, {options}), SquaredError] partial class M;";
}
