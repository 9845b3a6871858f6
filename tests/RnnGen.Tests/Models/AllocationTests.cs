namespace RnnGen.Tests.Models;

/// <summary>After the first call, nothing allocates: not a step, not a sequence, not a training step with any optimiser.</summary>
public class AllocationTests
{
    public static TheoryData<Optimizer> Optimizers => [new Adam(), new AdamW(), new Sgd(), new Sgd { Momentum = 0.9 }, new RmsProp()];

    [Fact]
    public void InferenceAllocatesNothing()
    {
        var model = new CharLstm();
        var state = new CharLstm.State();
        var one = new float[CharLstm.OutputSize];
        int[] symbols = [.. Enumerable.Range(0, 40).Select(i => i % CharLstm.InputSize)];
        var outputs = new float[symbols.Length * CharLstm.OutputSize];
        Allocations.AssertNone(() =>
        {
            model.Step(3, ref state, one);
            model.Forward(symbols, ref state, outputs);
        });
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void TrainingAllocatesNothing(Optimizer optimizer)
    {
        var trainer = new CharLstm().CreateTrainer(optimizer) with { ClipNorm = 1, ClipValue = 2, Schedule = new CosineSchedule(1000) };
        int[] inputs = [.. Enumerable.Range(0, CharLstm.Steps * 5).Select(i => i % CharLstm.InputSize)];
        int[] targets = [.. inputs.Select(i => (i + 1) % CharLstm.OutputSize)];
        var states = new CharLstm.State[5];
        Allocations.AssertNone(() =>
        {
            trainer.Step(inputs, targets);
            trainer.Step(inputs, targets, states);
            trainer.Evaluate(inputs, targets);
        });
    }

    [Fact]
    public void AThreadThatTakesOverATapeUsesItsMemory()
    {
        var tape = new WideLstm().CreateTape(2);
        float[] inputs =
            [.. Enumerable.Range(0, 2 * WideLstm.Steps * WideLstm.InputSize)
                .Select(i => MathF.Sin(i))], targets = new float[2 * WideLstm.Steps * WideLstm.OutputSize];
        Train();
        long allocated = 0;
        var other = new Thread(() =>
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Train();
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        });
        other.Start();
        other.Join();
        // A new thread gets places for static fields, but not the copies of 80 KiB.
        Assert.InRange(allocated, 0, 4096);

        void Train()
        {
            tape.Forward(inputs);
            tape.Loss(targets);
            tape.Backward();
        }
    }

    [Fact]
    public void OtherHeadsAndSourcesAllocateNothing()
    {
        var gru = new EmbeddedGru();
        var gruTrainer = gru.CreateTrainer(new Adam());
        int[] symbols = [.. Enumerable.Range(0, EmbeddedGru.Steps * 2).Select(i => i % EmbeddedGru.InputSize)];
        var gruTargets = new float[EmbeddedGru.Steps * 2 * EmbeddedGru.OutputSize];
        var regression = new Regression();
        var regressionTrainer = regression.CreateTrainer(new Adam());
        var inputs = new float[Regression.Steps * Regression.InputSize];
        var targets = new float[Regression.Steps * Regression.OutputSize];
        var state = new EmbeddedGru.State();
        var output = new float[EmbeddedGru.OutputSize];
        Allocations.AssertNone(() =>
        {
            gruTrainer.Step(symbols, gruTargets);
            regressionTrainer.Step(inputs, targets);
            gru.Step(4, ref state, output);
        });
    }

    [Fact]
    public void GraphsAndRaggedBatchesAllocateNothing()
    {
        const int Rows = 5;
        var classifier = new Classifier();
        var classifierTrainer = classifier.CreateTrainer(new Adam()) with { ClipNorm = 1 };
        int[] symbols = [.. Enumerable.Range(0, Classifier.Steps * Rows).Select(i => i % Classifier.InputSize)];
        int[] classes = [0, 1, 2, 0, 1], lengths = [6, 0, 3, 1, 6];
        var states = new Classifier.State[Rows];
        float[] rowWeights = [1, 1, 0, 2, 0.5f];
        var heads = new TwoHeads();
        var headsTrainer = heads.CreateTrainer(new Adam());
        var inputs = new float[TwoHeads.Steps * Rows * TwoHeads.InputSize];
        var targets = new float[TwoHeads.Steps * Rows * TwoHeads.OutputSize];
        var describer = new Describer();
        var describerTrainer = describer.CreateTrainer(new Adam());
        var vectors = new float[Rows * Describer.InputSize];
        var words = new int[Rows * Describer.Steps];
        var outputs = new float[TwoHeads.Steps * TwoHeads.OutputSize];
        Allocations.AssertNone(() =>
        {
            classifierTrainer.Step(symbols, classes, states, lengths, rowWeights);
            classifierTrainer.Step(symbols, classes);
            classifierTrainer.Evaluate(symbols, classes, states, lengths, rowWeights);
            headsTrainer.Step(inputs, targets, default, lengths);
            describerTrainer.Step(vectors, words, default, [5, 0, 3, 1, 5]);
            classifier.Forward(symbols, outputs.AsSpan(0, Classifier.OutputSize));
            classifier.Forward(symbols.AsSpan(0, 4), outputs.AsSpan(0, Classifier.OutputSize));
            heads.Forward(inputs.AsSpan(0, TwoHeads.Steps * TwoHeads.InputSize), outputs);
            describer.Forward(vectors.AsSpan(0, Describer.InputSize), outputs.AsSpan(0, 7 * Describer.OutputSize));
        });
    }
}
