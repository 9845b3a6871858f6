namespace RnnGen.Tests.CompressedWeights;

/// <summary>Compressed models in use: whole graphs, single steps and sequences, many streams, threads.</summary>
public class UseTests
{
    [Fact]
    public void GraphsAreNearTheirModels()
    {
        CellTests.Check<int, int, SmallChar.State>(s => new SmallChar(s), m => ((SmallChar)m).ToInt8(), m => ((SmallChar)m).ToBFloat16());
        CellTests.Check<float, float, SmallEverything.State>(
            s => new SmallEverything(s), m => ((SmallEverything)m).ToInt8(), m => ((SmallEverything)m).ToBFloat16(), 0.1);
        CellTests.Check<int, float, SmallEmbedded.State>(
            s => new SmallEmbedded(s), m => ((SmallEmbedded)m).ToInt8(), m => ((SmallEmbedded)m).ToBFloat16());
        CellTests.Check<int, int, SmallClassifier.State>(
            s => new SmallClassifier(s), m => ((SmallClassifier)m).ToInt8(), m => ((SmallClassifier)m).ToBFloat16());
        CellTests.Check<float, float, SmallFeedback.State>(
            s => new SmallFeedback(s), m => ((SmallFeedback)m).ToInt8(), m => ((SmallFeedback)m).ToBFloat16());
        CellTests.Check<float, float, SmallFrames.State>(
            s => new SmallFrames(s), m => ((SmallFrames)m).ToInt8(), m => ((SmallFrames)m).ToBFloat16());
        CellTests.Check<float, float, SmallUnits.State>(
            s => new SmallUnits(s), m => ((SmallUnits)m).ToInt8(), m => ((SmallUnits)m).ToBFloat16());
        CellTests.Check<float, int, SmallDescriber.State>(
            s => new SmallDescriber(s), m => ((SmallDescriber)m).ToInt8(), m => ((SmallDescriber)m).ToBFloat16());
    }

    [Fact]
    public void StepsSequencesAndStreamsOfSymbolsAgreeToTheBit()
    {
        var model = new SmallChar(1);
        SmallChar.Int8 int8 = model.ToInt8();
        SmallChar.BFloat16 halves = model.ToBFloat16();
        Symbols<SmallChar.State>(int8, int8.Step, int8.Step);
        Symbols<SmallChar.State>(halves, halves.Step, halves.Step);
        var embedded = new SmallEmbedded(1);
        SmallEmbedded.Int8 embeddedInt8 = embedded.ToInt8();
        SmallEmbedded.BFloat16 embeddedHalves = embedded.ToBFloat16();
        Symbols<SmallEmbedded.State>(embeddedInt8, embeddedInt8.Step, embeddedInt8.Step);
        Symbols<SmallEmbedded.State>(embeddedHalves, embeddedHalves.Step, embeddedHalves.Step);
    }

    [Fact]
    public void StepsSequencesAndStreamsOfNumbersAgreeToTheBit()
    {
        var model = new SmallEverything(1);
        SmallEverything.Int8 int8 = model.ToInt8();
        SmallEverything.BFloat16 halves = model.ToBFloat16();
        Numbers<SmallEverything.State>(int8, int8.Step, int8.Step);
        Numbers<SmallEverything.State>(halves, halves.Step, halves.Step);
        var feedback = new SmallFeedback(1);
        SmallFeedback.Int8 feedbackInt8 = feedback.ToInt8();
        SmallFeedback.BFloat16 feedbackHalves = feedback.ToBFloat16();
        Numbers<SmallFeedback.State>(feedbackInt8, feedbackInt8.Step, feedbackInt8.Step);
        Numbers<SmallFeedback.State>(feedbackHalves, feedbackHalves.Step, feedbackHalves.Step);
        var frames = new SmallFrames(1);
        SmallFrames.Int8 framesInt8 = frames.ToInt8();
        SmallFrames.BFloat16 framesHalves = frames.ToBFloat16();
        Numbers<SmallFrames.State>(framesInt8, framesInt8.Step, framesInt8.Step);
        Numbers<SmallFrames.State>(framesHalves, framesHalves.Step, framesHalves.Step);
        var units = new SmallUnits(1);
        SmallUnits.Int8 unitsInt8 = units.ToInt8();
        SmallUnits.BFloat16 unitsHalves = units.ToBFloat16();
        Numbers<SmallUnits.State>(unitsInt8, unitsInt8.Step, unitsInt8.Step);
        Numbers<SmallUnits.State>(unitsHalves, unitsHalves.Step, unitsHalves.Step);
    }

    /// <summary>
    /// One step of tanh(W x + b) and y = V h + c, against the same with the rounded weights in double. What is quantised is off by at most
    /// half a scale, which the weights multiply; tanh makes nothing larger.
    /// </summary>
    [Fact]
    public void BytesAreWithinTheirBound()
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var model = new OfSimpleRnn(seed);
            float[] x = [.. Enumerable.Range(0, OfSimpleRnn.InputSize).Select(i => MathF.Sin(i + (float)seed))];
            var y = new float[OfSimpleRnn.OutputSize];
            OfSimpleRnn.State state = default;
            model.ToInt8().Step(x, ref state, y);
            double[,] w = Rounded(model.Parameters["rnn.weight_ih_l0"]), v = Rounded(model.Parameters["dense.weight"]);
            double[] h = new double[21], offH = new double[21];
            double halfX = x.Max(MathF.Abs) / 254 * 1.0001;
            for (int unit = 0; unit < h.Length; unit++)
            {
                double sum = model.Parameters["rnn.bias_ih_l0"][unit];
                for (int k = 0; k < x.Length; k++)
                {
                    sum += w[unit, k] * x[k];
                    offH[unit] += Math.Abs(w[unit, k]) * halfX;
                }

                h[unit] = Math.Tanh(sum);
                offH[unit] += 1e-6;
                Assert.InRange(Math.Abs(state.Layer1H[unit] - h[unit]), 0, offH[unit]);
            }

            double halfH = (h.Max(Math.Abs) + offH.Max()) / 254 * 1.0001;
            for (int output = 0; output < y.Length; output++)
            {
                double sum = model.Parameters["dense.bias"][output], off = 1e-6;
                for (int unit = 0; unit < h.Length; unit++)
                {
                    sum += v[output, unit] * h[unit];
                    off += Math.Abs(v[output, unit]) * (offH[unit] + halfH);
                }

                Assert.InRange(Math.Abs(y[output] - sum), 0, off);
            }
        }
    }

    [Fact]
    public void NothingIsAllocated()
    {
        var model = new SmallChar(1);
        SmallChar.Int8 int8 = model.ToInt8();
        SmallChar.BFloat16 halves = model.ToBFloat16();
        SmallClassifier.Int8 classifier = new SmallClassifier(1).ToInt8();
        var states = new SmallChar.State[40];
        int[] symbols = [.. Enumerable.Range(0, states.Length).Select(i => i % SmallChar.InputSize)];
        float[] outputs = new float[states.Length * SmallChar.OutputSize], one = new float[SmallChar.OutputSize];
        float[] classes = new float[SmallClassifier.OutputSize];
        Allocations.AssertNone(() =>
        {
            int8.Step(3, ref states[0], one);
            int8.Forward(symbols, ref states[1], outputs);
            int8.Step(symbols, states, outputs);
            halves.Step(3, ref states[0], one);
            halves.Forward(symbols, ref states[1], outputs);
            halves.Step(symbols, states, outputs);
            classifier.Forward([1, 2, 3], classes);
        });
    }

    [Fact]
    public void WhatDoesNotFitChangesNothing()
    {
        SmallChar.Int8 small = new SmallChar(1).ToInt8();
        var states = new SmallChar.State[2];
        var outputs = new float[2 * SmallChar.OutputSize];
        Assert.Contains(
            "Expected 2 symbols, but there are 3", Assert.Throws<ArgumentException>(() => small.Step([1, 2, 3], states, outputs)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "21",
            Assert.Throws<ArgumentOutOfRangeException>(() => small.Step(
                21, ref states[0], outputs.AsSpan(0, SmallChar.OutputSize))).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "Expected 21 numbers, but there are 42", Assert.Throws<ArgumentException>(() => small.Step(1, ref states[0], outputs)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "Number 1 is NaN",
            Assert.Throws<ArgumentException>(() => new SmallFeedback(1).ToInt8().Forward([1, float.NaN, 1], outputs.AsSpan(0, 2))).Message,
            StringComparison.Ordinal);
        Assert.All(states, state => Assert.All(state.Layer1H.ToArray(), number => Assert.Equal(0, number)));
    }

    [Fact]
    public void ASnapshotDoesNotFollowItsModel()
    {
        var model = new SmallChar(1);
        SmallChar.Int8 small = model.ToInt8();
        float[] before = new float[SmallChar.OutputSize], after = new float[SmallChar.OutputSize];
        small.Forward([1], before);
        model.Parameters["dense.bias"][3] += 1;
        model.Parameters["dense.weight"][3, 3] += 1;
        small.Forward([1], after);
        Assert.Equal(before, after);
    }

    [Fact]
    public void ThreadsShareOne()
    {
        SmallChar.Int8 small = new SmallChar(1).ToInt8();
        int[] symbols = [.. Enumerable.Range(0, 300).Select(i => i * i % SmallChar.InputSize)];
        float[] expected = new float[symbols.Length * SmallChar.OutputSize];
        small.Forward(symbols, expected);
        Parallel.For(0, 8, _ =>
        {
            float[] outputs = new float[expected.Length];
            small.Forward(symbols, outputs);
            Assert.Equal(expected, outputs);
        });
    }

    [Fact]
    public void TheyWriteAsModelsDo()
    {
        var model = new SmallChar(1);
        ISymbolModel<float, SmallChar.State> symbols = SymbolModel.Of(model.ToBFloat16());
        Assert.Equal(SmallChar.OutputSize, symbols.SymbolCount);
        SmallChar.State state = default;
        int[] written = new int[30];
        Assert.Equal(30, symbols.Generate(1, ref state, new Sampler { Seed = 3 }, written).Count);
        Assert.True(written.Distinct().Count() > 3);
    }

    /// <summary>A quarter, a half: what a model ships, aside from scales, padding and vectors.</summary>
    [Fact]
    public void TheyAreSmall()
    {
        Assert.InRange(OfLarge.Int8.ByteCount / 4.0 / OfLarge.ParameterCount, 0.25, 0.27);
        Assert.InRange(OfLarge.BFloat16.ByteCount / 4.0 / OfLarge.ParameterCount, 0.5, 0.51);
    }

    private delegate void OneSymbol<TState>(int symbol, ref TState state, Span<float> output);

    private delegate void ManySymbols<TState>(ReadOnlySpan<int> symbols, Span<TState> states, Span<float> outputs);

    private delegate void OneVector<TState>(ReadOnlySpan<float> input, ref TState state, Span<float> output);

    private delegate void ManyVectors<TState>(ReadOnlySpan<float> inputs, Span<TState> states, Span<float> outputs);

    private static void Symbols<TState>(
        IRnnInference<float, int, TState> model, OneSymbol<TState> one, ManySymbols<TState> many) where TState : struct, IRnnState<float> =>
        Agree(
            model, 1, i => i * 7 % model.Shape.InputSize,
            (ReadOnlySpan<int> input, ref TState state, Span<float> output) => one(input[0], ref state, output),
            (inputs, states, outputs) => many(inputs, states, outputs));

    private static void Numbers<TState>(
        IRnnInference<float, float, TState> model, OneVector<TState> one,
        ManyVectors<TState> many) where TState : struct, IRnnState<float> =>
        Agree(
            model, model.Shape.InputWidth, i => MathF.Sin(i),
            (ReadOnlySpan<float> input, ref TState state, Span<float> output) => one(input, ref state, output),
            (inputs, states, outputs) => many(inputs, states, outputs));

    private delegate void One<TInput, TState>(ReadOnlySpan<TInput> input, ref TState state, Span<float> output);

    private delegate void Many<TInput, TState>(ReadOnlySpan<TInput> inputs, Span<TState> states, Span<float> outputs);

    /// <summary>Some streams of some steps: step by step, as sequences, and all streams together.</summary>
    private static void Agree<TInput, TState>(
        IRnnInference<float, TInput, TState> model, int width, Func<int, TInput> input, One<TInput, TState> one, Many<TInput, TState> many)
        where TInput : unmanaged
        where TState : struct, IRnnState<float>
    {
        const int Streams = 45, Steps = 35;
        int size = model.Shape.OutputSize;
        var together = new TState[Streams];
        float[][] outputs = [.. Enumerable.Range(0, Steps).Select(_ => new float[Streams * size])];
        for (int step = 0; step < Steps; step++)
            many([.. Enumerable.Range(0, Streams).SelectMany(s => Input(s, step))], together, outputs[step]);
        for (int stream = 0; stream < Streams; stream += 11)
        {
            float[] sequence = new float[Steps * size], alone = new float[size];
            TState whole = default, state = default;
            model.Forward([.. Enumerable.Range(0, Steps).SelectMany(step => Input(stream, step))], ref whole, sequence);
            for (int step = 0; step < Steps; step++)
            {
                one(Input(stream, step), ref state, alone);
                Assert.Equal(alone, outputs[step].AsSpan(stream * size, size).ToArray());
                Assert.Equal(alone, sequence.AsSpan(step * size, size).ToArray());
            }

            Assert.Equal(Values(state), Values(whole));
            Assert.Equal(Values(state), Values(together[stream]));
        }

        TInput[] Input(int stream, int step) => [.. Enumerable.Range(0, width).Select(i => input((((stream * Steps) + step) * width) + i))];

        float[] Values(TState state)
        {
            float[] values = new float[model.Shape.StateSize];
            state.CopyTo(values);
            return values;
        }
    }

    private static double[,] Rounded(ParameterView<float> matrix)
    {
        var rounded = new double[matrix.Rows, matrix.Columns];
        for (int row = 0; row < matrix.Rows; row++)
        {
            float scale = Enumerable.Range(0, matrix.Columns).Max(k => MathF.Abs(matrix[row, k])) / 127;
            for (int k = 0; k < matrix.Columns; k++)
            {
                rounded[row, k] = Math.Round((double)matrix[row, k] / scale, MidpointRounding.ToEven) * scale;
                Assert.InRange(Math.Abs(rounded[row, k] - matrix[row, k]), 0, 0.5001 * scale);
            }
        }

        return rounded;
    }
}

[RnnModel(Steps = 2), Input(256), Rnn<Lstm>(256), SquaredError, Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
public sealed partial class OfLarge;
