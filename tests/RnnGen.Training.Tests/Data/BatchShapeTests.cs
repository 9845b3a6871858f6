namespace RnnGen.Training.Tests;

/// <summary>A trainer takes batches that know their shape, and refuses those of another.</summary>
public class BatchShapeTests
{
    [Fact]
    public void ABatchIsWhatItsSpansAre()
    {
        float[][] inputs = [.. Enumerable.Range(0, 5).Select(i => Enumerable.Range(0, 2 * (2 + i)).Select(j => (i + j) / 10f).ToArray())];
        float[][] targets = [.. inputs.Select(input => input[..(input.Length / 2)])];
        SequencePairs<float, float> pairs = new(Sequences.Of(inputs, 2), Sequences.Of(targets))
        {
            Weights = Sequences.Of<float>([.. targets.Select((target, i) => Enumerable.Repeat(i + 0.5f, target.Length).ToArray())]),
        };
        StepModel model = new(seed: 1), same = new(seed: 1);
        var trainer = model.CreateTrainer(new Adam(0.01));
        var other = same.CreateTrainer(new Adam(0.01));
        for (int epoch = 0; epoch < 2; epoch++)
        {
            foreach (SequenceBatch<float, float> batch in pairs.Batches(3, steps: StepModel.Steps).Epoch(epoch))
            {
                Assert.Equal(
                    other.Step(batch.Inputs, batch.Targets, lengths: batch.InputLengths, weights: batch.Weights), trainer.Step(batch));
                Assert.Equal(
                    other.Evaluate(batch.Inputs, batch.Targets, lengths: batch.InputLengths, weights: batch.Weights),
                    trainer.Evaluate(batch));
            }
        }
    }

    [Fact]
    public void WeightsAreThoseOfAModelInDoubleToo()
    {
        Sequences<int> symbols = Sequences.Of(new[,] { { 0, 1, 2, 3, 4, 0 }, { 4, 3, 2, 1, 0, 4 } });
        Sequences<float> few = Sequences.Of(new[,] { { 1f, 0, 0, 0, 0, 0 }, { 0, 0, 0, 0, 0, 0.25f } });
        SequencePairs<int, int> pairs = new(symbols, symbols) { Weights = few };
        DoubleTextModel model = new(seed: 1);
        var trainer = model.CreateTrainer(new Adam(0.01));
        double[] weights = new double[12];
        (weights[0], weights[11]) = (1, 0.25);
        foreach (SequenceBatch<int, int> batch in pairs.Batches(2, order: BatchOrder.InOrder, steps: 6))
            Assert.Equal(trainer.Evaluate(batch.Inputs, batch.Targets, weights: weights), trainer.Evaluate(batch));
    }

    [Fact]
    public void AnotherShapeIsRefused()
    {
        Sequences<float> inputs = Sequences.OfRows<float>(new float[24], steps: 3, width: 2);
        Sequences<float> targets = Sequences.OfRows<float>(new float[12], steps: 3);
        Sequences<float> single = Sequences.OfRows<float>(new float[4], steps: 1);
        var trainer = new StepModel(seed: 1).CreateTrainer(new Adam(0.01));
        // As spans, 4 rows of 3 steps would have passed for 2 rows of 6.
        Refuse("Expected 6 steps of inputs, but the batch has 3. Batches(…, steps: 6) pads them.", new(inputs, targets), 0);
        Refuse("Expected 6 steps of targets, but the batch has 1", new(inputs, single), 6);
        Refuse("Expected 24 elements of targets, but there are 48", new(inputs, Sequences.OfRows<float>(new float[24], 3, 2)), 6);
        Refuse("Expected 48 elements of inputs, but there are 24", new(targets, targets), 6);
        SequenceBatch<float, float> unequal = new(0, 2, 6, new float[24], 6, new float[12])
        {
            InputLengths = [3, 6],
            TargetLengths = [6, 3],
        };
        bool refused = false;
        try
        {
            trainer.Step(unequal);
        }
        catch (ArgumentException error)
        {
            refused = error.Message.Contains("Expected targets as long as their inputs");
        }

        Assert.True(refused);

        void Refuse(string message, SequencePairs<float, float> pairs, int steps)
        {
            Assert.Contains(message, Assert.Throws<ArgumentException>(() =>
            {
                foreach (SequenceBatch<float, float> batch in pairs.Batches(4, steps: steps))
                    trainer.Step(batch);
            }).Message);
        }
    }

    [Fact]
    public void ABatchOfSpansChecksItself()
    {
        Refuse("Expected a multiple of 3 steps of 2 rows", () => new SequenceBatch<int, int>(0, 2, 3, new int[7], 1, new int[2]).Rows);
        Refuse("Expected a multiple of 1 steps of 2 rows", () => new SequenceBatch<int, int>(0, 2, 3, new int[6], 1, []).Rows);
        Assert.Throws<ArgumentOutOfRangeException>(() => new SequenceBatch<int, int>(0, 0, 3, new int[6], 1, new int[2]).Rows);

        static void Refuse(string message, Func<object> action) =>
            Assert.Contains(message, Assert.Throws<ArgumentException>(action).Message);
    }
}
