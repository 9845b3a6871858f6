using RnnGen.Tests.Shared;

namespace RnnGen.Tests.Models;

/// <summary>A word, its letters and two numbers, side by side.</summary>
[RnnModel(Steps = 5)]
[Embedding(30, 7, Name = "word")]
[Embedding(9, 4, Length = 3, Name = "letters")]
[Input(2, Name = "place")]
[Rnn<Gru>(6, Over = Axis.Inner, From = "letters"), Pool(Pooling.Last, Over = Axis.Inner, Name = "spelling")]
[Rnn<Lstm>(11, From = "word, spelling, place")]
[Dense(4), SoftmaxCrossEntropy]
[Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
public sealed partial class SmallTagger;

/// <summary>Several inputs of a model: how they are laid out, and what is refused.</summary>
public class InputTests
{
    private const int Rows = 3;
    private const int Vectors = SmallTagger.Steps * Rows;

    private static int[] Words { get; } = [.. Enumerable.Range(0, Vectors).Select(i => i * 7 % 30)];

    private static int[] Letters { get; } = [.. Enumerable.Range(0, Vectors * 3).Select(i => i * 5 % 9)];

    private static float[] Places { get; } = [.. Enumerable.Range(0, Vectors * 2).Select(i => MathF.Sin(i))];

    private static float[] All
    {
        get
        {
            float[] inputs = new float[Vectors * SmallTagger.InputSize];
            new SmallTagger.Inputs { Word = Words, Letters = Letters, Place = Places }.CopyTo(inputs);
            return inputs;
        }
    }

    [Fact]
    public void TheyLieSideBySideInTheirOrder()
    {
        Assert.Equal(6, SmallTagger.InputSize);
        Assert.Equal([7, 6, 2, 7, Places[2], Places[3]], All[6..12]);
        Assert.Equal(["word.weight", "letters.weight"], new SmallTagger(1).Parameters.Take(2).Select(p => p.Name));
    }

    [Fact]
    public void AStepByNameIsAStepOfTheirVector()
    {
        SmallTagger model = new(1);
        float[] all = All, outputs = new float[SmallTagger.Steps * 4], output = new float[4];
        SmallTagger.State sequence = default, stream = default;
        model.Forward(all.AsSpan(0, SmallTagger.Steps * 6), ref sequence, outputs);
        for (int step = 0; step < SmallTagger.Steps; step++)
        {
            model.Step(Inputs(step), ref stream, output);
            Assert.Equal(outputs[(step * 4)..][..4], output);
        }

        Assert.Equal(sequence, stream);
        Allocations.AssertNone(() => model.Step(Inputs(1), ref stream, output), calls: 20);

        static SmallTagger.Inputs Inputs(int vector) => new()
        {
            Word = Words.AsSpan(vector, 1),
            Letters = Letters.AsSpan(vector * 3, 3),
            Place = Places.AsSpan(vector * 2, 2),
        };
    }

    [Fact]
    public void CompressedWeightsReadThemAlike()
    {
        SmallTagger model = new(2);
        float[] expected = Run(model.Forward);
        SmallTagger.Int8 int8 = model.ToInt8();
        SmallTagger.BFloat16 halves = model.ToBFloat16();
        float[] bytes = Run(int8.Forward), words = Run(halves.Forward);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.InRange(bytes[i], expected[i] - 0.02f, expected[i] + 0.02f);
            Assert.InRange(words[i], expected[i] - 0.01f, expected[i] + 0.01f);
        }

        Assert.NotEqual(expected, bytes);
        SmallTagger.State[] states = new SmallTagger.State[Vectors];
        float[] together = new float[Vectors * 4], alone = new float[4];
        int8.Step(All, states, together);
        SmallTagger.State state = default;
        int8.Step(All.AsSpan(5 * 6, 6), ref state, alone);
        Assert.Equal(together[20..24], alone);
        Assert.Equal(states[5], state);
    }

    [Theory]
    [InlineData(0, 30f, "Expected a symbol of 'word', 0 to 29, at number 0 of input 0, but it is 30.")]
    [InlineData(0, 1.5f, "Expected a symbol of 'word', 0 to 29, at number 0 of input 0, but it is 1.5.")]
    [InlineData(9, -1f, "Expected a symbol of 'letters', 0 to 8, at number 3 of input 1, but it is -1.")]
    [InlineData(9, 3e9f, "Expected a symbol of 'letters', 0 to 8, at number 3 of input 1, but it is 3000000000.")]
    public void WhatIsNoSymbolIsRefused(int place, float value, string message)
    {
        SmallTagger model = new(3);
        float[] inputs = All;
        inputs[place] = value;
        Trainer<float, float, int, SmallTagger.State> trainer = model.CreateTrainer(new Adam(0.1));
        float[] before = Weights(model);
        SmallTagger.State state = default;
        Refuse(() => model.Forward(inputs.AsSpan(0, 30), ref state, new float[20]));
        Refuse(() => model.Step(inputs, new SmallTagger.State[Vectors], new float[Vectors * 4]));
        Refuse(() => trainer.Step(inputs, new int[Vectors]));
        Refuse(() => model.CreateTape(Rows).Forward(inputs));
        Refuse(() => ((IRnnInference<float, float, SmallTagger.State>)model).Forward(
            inputs, new SmallTagger.State[Rows].AsSpan(), new float[Vectors * 4]));
        Assert.Equal(default, state);
        Assert.Equal(before, Weights(model));

        void Refuse(Action action) =>
            Assert.StartsWith(message, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AStreamWithoutASymbolDoesNotStopTheOthers()
    {
        SmallTagger model = new(4);
        float[] inputs = All, outputs = new float[Vectors * 4], expected = new float[Vectors * 4];
        model.Step(inputs, new SmallTagger.State[Vectors], expected);
        inputs[(4 * 6) + 2] = 9;
        StreamFault[] faults = new StreamFault[Vectors];
        Assert.Equal(1, model.TryStep(inputs, new SmallTagger.State[Vectors], outputs, faults));
        Assert.Equal(StreamFault.Input, faults[4]);
        Assert.Equal(expected[..16], outputs[..16]);
        Assert.Equal(expected[20..], outputs[20..]);
    }

    [Fact]
    public void InputsOfDifferentLengthsAreRefused()
    {
        Assert.StartsWith("Expected 45 symbols, but there are 44.", Refused(Words, Letters.AsSpan(1), Places), StringComparison.Ordinal);
        Assert.StartsWith("Expected 30 numbers, but there are 0.", Refused(Words, Letters, default), StringComparison.Ordinal);

        static string Refused(ReadOnlySpan<int> words, ReadOnlySpan<int> letters, ReadOnlySpan<float> places)
        {
            try
            {
                new SmallTagger.Inputs { Word = words, Letters = letters, Place = places }.CopyTo(new float[Vectors * 6]);
                return "";
            }
            catch (ArgumentException e)
            {
                return e.Message;
            }
        }
    }

    private delegate void Forward(ReadOnlySpan<float> inputs, Span<float> outputs);

    private static float[] Run(Forward forward)
    {
        float[] outputs = new float[Vectors * 4];
        forward(All, outputs);
        return outputs;
    }

    private static float[] Weights(SmallTagger model) => [.. model.Parameters.SelectMany(ParameterValues.Values)];
}
