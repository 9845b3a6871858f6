using RnnGen.Tests.CompressedWeights;

namespace RnnGen.Tests.Models;

/// <summary>Everything that a step can hold: a loop through the step before, zoneout, dropout, a projection, delays, two heads.</summary>
[RnnModel(Steps = 4)]
[Input(3)]
[Dropout(0.2, Name = "dropped")]
[Rnn<ProjectedLstm>(20, Projection = 7, Name = "rnn", From = "dropped, out'", Zoneout = 0.1, RecurrentDropout = 0.2)]
[Rnn<DelayedRnn>(9, Name = "late")]
[Rnn<LayerNormLstm>(6, Name = "norm")]
[Dense(5, Activation = Activation.Softplus, Name = "out"), SquaredError]
[Dense(4, From = "rnn, late'"), SoftmaxCrossEntropy]
public sealed partial class Everything;

/// <summary>One step of many streams is a step of each, to the bit.</summary>
public class ManyStreamsTests
{
    // Some batches, of which the last is not full.
    private const int Streams = 77;

    [Fact]
    public void OfSymbols()
    {
        var model = new CharLstm(1);
        CharLstm.State[] together = new CharLstm.State[Streams], alone = new CharLstm.State[Streams];
        Check<int, CharLstm.State>(
            Symbols(CharLstm.InputSize), 1, CharLstm.OutputSize, CharLstm.StateSize, together, alone, model.Step,
            (ReadOnlySpan<int> input, ref CharLstm.State state, Span<float> output) => model.Step(input[0], ref state, output));
    }

    [Fact]
    public void OfVectorsOfSymbols()
    {
        var model = new EmbeddedGru(2);
        EmbeddedGru.State[] together = new EmbeddedGru.State[Streams], alone = new EmbeddedGru.State[Streams];
        Check<int, EmbeddedGru.State>(
            Symbols(EmbeddedGru.InputSize), 1, EmbeddedGru.OutputSize, EmbeddedGru.StateSize, together, alone, model.Step,
            (ReadOnlySpan<int> input, ref EmbeddedGru.State state, Span<float> output) => model.Step(input[0], ref state, output));
    }

    [Fact]
    public void OfNumbers()
    {
        var model = new Regression(3);
        Regression.State[] together = new Regression.State[Streams], alone = new Regression.State[Streams];
        Check<float, Regression.State>(
            Numbers(Regression.InputSize), Regression.InputSize, Regression.OutputSize, Regression.StateSize, together, alone, model.Step,
            model.Step);
    }

    [Fact]
    public void OfEverything()
    {
        var model = new Everything(4);
        Everything.State[] together = new Everything.State[Streams], alone = new Everything.State[Streams];
        Check<float, Everything.State>(
            Numbers(Everything.InputSize), Everything.InputSize, Everything.OutputSize, Everything.StateSize, together, alone, model.Step,
            model.Step);
    }

    [Fact]
    public void OfGrids()
    {
        var model = new SmallFrames(4);
        SmallFrames.State[] together = new SmallFrames.State[Streams], alone = new SmallFrames.State[Streams];
        Check<float, SmallFrames.State>(
            Numbers(SmallFrames.InputSize), SmallFrames.InputSize, SmallFrames.OutputSize, SmallFrames.StateSize, together, alone,
            model.Step, model.Step);
    }

    [Fact]
    public void OfOutputsFedBack()
    {
        var model = new TwoHeadedFeedback(5);
        TwoHeadedFeedback.State[] together = new TwoHeadedFeedback.State[Streams], alone = new TwoHeadedFeedback.State[Streams];
        double[] inputs = [.. Numbers(TwoHeadedFeedback.InputSize)];
        var outputs = new double[Streams * TwoHeadedFeedback.OutputSize];
        var one = new double[TwoHeadedFeedback.OutputSize];
        for (int step = 0; step < 3; step++)
        {
            model.Step(inputs, together, outputs);
            for (int i = 0; i < Streams; i++)
            {
                model.Step(inputs.AsSpan(i * TwoHeadedFeedback.InputSize, TwoHeadedFeedback.InputSize), ref alone[i], one);
                Assert.Equal(one, outputs.AsSpan(i * one.Length, one.Length).ToArray());
                Assert.Equal(
                    StateOf<double, TwoHeadedFeedback.State>(alone[i], TwoHeadedFeedback.StateSize),
                    StateOf<double, TwoHeadedFeedback.State>(together[i], TwoHeadedFeedback.StateSize));
            }
        }
    }

    [Fact]
    public void WhatDoesNotFitChangesNothing()
    {
        var model = new CharLstm(1);
        var states = new CharLstm.State[2];
        var outputs = new float[2 * CharLstm.OutputSize];
        Assert.Contains(
            "Expected 2 symbols, but there are 3", Assert.Throws<ArgumentException>(() => model.Step([1, 2, 3], states, outputs)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "21", Assert.Throws<ArgumentOutOfRangeException>(() => model.Step([1, 21], states, outputs)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "Expected 42 numbers, but there are 41",
            Assert.Throws<ArgumentException>(() => model.Step([1, 2], states, outputs.AsSpan(1))).Message, StringComparison.Ordinal);
        Assert.All(states, state => Assert.All(state.Layer1H.ToArray(), number => Assert.Equal(0, number)));
    }

    private delegate void OneStep<TInput, TState>(ReadOnlySpan<TInput> input, ref TState state, Span<float> output);

    private delegate void ManySteps<TInput, TState>(ReadOnlySpan<TInput> inputs, Span<TState> states, Span<float> outputs);

    private static void Check<TInput, TState>(
        TInput[] inputs, int width, int outputSize, int stateSize, TState[] together, TState[] alone, ManySteps<TInput, TState> many,
        OneStep<TInput, TState> one)
        where TState : struct, IRnnState<float>
    {
        var outputs = new float[Streams * outputSize];
        var output = new float[outputSize];
        long allocated = long.MaxValue;
        for (int step = 0; step < 4; step++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            many(inputs, together, outputs);
            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
            for (int i = 0; i < Streams; i++)
            {
                one(inputs.AsSpan(i * width, width), ref alone[i], output);
                Assert.Equal(output, outputs.AsSpan(i * outputSize, outputSize).ToArray());
                Assert.Equal(StateOf<float, TState>(alone[i], stateSize), StateOf<float, TState>(together[i], stateSize));
            }
        }

        Assert.Equal(0, allocated);
    }

    private static T[] StateOf<T, TState>(TState state, int size)
        where T : unmanaged
        where TState : struct, IRnnState<T>
    {
        var values = new T[size];
        state.CopyTo(values);
        return values;
    }

    private static int[] Symbols(int count) => [.. Enumerable.Range(0, Streams).Select(i => i * 5 % count)];

    private static float[] Numbers(int width) => [.. Enumerable.Range(0, Streams * width).Select(i => MathF.Sin(i * 0.7f))];
}
