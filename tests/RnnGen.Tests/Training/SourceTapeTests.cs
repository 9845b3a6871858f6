using RnnGen.Generated;

namespace RnnGen.Tests;

/// <summary>Tapes whose sequences have a source, and may have fewer steps than were declared.</summary>
public class SourceTapeTests
{
    private static readonly int[] Sources = [0, 1, 2, 3, 0, 1], Lengths = [2, 3];
    private static readonly int[] Inputs = [5, 5, 1, 2], Targets = [1, 2, 4, 4];

    [Fact]
    public void ASourceComesBeforeEachPass()
    {
        var tape = new ToySeq2Seq<int>().CreateTape(2);
        Assert.Contains("Encode must come first", Assert.Throws<InvalidOperationException>(() => tape.Forward(Inputs)).Message);
        tape.Encode(Sources, Lengths);
        Assert.Throws<InvalidOperationException>(() => tape.Loss(Targets));
        tape.Forward(Inputs);
        Assert.True(tape.Loss(Targets) > 0);
        Assert.Throws<InvalidOperationException>(() => tape.Forward(Inputs));
        tape.Backward();

        // A new source makes what was computed from the last one worthless.
        tape.Encode(Sources, Lengths);
        tape.Forward(Inputs);
        tape.Encode(Sources);
        Assert.Throws<InvalidOperationException>(() => tape.Backward());
    }

    [Fact]
    public void ABatchHasAsManyStepsAsItIsGiven()
    {
        var tape = new ToySeq2Seq<int>().CreateTape(2);
        tape.Encode(Sources, Lengths);
        tape.Forward(Inputs, lengths: [1, 2]);
        Assert.Equal(3, tape.SourceSteps);
        Assert.Equal([2, 3], tape.SourceLengths.ToArray());
        Assert.Equal(2, tape.UsedSteps);
        Assert.Equal([1, 2], tape.Lengths.ToArray());
        Assert.Equal(new double[5], tape.Output(1, 0).ToArray());
        Assert.NotEqual(new double[5], tape.Output(1, 1).ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => tape.Output(2, 0).ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => tape.OutputGradient(2, 0).ToArray());
        Assert.Contains("Expected 4 symbols, but there are 12", Assert.Throws<ArgumentException>(() => tape.Loss(new int[12])).Message);
        Assert.Contains("Expected 4 weights", Assert.Throws<ArgumentException>(() => tape.Loss(Targets, new double[12])).Message);

        tape.Encode(new int[14]);
        tape.Forward(new int[12]);
        Assert.Equal((7, 6), (tape.SourceSteps, tape.UsedSteps));
        Assert.True(tape.SourceLengths.IsEmpty && tape.Lengths.IsEmpty);
    }

    [Fact]
    public void FewerStepsCountAsMuchAsPaddedOnes()
    {
        var model = new ToySeq2Seq<int>();
        double[] weights = [1, 0.5, 2, 1];
        (double shortLoss, double[] shortGradients) = Run(model, Sources, Lengths, Inputs, Targets, [1, 2], weights);
        (double loss, double[] gradients) = Run(
            model, [.. Sources, .. new int[8]], Lengths, [.. Inputs, .. new int[8]], [.. Targets, .. Enumerable.Repeat(-1, 8)],
            [1, 2], [.. weights, .. Enumerable.Repeat(9.0, 8)]);
        Assert.Equal(loss, shortLoss, 1e-14);
        Assert.All(gradients.Zip(shortGradients), pair => Assert.Equal(pair.First, pair.Second, 1e-14));
        Assert.Contains(gradients, g => Math.Abs(g) > 0.01);
    }

    [Fact]
    public void AShorterBatchAfterALongerOneSeesNothingOfIt()
    {
        var model = new ToySeq2Seq<int>();
        var tape = model.CreateTape(2);
        tape.Encode([.. Enumerable.Range(0, 14).Select(i => i % 4)], [7, 6]);
        tape.Forward([.. Enumerable.Range(0, 12).Select(i => i % 6)], lengths: [6, 5]);
        tape.Loss([.. Enumerable.Range(0, 12).Select(i => i % 5)]);
        tape.Backward();
        tape.Encode(Sources);
        tape.Forward(Inputs);
        double loss = tape.Loss(Targets);
        tape.Backward();
        (double expected, double[] gradients) = Run(model, Sources, [], Inputs, Targets, [], []);
        Assert.Equal(expected, loss);
        Assert.Equal(gradients, Values(tape.Gradients));
    }

    [Fact]
    public void SourcesHaveGradients()
    {
        var model = new ToySeq2Seq<double>();
        var tape = model.CreateTape(2);
        double[] sources = [.. Enumerable.Range(0, 12).Select(i => Math.Sin(i))];
        double Loss()
        {
            tape.Encode(sources, Lengths);
            tape.Forward(Inputs);
            return tape.Loss(Targets);
        }

        Loss();
        tape.Backward();
        double[] gradients = [.. Enumerable.Range(0, 6).SelectMany(place => tape.SourceGradient(place / 2, place % 2).ToArray())];
        for (int i = 0; i < sources.Length; i++)
        {
            double value = sources[i];
            sources[i] = value + 1e-5;
            double above = Loss();
            sources[i] = value - 1e-5;
            double below = Loss();
            sources[i] = value;
            Assert.Equal((above - below) / 2e-5, gradients[i], 1e-9);
        }

        Assert.Contains(gradients, g => Math.Abs(g) > 0.01);
        Assert.Throws<ArgumentOutOfRangeException>(() => tape.SourceGradient(3, 0).ToArray());
        var symbols = new ToySeq2Seq<int>().CreateTape(2);
        Assert.Contains("symbols", Assert.Throws<InvalidOperationException>(() => symbols.SourceGradient(0, 0).ToArray()).Message);
    }

    [Fact]
    public void AttentionsCanBeSeen()
    {
        var tape = new ToySeq2Seq<int>().CreateTape(2);
        tape.Encode(Sources, Lengths);
        tape.Forward(Inputs, lengths: [1, 2]);
        Assert.Equal([0.5, 0.5, 0], tape.Attention(0, 0).ToArray());
        Assert.Equal([1 / 3.0, 1 / 3.0, 1 / 3.0], tape.Attention(1, 1).ToArray());
        Assert.Equal(new double[3], tape.Attention(1, 0).ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => tape.Attention(2, 0).ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => tape.Attention(0, 2).ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => tape.Attention(0, 0, attention: 1).ToArray());
    }

    [Fact]
    public void ABridgeGivesTheStates()
    {
        ToyState[] states = [new() { Value = 1 }, new() { Value = 2 }], final = new ToyState[2];
        var free = new ToySeq2Seq<int>().CreateTape(2);
        free.Encode(Sources);
        free.Forward(Inputs, states);
        free.GetFinalStates(final);
        Assert.Equal(states, final);

        var bridged = new ToySeq2Seq<int>(hasBridge: true).CreateTape(2);
        bridged.Encode(Sources);
        Assert.Contains(
            "Expected no states, but there are 2", Assert.Throws<ArgumentException>(() => bridged.Forward(Inputs, states)).Message);
        bridged.Forward(Inputs);
    }

    [Fact]
    public void WhatIsTaughtHasAsManySteps()
    {
        var tape = new ToySeq2Seq<int>(hasFeedback: true).CreateTape(2);
        tape.Encode(Sources);
        Assert.Contains("Teach must come first", Assert.Throws<InvalidOperationException>(() => tape.Forward(Inputs)).Message);
        tape.Teach(new int[6]);
        Assert.Contains("inputs of 2 steps, but Teach was given 3", Assert.Throws<ArgumentException>(() => tape.Forward(Inputs)).Message);
        tape.Teach(Targets);
        tape.Forward(Inputs);
    }

    [Fact]
    public void AProbeGoesOverTheStepsOfBothParts()
    {
        var tape = new ToySeq2Seq<int>().CreateTape(2);
        tape.Encode(Sources, Lengths);
        tape.Forward(Inputs);
        tape.Loss(Targets);
        GradientFlow flow = tape.Probe();
        Assert.Equal([4, 3], flow.Layers.Select(layer => layer.Norms.Count));
        Assert.All(flow.Layers, layer => Assert.Equal(1, layer.SaturatedGates));
    }

    [Theory]
    [InlineData(5, new int[0], "Expected 1 to 7 steps of 2 elements each, but there are 5 elements")]
    [InlineData(0, new int[0], "Expected 1 to 7 steps of 2 elements each, but there are 0 elements")]
    [InlineData(16, new int[0], "Expected 1 to 7 steps of 2 elements each, but there are 16 elements")]
    [InlineData(6, new[] { 3 }, "Expected 2 lengths, but there are 1")]
    [InlineData(6, new[] { 3, 0 }, "Length 1 must be 1 to 3")]
    [InlineData(6, new[] { 4, 3 }, "Length 0 must be 1 to 3")]
    public void WrongSourcesAreRefused(int count, int[] lengths, string message)
    {
        var tape = new ToySeq2Seq<int>().CreateTape(2);
        tape.Encode(Sources, Lengths);
        Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(() => tape.Encode(new int[count], lengths)).Message);
        Assert.Equal((3, 2), (tape.SourceSteps, tape.SourceLengths[0]));
        tape.Forward(Inputs);
    }

    [Fact]
    public void WrongSymbolsNumbersAndStepsAreRefused()
    {
        var tape = new ToySeq2Seq<int>().CreateTape(2);
        Assert.Contains("Symbol 1 must be 0 to 3", Assert.Throws<ArgumentOutOfRangeException>(() => tape.Encode([0, 4])).Message);
        var numbers = new ToySeq2Seq<double>().CreateTape(1);
        Assert.Contains("Number 1 is NaN", Assert.Throws<ArgumentException>(() => numbers.Encode([0, double.NaN])).Message);
        tape.Encode(Sources);
        Assert.Contains(
            "Expected 1 to 6 steps of 2 elements each, but there are 14",
            Assert.Throws<ArgumentException>(() => tape.Forward(new int[14])).Message);
        Assert.Contains(
            "Length 0 must be 0 to 2", Assert.Throws<ArgumentOutOfRangeException>(() => tape.Forward(Inputs, lengths: [3, 0])).Message);
    }

    [Fact]
    public void ADecoderHasAnInputAndAnOutputAtEveryStep()
    {
        ToySeq2Seq<int> model = new();
        Assert.Contains("6 steps has as many inputs and outputs, not 1 and 6", Refused(model.Shape with { InputSteps = 1 }));
        Assert.Contains("not 6 and 1", Refused(model.Shape with { OutputSteps = 1 }));
        static string Refused(ModelShape shape) =>
            Assert.Throws<ArgumentException>(() => new ToySeq2Seq<int> { Shape = shape }.CreateTape(1)).Message;
    }

    private static (double Loss, double[] Gradients) Run(
        ToySeq2Seq<int> model, int[] sources, int[] sourceLengths, int[] inputs, int[] targets, int[] lengths, double[] weights)
    {
        var tape = model.CreateTape(2);
        tape.Encode(sources, sourceLengths);
        tape.Forward(inputs, lengths: lengths);
        double loss = tape.Loss(targets, weights);
        tape.Backward();
        return (loss, Values(tape.Gradients));
    }

    private static double[] Values(ParameterSet<double> set) => set.Buffer.Span.ToArray();
}
