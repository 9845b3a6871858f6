namespace RnnGen.Generator.Tests.Diagnostics;

/// <summary>Layers over the steps of a sequence.</summary>
public class OverTimeTests : DiagnosticsTest
{
    [Theory]
    [InlineData("Input(1), Dense(9, Over = Axis.Time), Softmax(Over = Axis.Time), Pool(Pooling.Sum), Dense(2), SquaredError")]
    [InlineData("Input(3, Name = \"x\"), Dense(1), LogSoftmax(Over = Axis.Time, Name = \"a\"), Rnn<Gru>(4, From = \"x * a\"), SquaredError")]
    [InlineData("Input(3, Name = \"x\"), Dense(1, Name = \"a\"), Rnn<Gru>(4, From = \"a * x, a\"), SquaredError")]
    public void WhatFitsIsSilent(string layers) => Check($"[RnnModel(Steps = 9), {layers}] partial class M;");

    [Fact]
    public void TheMatrixHasTheStepsOfTheModel() => Check(
        "[RnnModel(Steps = 9), Input(3), Dense({|RNN113:8|}, Over = Axis.Time), Rnn<Gru>(4), SquaredError] partial class M;",
        "The size of a dense layer over time must be 9, the steps of 'M', but is 8");

    [Theory]
    [InlineData("Softmax(Over = Axis.Time)")]
    [InlineData("Dense(32, Over = Axis.Time)")]
    public void OverTimeThereMustBeTime(string layer) => Check(
        $"[RnnModel, Input(3, Once = true), {{|RNN025:{layer}|}}, Repeat, Rnn<Gru>(4), SquaredError] partial class M;",
        "A layer over time takes a sequence, but its input here is one vector per sequence: [Repeat] gives it to every step");

    [Theory]
    [InlineData("LogSoftmax(Over = Axis.Time)", "LogSoftmax")]
    [InlineData("Dense(32, Over = Axis.Time)", "Dense")]
    public void ADecoderKnowsNothingOfLaterSteps(string layer, string name) => Check(
        $$"""
        [Encoder, Input(3), Rnn<Gru>(4)] class E;
        [Decoder, Input(3), Rnn<Gru>(4), {|RNN033:{{layer}}|}, Dense(3), SquaredError] class D;
        [Seq2Seq(typeof(E), typeof(D))] partial class M;
        """,
        $"[{name}] has no place in a decoder: it would need the whole target before its first step");

    [Fact]
    public void ALoopGoesStepByStep() => Check(
        "[RnnModel, Input(3, Name = \"x\"), Rnn<Gru>(4, From = \"x, {|RNN031:y|}'\"), Softmax(Over = Axis.Time), Dense(2, Name = \"y\"), "
            + "SquaredError] partial class M;",
        "'y' cannot be taken from the step before: the [Softmax] between it and this needs all steps at once");
}
