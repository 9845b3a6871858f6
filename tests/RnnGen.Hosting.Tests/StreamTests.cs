namespace RnnGen.Hosting.Tests;

/// <summary>Steps of many streams over the interfaces, and those that a bad stream does not spoil.</summary>
public class StreamTests
{
    private const int Streams = 70;

    private readonly Detector model = new(seed: 1);
    private readonly float[] inputs = Numbers(Streams * Detector.InputSize);

    [Fact]
    public void InterfacesStepAsClassesDo()
    {
        IRnnInference<float, float, Detector.State> served = model;
        Detector.State one = default, same = default;
        float[] output = new float[Detector.OutputSize], expected = new float[Detector.OutputSize];
        served.Step(inputs.AsSpan(0, Detector.InputSize), ref one, output);
        model.Step(inputs.AsSpan(0, Detector.InputSize), ref same, expected);
        Assert.Equal(expected, output);
        Assert.Equal(same, one);

        // Symbols have no step of a span of their own.
        IRnnInference<float, int, Writer.State> writer = new Writer(seed: 2);
        Writer.State state = default, other = default;
        float[] probabilities = new float[Writer.OutputSize], likewise = new float[Writer.OutputSize];
        writer.Step([3], ref state, probabilities);
        new Writer(seed: 2).Step(3, ref other, likewise);
        Assert.Equal(likewise, probabilities);
        Assert.Throws<ArgumentException>(() => writer.Step([3, 4], ref state, probabilities));
        Assert.Equal(other, state);
    }

    [Fact]
    public void AModelWithoutABatchedStepTakesStreamsOneByOne()
    {
        IRnnInference<float, float, Detector.State> single = new SingleSteps(model);
        Detector.State[] states = new Detector.State[Streams], expected = new Detector.State[Streams];
        float[] outputs = new float[Streams * Detector.OutputSize], right = new float[Streams * Detector.OutputSize];
        single.Step(inputs, states, outputs);
        model.Step(inputs, expected, right);
        Assert.Equal(right, outputs);
        Assert.Equal(expected, states);

        inputs[(Streams * Detector.InputSize) - 1] = float.NaN;
        Assert.Contains("stream 69", Assert.Throws<ArgumentException>(() => single.Step(inputs, states, outputs)).Message);
        Assert.Equal(expected, states);
    }

    [Fact]
    public void ManyStepsOfManyStreamsAreBatchedSteps()
    {
        const int Steps = 5;
        float[] sequence = Numbers(Steps * Streams * Detector.InputSize);
        Detector.State[] states = new Detector.State[Streams], expected = new Detector.State[Streams];
        float[] outputs = new float[Steps * Streams * Detector.OutputSize], right = new float[outputs.Length];
        model.Forward(sequence, states, outputs);
        for (int step = 0; step < Steps; step++)
        {
            model.Step(
                sequence.AsSpan(step * inputs.Length, inputs.Length), expected,
                right.AsSpan(step * Streams * Detector.OutputSize, Streams * Detector.OutputSize));
        }

        Assert.Equal(right, outputs);
        Assert.Equal(expected, states);

        sequence[^1] = float.PositiveInfinity;
        Assert.Throws<ArgumentException>(() => model.Forward(sequence, states, outputs));
        Assert.Throws<ArgumentException>(() => model.Forward(sequence.AsSpan(1), states, outputs));
        Assert.Equal(expected, states);
        model.Forward(default, Span<Detector.State>.Empty, default);
    }

    [Fact]
    public void OneStreamsFaultIsItsOwn()
    {
        Detector.State[] states = new Detector.State[Streams], expected = new Detector.State[Streams];
        float[] outputs = new float[Streams * Detector.OutputSize], right = new float[outputs.Length];
        model.Step(inputs, states, outputs);
        model.Step(inputs, expected, right);
        Detector.State broken = Broken();
        states[7] = broken;
        Detector.State before = states[69];
        inputs[0] = float.NaN;
        inputs[(40 * Detector.InputSize) + 3] = float.NegativeInfinity;
        inputs[^1] = float.NaN;
        Array.Fill(outputs, -1);

        StreamFault[] faults = new StreamFault[Streams];
        Assert.Equal(4, model.TryStep(inputs, states, outputs, faults));
        Assert.Equal(
            [(0, StreamFault.Input), (7, StreamFault.State), (40, StreamFault.Input), (69, StreamFault.Input)],
            faults.Index().Where(fault => fault.Item != StreamFault.None));
        Assert.Equal(broken, states[7]);
        Assert.Equal(before, states[69]);
        for (int stream = 0; stream < Streams; stream++)
        {
            Span<float> output = outputs.AsSpan(stream * Detector.OutputSize, Detector.OutputSize);
            if (faults[stream] != StreamFault.None)
            {
                Assert.Equal(-1, output[0]);
                continue;
            }

            float[] alone = new float[Detector.OutputSize];
            model.Step(inputs.AsSpan(stream * Detector.InputSize, Detector.InputSize), ref expected[stream], alone);
            Assert.Equal(alone, output);
            Assert.Equal(expected[stream], states[stream]);
        }
    }

    [Fact]
    public void AnOutputThatIsNotFiniteIsThatStreamsAlone()
    {
        Meter meter = new(seed: 1);
        var weights = meter.Parameters["dense.weight"];
        for (int i = 0; i < 4; i++)
            weights[0, i] = float.MaxValue;
        Meter.State[] states = new Meter.State[3];
        StreamFault[] faults = new StreamFault[3];
        float[] outputs = new float[6], alone = new float[2];
        states[1].CopyFrom([1, 1, 1, 1]);
        meter.Parameters["rnn.weight_hh_l0"].CopyFrom(Enumerable.Repeat(1e3f, 16).ToArray());
        meter.Parameters["rnn.weight_ih_l0"].CopyFrom(new float[8]);
        meter.Parameters["rnn.bias_ih_l0"].CopyFrom(new float[4]);

        Assert.Equal(1, meter.TryStep<float, float, Meter.State>(new float[6], states, outputs, faults));
        Assert.Equal([StreamFault.None, StreamFault.Output, StreamFault.None], faults);
        Meter.State state = default;
        meter.Step([0, 0], ref state, alone);
        Assert.Equal(alone, outputs[4..]);
    }

    [Fact]
    public void SymbolsOutsideTheVocabularyAreFaults()
    {
        Writer writer = new(seed: 1);
        StreamFault[] faults = new StreamFault[4];
        Assert.Equal(2, writer.TryStep([-1, 9, 10, 0], new Writer.State[4], new float[40], faults));
        Assert.Equal([StreamFault.Input, StreamFault.None, StreamFault.Input, StreamFault.None], faults);
    }

    [Fact]
    public void WrongLengthsAndModelsWithoutStepsAreRefused()
    {
        Detector.State[] states = new Detector.State[2];
        float[] outputs = new float[2 * Detector.OutputSize];
        StreamFault[] faults = new StreamFault[2];
        Assert.Throws<ArgumentException>(() => model.TryStep(inputs.AsSpan(0, 15), states, outputs, faults));
        Assert.Throws<ArgumentException>(() => model.TryStep(inputs.AsSpan(0, 16), states, outputs.AsSpan(1), faults));
        Assert.Throws<ArgumentException>(() => model.TryStep(inputs.AsSpan(0, 16), states, outputs, faults.AsSpan(1)));

        IRnnInference<float, float, Marker.State> marker = new Marker();
        Marker.State state = default;
        float[] output = new float[1];
        Assert.Contains("whole sequences", Assert.Throws<InvalidOperationException>(() => marker.Step([0, 0], ref state, output)).Message);
        Assert.Throws<InvalidOperationException>(() => marker.Step([0, 0], new Marker.State[1], output));
        Assert.Throws<InvalidOperationException>(() => marker.Forward([0, 0], new Marker.State[1], output));
        Assert.Throws<InvalidOperationException>(() => marker.TryStep([0, 0], new Marker.State[1], output, new StreamFault[1]));
    }

    [Fact]
    public void NothingIsAllocated()
    {
        Detector.State[] states = new Detector.State[Streams];
        float[] outputs = new float[Streams * Detector.OutputSize];
        StreamFault[] faults = new StreamFault[Streams];
        inputs[100] = float.NaN;
        Allocations.AssertNone(() => model.TryStep(inputs, states, outputs, faults));
        inputs[100] = 0;
        Allocations.AssertNone(() => model.Forward(inputs, states, outputs));
    }

    private static float[] Numbers(int count)
    {
        Random random = new(1);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle())];
    }

    private static Detector.State Broken()
    {
        // CopyFrom refuses it, so it is made as a fault in memory would be.
        Detector.State state = default;
        state.Layer1H[0] = float.NaN;
        return state;
    }

    /// <summary>A test double: what is written of it is what an interface asks for.</summary>
    private sealed class SingleSteps(Detector model) : IRnnInference<float, float, Detector.State>
    {
        public Generated.ModelShape Shape => ((IRnnInference<float, float, Detector.State>)model).Shape;

        public void Forward(ReadOnlySpan<float> inputs, ref Detector.State state, Span<float> outputs) =>
            model.Forward(inputs, ref state, outputs);
    }
}
