using static RnnGen.Tests.ParameterValues;

namespace RnnGen.Tests.Models;

/// <summary>Training on several threads: the same bits as on one, and the same gradients as without cutting the batch.</summary>
public class ThreadTests
{
    private const int Rows = 53;

    private static readonly int[] Inputs =
        [.. Enumerable.Range(0, CharLstm.Steps * Rows).Select(i => ((i * 7) + (i / 5)) % CharLstm.InputSize)];
    private static readonly int[] Targets = [.. Inputs.Select(i => (i + 3) % CharLstm.OutputSize)];

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(16)]
    public void AnyNumberOfThreadsGivesTheSameBits(int threads) => Assert.Equal(Train(1), Train(threads));

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void LengthsWeightsAndMasksGoByTheRow(int threads)
    {
        Assert.Equal(TrainClassifier(1), TrainClassifier(threads));
        Assert.Equal(TrainHeads(1), TrainHeads(threads));
    }

    [Fact]
    public void APartOfABatchCountsAsManyRowsAsItHas()
    {
        // 53 rows are cut unevenly; one tape takes them whole.
        var model = new CharLstm(seed: 1);
        var tape = model.CreateTape(Rows);
        tape.Forward(Inputs);
        double loss = tape.Loss(Targets);
        tape.Backward();
        var trainer = model.CreateTrainer(new Sgd(1));
        float[] before = Weights(model);
        Assert.Equal(loss, trainer.Evaluate(Inputs, Targets), 1e-6);
        Assert.Equal(loss, trainer.Step(Inputs, Targets), 1e-6);
        float[] gradients = [.. tape.Gradients.SelectMany(Values)];
        Assert.All(before.Zip(Weights(model), gradients), m => Assert.Equal(m.Third, m.First - m.Second, 1e-6));
    }

    [Fact]
    public void StatesOfAllRowsAreCarried()
    {
        var model = new CharLstm(seed: 1);
        var states = new CharLstm.State[Rows];
        var trainer = model.CreateTrainer(new Sgd(0)) with { Threads = 2 };
        trainer.Step(Inputs, Targets, states);
        trainer.Step(Inputs, Targets, states);
        for (int row = 0; row < Rows; row += 13)
        {
            var expected = new CharLstm.State();
            int[] symbols = [.. Enumerable.Range(0, CharLstm.Steps).Select(step => Inputs[(step * Rows) + row])];
            var outputs = new float[symbols.Length * CharLstm.OutputSize];
            model.Forward(symbols, ref expected, outputs);
            model.Forward(symbols, ref expected, outputs);
            Assert.Equal(expected.Layer2H.ToArray(), states[row].Layer2H.ToArray());
            Assert.Equal(expected.Layer1C.ToArray(), states[row].Layer1C.ToArray());
        }
    }

    [Fact]
    public void ThreadsAllocateNothingOnTheCaller()
    {
        var trainer = new CharLstm().CreateTrainer(new Adam()) with { Threads = 2 };
        Allocations.AssertNone(() => trainer.Step(Inputs, Targets));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65)]
    public void AnAbsurdNumberOfThreadsIsRefused(int threads)
    {
        var trainer = new CharLstm().CreateTrainer(new Adam());
        Assert.Throws<ArgumentOutOfRangeException>(() => trainer with { Threads = threads });
    }

    private static float[] Train(int threads)
    {
        var model = new CharLstm(seed: 1);
        var trainer = model.CreateTrainer(new Adam(1e-2)) with { Threads = threads, ClipNorm = 1 };
        double loss = 0;
        for (int i = 0; i < 10; i++)
            loss = trainer.Step(Inputs, Targets);
        return [.. Weights(model), (float)loss];
    }

    private static float[] TrainClassifier(int threads)
    {
        var model = new Classifier(seed: 1);
        var trainer = model.CreateTrainer(new Adam(1e-2)) with { Threads = threads, ClipNorm = 1, Seed = 5 };
        int[] symbols = [.. Enumerable.Range(0, Classifier.Steps * Rows).Select(i => ((i * 7) + (i / 5)) % Classifier.InputSize)];
        int[] classes = [.. Enumerable.Range(0, Rows).Select(i => i % 3)];
        // A whole part of the batch has no step that counts.
        int[] lengths = [.. Enumerable.Range(0, Rows).Select(i => i < 18 ? 0 : i % (Classifier.Steps + 1))];
        float[] weights = [.. Enumerable.Range(0, Rows).Select(i => i % 4 * 0.5f)];
        var states = new Classifier.State[Rows];
        var losses = Enumerable.Range(0, 5).Select(_ => (float)trainer.Step(symbols, classes, states, lengths, weights)).ToList();
        return [.. losses, .. model.Parameters.SelectMany(Values), .. states.SelectMany(s => s.Layer2ReverseH.ToArray())];
    }

    private static float[] TrainHeads(int threads)
    {
        var model = new TwoHeads(seed: 1);
        var trainer = model.CreateTrainer(new Adam(1e-2)) with { Threads = threads };
        float[] inputs = [.. Numbers.Random(1, TwoHeads.Steps * Rows * TwoHeads.InputSize).Select(x => (float)x)];
        float[] targets = [.. Numbers.Random(2, TwoHeads.Steps * Rows * TwoHeads.OutputSize).Select(x => x > 0 ? 1f : 0f)];
        int[] lengths = [.. Enumerable.Range(0, Rows).Select(i => i * 5 % (TwoHeads.Steps + 1))];
        float[] weights = [.. Enumerable.Range(0, TwoHeads.Steps * Rows).Select(i => i % 3 * 0.5f)];
        var losses = Enumerable.Range(0, 5).Select(_ => (float)trainer.Step(inputs, targets, default, lengths, weights)).ToList();
        return [.. losses, .. model.Parameters.SelectMany(Values)];
    }

    private static float[] Weights(CharLstm model) => [.. model.Parameters.SelectMany(Values)];
}
