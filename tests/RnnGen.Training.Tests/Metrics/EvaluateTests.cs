namespace RnnGen.Training.Tests;

/// <summary>What a trainer evaluates: metrics and outputs of batches, against the model run by itself.</summary>
public class EvaluateTests
{
    [Fact]
    public void OutputsAreThoseOfTheModelRowByRow()
    {
        StepModel model = new(seed: 3);
        var trainer = model.CreateTrainer(new Adam());
        // 40 rows are two shards.
        SequencePairs<float, float> pairs = Ragged(40);
        foreach (SequenceBatch<float, float> batch in pairs.Batches(40, order: BatchOrder.InOrder, steps: 6))
        {
            float[] outputs = new float[6 * 40], forward = new float[6 * 40];
            var states = new StepModel.State[40];
            MeanAbsoluteError error = new();
            double loss = trainer.Evaluate(batch, states, [error], outputs);
            Assert.Equal(trainer.Evaluate(batch), loss);
            var others = new StepModel.State[40];
            (trainer with { Threads = 2 }).Forward(batch.Inputs, forward, others, batch.InputLengths);
            Assert.Equal(outputs, forward);
            Assert.Equal(states, others);
            double sum = 0, count = 0;
            for (int row = 0; row < 40; row++)
            {
                int length = batch.InputLengths[row];
                float[] inputs = [.. Enumerable.Range(0, length).SelectMany(step => pairs.Inputs[row, step].ToArray())];
                float[] expected = new float[length];
                StepModel.State state = default;
                model.Forward(inputs, ref state, expected);
                for (int step = 0; step < 6; step++)
                    Assert.Equal(step < length ? expected[step] : 0, outputs[(step * 40) + row]);
                Assert.Equal(state, states[row]);
                for (int step = 0; step < length; step++, count++)
                    sum += Math.Abs((double)expected[step] - pairs.Targets[row, step][0]);
            }

            Assert.Equal(sum / count, error.Value, 1e-12);
        }
    }

    [Fact]
    public void SegmentsGiveAllOutputs()
    {
        StepModel model = new(seed: 3);
        var trainer = model.CreateTrainer(new Adam()) with { Segments = 4 };
        float[][] inputs = [.. new[] { 20, 3, 7 }.Select(length => Enumerable.Range(0, 2 * length).Select(i => MathF.Sin(i)).ToArray())];
        SequencePairs<float, float> pairs = new(
            Sequences.Of(inputs, 2), Sequences.Of<float>([.. inputs.Select(input => input[..(input.Length / 2)])]));
        foreach (SequenceBatch<float, float> batch in pairs.Batches(3, order: BatchOrder.InOrder))
        {
            float[] outputs = new float[20 * 3], forward = new float[20 * 3];
            trainer.Evaluate(batch, outputs: outputs);
            trainer.Forward(batch.Inputs, forward, lengths: batch.InputLengths);
            Assert.Equal(outputs, forward);
            for (int row = 0; row < 3; row++)
            {
                float[] expected = new float[inputs[row].Length / 2];
                StepModel.State state = default;
                model.Forward(inputs[row], ref state, expected);
                for (int step = 0; step < 20; step++)
                    Assert.Equal(step < expected.Length ? expected[step] : 0, outputs[(step * 3) + row]);
            }
        }
    }

    [Fact]
    public void MetricsOfAllBatchesAreThoseOfTheWhole()
    {
        TextModel model = new(seed: 2);
        var trainer = model.CreateTrainer(new Adam());
        SymbolStream text = new(Enumerable.Range(0, 321).Select(i => i * i % 7).ToArray());
        Perplexity perplexity = new();
        BitsPerSymbol bits = new();
        Accuracy accuracy = new();
        SymbolBatches batches = text.Batches(rows: 1, steps: 8);
        double loss = trainer.Evaluate(batches, perplexity, bits, accuracy);
        // One row with carried states is the model reading the text.
        float[] probabilities = new float[320 * 7];
        TextModel.State state = default;
        model.Forward(text.Symbols[..320], ref state, probabilities);
        double nats = 0, right = 0;
        for (int i = 0; i < 320; i++)
        {
            ReadOnlySpan<float> its = probabilities.AsSpan(i * 7, 7);
            nats -= Math.Log(its[text.Symbols[i + 1]]) / 320;
            right += its.IndexOf(Max(its)) == text.Symbols[i + 1] ? 1 : 0;
        }

        Assert.Equal(nats, loss, 1e-5);
        Assert.Equal(loss, Math.Log(perplexity.Value), 1e-5);
        Assert.Equal(loss / Math.Log(2), bits.Value, 1e-5);
        Assert.Equal(right / 320, accuracy.Value, 1e-12);
        Allocations.AssertNone(() => trainer.Evaluate(batches, perplexity, bits, accuracy));

        static float Max(ReadOnlySpan<float> values)
        {
            float max = values[0];
            foreach (float value in values)
                max = Math.Max(max, value);
            return max;
        }
    }

    [Fact]
    public void EachOutputHasItsMetrics()
    {
        TwoHeads model = new(seed: 4);
        var trainer = model.CreateTrainer(new Adam());
        float[] inputs = [.. Enumerable.Range(0, 3 * 4 * 2).Select(i => MathF.Cos(i))];
        float[] targets = [.. Enumerable.Range(0, 12).SelectMany(i => new[] { i % 3, i / 12f, -i / 12f })];
        SequencePairs<float, float> pairs = new(Sequences.OfRows<float>(inputs, 4, 2), Sequences.OfRows<float>(targets, 4, 3));
        Accuracy accuracy = new();
        RootMeanSquaredError error = new() { Head = 1 };
        float[] outputs = new float[12 * 5];
        foreach (SequenceBatch<float, float> batch in pairs.Batches(3, order: BatchOrder.InOrder, steps: 4))
        {
            trainer.Evaluate(batch, metrics: [accuracy, error], outputs: outputs);
            Accuracy expected = new();
            RootMeanSquaredError expectedError = new();
            for (int item = 0; item < 12; item++)
            {
                expected.Add<float>(outputs.AsSpan(item * 5, 3), (int)batch.Targets[item * 3]);
                expectedError.Add<float>(outputs.AsSpan((item * 5) + 3, 2), batch.Targets.Slice((item * 3) + 1, 2));
            }

            Assert.Equal(expected.Value, accuracy.Value);
            Assert.Equal(expectedError.Value, error.Value);
        }

        Refuse("accuracy is a metric of classes, but targets of output 1 are numbers", new Accuracy { Head = 1 });
        Refuse("MAE is a metric of numbers, but targets of output 0 are classes", new MeanAbsoluteError());
        Refuse("MAE is of output 2, but the model has 2", new MeanAbsoluteError { Head = 2 });
        Refuse("neither of classes nor of numbers", new EditDistance());

        void Refuse(string message, Metric metric) => Assert.Contains(
            message, Assert.Throws<ArgumentException>(() => trainer.Evaluate(pairs.Batches(3, steps: 4), metric)).Message);
    }

    [Fact]
    public void PairsHaveMetricsOfTheirSymbolsAndEnds()
    {
        PairModel model = new(seed: 1);
        var trainer = model.CreateTrainer(new Adam(0.02));
        int[][] sources = [.. Enumerable.Range(0, 64).Select(i => Enumerable.Repeat(i % 4, 1 + (i % 7)).ToArray())];
        SequencePairs<int, int> pairs = SequencePairs.Of(
            Sequences.Of(sources), Sequences.Of<int>([.. sources.Select(s => Enumerable.Repeat(s[0], 1 + (s.Length % 5)).ToArray())]));
        SequenceBatches<int, int> batches = pairs.Batches(rows: 16);
        Accuracy accuracy = new();
        BitsPerSymbol bits = new();
        double before = trainer.Evaluate(batches, accuracy, bits);
        Assert.Equal(before / Math.Log(2), bits.Value, 1e-5);
        double wasRight = accuracy.Value;
        for (int epoch = 0; epoch < 60; epoch++)
        {
            foreach (SequenceBatch<int, int> batch in batches.Epoch(epoch))
                trainer.Step(batch);
        }

        Assert.InRange(trainer.Evaluate(batches, accuracy, bits), 0, before / 2);
        Assert.InRange(accuracy.Value, wasRight + 0.2, 1);
        Allocations.AssertNone(() => trainer.Evaluate(batches, accuracy, bits));
    }

    [Fact]
    public void ForwardRefusesWhatDoesNotFit()
    {
        var trainer = new StepModel(seed: 3).CreateTrainer(new Adam());
        Refuse("Expected 12 numbers, but there are 11", () => trainer.Forward(new float[24], new float[11]));
        Refuse("Expected a positive multiple of 12", () => trainer.Forward(new float[23], new float[12]));
        Refuse("Length 1 must be 0 to 6", () => trainer.Forward(new float[24], new float[12], lengths: [1, 7]));
        Refuse("Number 3 is NaN", () => trainer.Forward([0, 0, 0, float.NaN, 0, 0, 0, 0, 0, 0, 0, 0], new float[6]));
        Allocations.AssertNone(() => trainer.Forward(new ReadOnlySpan<float>(Numbers), Room, lengths: [2, 6]));

        static void Refuse(string message, Action action) =>
            Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(action).Message);
    }

    private static readonly float[] Numbers = new float[24], Room = new float[12];

    private static SequencePairs<float, float> Ragged(int count)
    {
        float[][] inputs =
            [.. Enumerable.Range(0, count).Select(i => Enumerable.Range(0, 2 * (1 + (i % 6))).Select(j => MathF.Sin(i + j)).ToArray())];
        return new(Sequences.Of(inputs, 2), Sequences.Of<float>([.. inputs.Select(input => input[..(input.Length / 2)])]));
    }
}
