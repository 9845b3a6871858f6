using static RnnGen.Tests.ParameterValues;

namespace RnnGen.Tests.Models;

/// <summary>A tape for all steps.</summary>
[RnnModel(Steps = 2048)]
[Input(1)]
[Rnn<Lstm>(40)]
[Dense(1), SquaredError]
public sealed partial class LongWave;

/// <summary>The same with a tape for some of them.</summary>
[RnnModel(Steps = 64)]
[Input(1)]
[Rnn<Lstm>(40)]
[Dense(1), SquaredError]
public sealed partial class LongWaveInSegments;

/// <summary>
/// Sequences longer than a tape: losses, states and gradients are those of a model that was declared with all the steps, whatever stands in
/// it, wherever a sequence ends.
/// </summary>
public class SegmentTests
{
    // Three segments, of which the last is not full.
    private const int Steps = 11;
    private const int Segment = 4;
    private const int Segments = 3;

    // Beside these, every graph that streams: heads, loops through the step before, memories that are no recurrent layer.
    private static readonly Dictionary<string, TestGraph> Graphs = new(TestGraphs.All.Where(g => g.Value.Elements.All(Streams)))
    {
        ["DeepLstm"] = TestGraph.Of(0, 3, new TestRnn(TestCell.Lstm, 17, 2), new TestDense(4)),
        ["Gru"] = TestGraph.Of(0, 3, new TestRnn(TestCell.Gru, 5)),
        ["GruResetBefore"] = TestGraph.Of(0, 3, new TestRnn(TestCell.GruResetBefore, 5), new TestDense(2)),
        ["Kitchen"] = TestGraph.Of(0, 3, new TestRnn(TestCell.Kitchen, 5)),
        ["Peepholes"] = TestGraph.Of(0, 3, new TestRnn(TestCell.PeepholeLstm, 18)),
        ["Norms"] = TestGraph.Of(0, 3, new TestRnn(TestCell.LayerNormLstm, 5)),
        ["Projected"] = TestGraph.Of(0, 3, new TestRnn(TestCell.ProjectedLstm, 6) { Projection = 4 }),
        ["Delayed"] = TestGraph.Of(0, 3, new TestRnn(TestCell.SkipRnn, 5), new TestRnn(TestCell.DelayedRnn, 4)),
        ["Dropped"] = TestGraph.Of(
            0, 3, new TestDropout(0.3), new TestRnn(TestCell.Lstm, 5, 2) { Dropout = 0.4 }, new TestDropout(0.5), new TestDense(3)),
        ["RecurrentDropout"] = TestGraph.Of(
            0, 3, new TestRnn(TestCell.Lstm, 5) { RecurrentDropout = 0.4 },
            new TestRnn(TestCell.GruResetBefore, 4) { RecurrentDropout = 0.3 }),
        ["Zoneout"] = TestGraph.Of(
            0, 3, new TestRnn(TestCell.Lstm, 5, 2) { Zoneout = 0.4 },
            new TestRnn(TestCell.Gru, 4) { Zoneout = 0.5, RecurrentDropout = 0.2 }),
        ["Feedback"] = new(
            0, new TestSource("Embedding", 5, 4), new TestFeedback(3), new TestRnn(TestCell.Gru, 5), new TestDense(3),
            new TestHead("SigmoidCrossEntropy")),
    };

    private static readonly Lazy<Dictionary<string, TestModel>> Models = new(() => ModelFactory.Compile(
        Graphs.SelectMany(g => new[]
        {
            (g.Key + "Whole", g.Value with { Steps = Steps }), (g.Key + "Cut", g.Value with { Steps = Segment })
        }).ToDictionary(), TestCell.Sources));

    public static TheoryData<string> Names => [.. Graphs.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void EqualsAModelDeclaredWithAllSteps(string name)
    {
        // Ends in a segment, before it, at its borders, and nowhere; then all steps of states that are given; then the whole from zero.
        var batch = Batch(name, rows: 6);
        AssertSame(
            name,
            batch with
            {
                Lengths = [11, 0, 2, 4, 8, 9],
                Weights = [.. Enumerable.Range(0, Steps * 6).Select(i => i % 5 == 3 ? 0 : 0.5 + (i % 3))]
            });
        AssertSame(name, batch);
        AssertSame(name, batch with { States = null, Lengths = [.. Enumerable.Repeat(Steps, 6)] });
        // Nothing reaches the last segments, or even the first.
        AssertSame(name, batch with { Lengths = [3, 0, 2, 4, 1, 0] });
        AssertSame(name, batch with { Lengths = new int[6] });
    }

    [Theory]
    [InlineData("DeepLstm")]
    [InlineData("Zoneout")]
    [InlineData("Dropped")]
    [InlineData("FedBack")]
    public void AnyNumberOfThreadsGivesTheSameBits(string name)
    {
        // Of the parts of this batch one has a segment, the others three.
        const int Rows = 53;
        var batch =
            Batch(name, Rows) with { Lengths = [.. Enumerable.Range(0, Rows).Select(row => row < 20 ? row % 4 : row % (Steps + 1))] };
        AssertSame(name, batch);
        double[] one = Train(threads: 1);
        Assert.Equal(one, Train(threads: 2));
        Assert.Equal(one, Train(threads: 4));

        double[] Train(int threads)
        {
            var model = Cut(name);
            var own = batch with { States = [.. batch.States!.Select(s => s.ToArray())] };
            var step = model.Train(new Adam(1e-2), clipNorm: 1, segments: Segments, threads: threads);
            double[] losses = [.. Enumerable.Range(0, 3).Select(_ => step(own))];
            return [.. losses, .. AllValues(model), .. own.States.SelectMany(s => s)];
        }
    }

    [Fact]
    public void WithoutLengthsAndStatesThereAreAllSegments()
    {
        var model = new CharLstm(seed: 1);
        var trainer = model.CreateTrainer(new Sgd(0)) with { Segments = 2 };
        int[] inputs = Symbols(2 * CharLstm.Steps * 3), targets = Symbols(2 * CharLstm.Steps * 3, shift: 2);
        double loss = trainer.Step(inputs, targets);
        Assert.Equal(loss, trainer.Evaluate(inputs, targets));
        Assert.Equal(loss, trainer.Step(inputs, targets, lengths: [16, 16, 16]));
        // The same outputs as of two batches, of which the second goes on where the first ended.
        var usual = model.CreateTrainer(new Sgd(0));
        CharLstm.State[] states = new CharLstm.State[3], other = new CharLstm.State[3];
        int half = inputs.Length / 2;
        Assert.Equal(
            loss,
            (usual.Evaluate(inputs.AsSpan(..half), targets.AsSpan(..half), states)
                + usual.Evaluate(inputs.AsSpan(half..), targets.AsSpan(half..), states)) / 2,
            1e-6);
        Assert.Equal(loss, trainer.Evaluate(inputs, targets, other));
        Assert.Equal(states.SelectMany(Packed), other.SelectMany(Packed));

        static float[] Packed(CharLstm.State state)
        {
            var values = new float[CharLstm.StateSize];
            state.CopyTo(values);
            return values;
        }
    }

    [Fact]
    public void EveryCallHasItsOwnNumberOfSteps()
    {
        var trained = new CharLstm(seed: 1);
        var trainer = trained.CreateTrainer(new Sgd(0.1)) with { Segments = 100 };
        foreach (int steps in new[] { 3, 40, 8, 17, 1, 33 })
        {
            // A trainer that has seen nothing longer, and one of a model with the same weights, go the same step.
            var fresh = new CharLstm();
            trained.Parameters.Zip(fresh.Parameters).ToList().ForEach(p => p.Second.CopyFrom(Values(p.First)));
            int[] inputs = Symbols(steps * 2), targets = Symbols(steps * 2, shift: 5), lengths = [steps, (steps / 2) + 1];
            double expected =
                (fresh.CreateTrainer(new Sgd(0.1)) with
                {
                    Segments =
                    (steps / CharLstm.Steps) + 2
                }).Step(inputs, targets, lengths: lengths);
            Assert.Equal(expected, trainer.Step(inputs, targets, lengths: lengths));
            Assert.Equal(fresh.Parameters.SelectMany(Values), trained.Parameters.SelectMany(Values));
        }
    }

    [Fact]
    public void AllocatesNothing()
    {
        const int Rows = 34;
        var trainer = new CharLstm().CreateTrainer(new Adam()) with { Segments = 5, Threads = 2 };
        int[] inputs = Symbols(5 * CharLstm.Steps * Rows), lengths = [.. Enumerable.Range(0, Rows).Select(row => row % 31)];
        var states = new CharLstm.State[Rows];
        int shorter = 30 * Rows;
        Allocations.AssertNone(() =>
        {
            trainer.Step(inputs, inputs);
            trainer.Step(inputs.AsSpan(..shorter), inputs.AsSpan(..shorter), states, lengths);
            trainer.Evaluate(inputs.AsSpan(..shorter), inputs.AsSpan(..shorter), states);
        });
    }

    [Fact]
    public void TheMemoryIsThatOfASegment()
    {
        const int Rows = 8;
        float[] inputs =
            [.. Enumerable.Range(0, LongWave.Steps * Rows).Select(i => MathF.Sin(i * 0.01f))], targets = [.. inputs.Select(x => x * x)];
        long whole = Train(() => new LongWave(seed: 1).CreateTrainer(new Sgd(0)), out double expected);
        long cut = Train(() => new LongWaveInSegments(seed: 1).CreateTrainer(new Sgd(0)) with { Segments = 32 }, out double loss);
        Assert.Equal(expected, loss, 1e-6);
        Assert.InRange(whole, 24_000_000, 25_500_000);
        Assert.InRange(cut, 1_100_000, 1_300_000);

        // The least of some: now and then .NET itself allocates on this thread.
        long Train<TState>(Func<Trainer<float, float, float, TState>> create, out double loss) where TState : struct, IRnnState<float>
        {
            long least = long.MaxValue;
            loss = 0;
            for (int time = 0; time < 3; time++)
            {
                var trainer = create();
                long before = GC.GetAllocatedBytesForCurrentThread();
                loss = trainer.Step(inputs, targets);
                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            }

            return least;
        }
    }

    [Fact]
    public void ModelsThatNeedWholeSequencesRefuse()
    {
        string[] names = ["Reverse", "DeepSum", "LastOfDense", "FirstState", "RepeatedInput", "ThereAndBack", "PooledHeads", "CtcBeside"];
        foreach (var (name, model) in ModelFactory.Compile(
            names.ToDictionary(name => name, name => TestGraphs.All[name]), TestCell.Sources))
        {
            var error = Assert.Throws<ArgumentException>(() => model.Train(new Sgd(1), segments: 2));
            Assert.True(
                error.Message.StartsWith(
                    "Expected 1 segment, not 2: the model has a layer in reverse, a pool, one input or output per sequence, or labels",
                    StringComparison.Ordinal),
                name);
            model.Train(new Sgd(1), segments: 1);
        }
    }

    [Fact]
    public void WhatDoesNotFitIsRefused()
    {
        var model = new CharLstm(seed: 1);
        var trainer = model.CreateTrainer(new Sgd(1));
        Assert.Equal("Segments", Assert.Throws<ArgumentOutOfRangeException>(() => trainer with { Segments = 0 }).ParamName);
        // One segment is the declared steps, no more and no less.
        Assert.Throws<ArgumentException>(() => trainer.Step(new int[CharLstm.Steps * 4], new int[CharLstm.Steps * 4], lengths: [16, 16]));
        trainer = trainer with { Segments = 2 };
        double before = trainer.Evaluate(new int[32], new int[32]);
        Refuse(
            "Expected 1 to 16 steps of 2 elements each, but there are 34 elements.",
            () => trainer.Step(new int[34], new int[34], lengths: [16, 16]));
        Refuse(
            "Expected 1 to 16 steps of 2 elements each, but there are 31 elements.",
            () => trainer.Step(new int[31], new int[31], new CharLstm.State[2]));
        Refuse("Expected 1 to 16 steps of 2 elements each, but there are 0 elements.", () => trainer.Step([], [], new CharLstm.State[2]));
        Refuse(
            "Expected a positive multiple of 16 elements, [step][row]…, but there are 17.", () => trainer.Step(new int[17], new int[17]));
        Refuse("Expected 2 states, but there are 3.", () => trainer.Step(new int[20], new int[20], new CharLstm.State[3], [10, 10]));
        Refuse("Length 1 must be 0 to 10, the steps there are.", () => trainer.Step(new int[20], new int[20], lengths: [10, 11]));
        Refuse("Expected 20 symbols, but there are 22.", () => trainer.Step(new int[20], new int[22], lengths: [10, 10]));
        Refuse(
            "Expected 20 weights, but there are 16.",
            () => trainer.Step(new int[20], new int[20], lengths: [10, 10], weights: new float[16]));
        Assert.Equal(before, trainer.Evaluate(new int[32], new int[32]));
        var huge = trainer with { Segments = int.MaxValue };
        Assert.Equal(before, huge.Evaluate(new int[32], new int[32], lengths: [16, 16]));
        Assert.Throws<ArgumentException>(() => huge.Evaluate(new int[32], new int[32]));

        static void Refuse(string message, Action action) =>
            Assert.StartsWith(message, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
    }

    private static bool Streams(TestElement element) => element switch
    {
        TestRnn rnn => rnn.IsInner || rnn.Direction == "Forward",
        TestSource source => !source.Once,
        TestSoftmax softmax => !softmax.IsOverTime,
        TestHead head => head.Loss != "Ctc",
        _ => element is not (TestPool or TestTimeDense),
    };

    private static TestBatch Batch(string name, int rows)
    {
        var graph = Graphs[name] with { Steps = Steps };
        return TestGraphs.Batch(graph, Models.Value[name + "Whole"].Shape, rows, isRagged: false) with { FinalStateGradients = null };
    }

    /// <summary>The model whose tape has a segment, and its weights.</summary>
    private static TestModel Cut(string name)
    {
        var model = Models.Value[name + "Cut"];
        model.Randomize(8);
        return model;
    }

    private static void AssertSame(string name, TestBatch batch)
    {
        var whole = Models.Value[name + "Whole"];
        whole.Randomize(8);
        var (expected, actual) = (Update(whole, segments: 1), Update(Cut(name), Segments));
        Numbers.AssertClose([expected.Loss], [actual.Loss], 1e-13, $"{name} loss");
        // What goes forward is the same to the bit.
        Assert.Equal(expected.States, actual.States);
        foreach (var (parameter, gradient) in expected.Gradients)
            Numbers.AssertClose(gradient, actual.Gradients[parameter], 1e-12, $"{name} gradient of {parameter}");

        (double Loss, double[] States, Dictionary<string, double[]> Gradients) Update(TestModel model, int segments)
        {
            // With a learning rate of 1 the gradient is what goes from the weights.
            var before = model.Parameters.ToDictionary(v => v.Name, Values);
            var own = batch with { States = batch.States?.Select(s => s.ToArray()).ToArray() };
            double loss = model.Train(new Sgd(1), segments: segments)(own);
            var gradients = model.Parameters.ToDictionary(v => v.Name, v => before[v.Name].Zip(Values(v), (b, a) => b - a).ToArray());
            return (loss, [.. own.States?.SelectMany(s => s) ?? []], gradients);
        }
    }

    private static double[] AllValues(TestModel model) => [.. model.Parameters.SelectMany(Values)];

    private static int[] Symbols(int count, int shift = 0) =>
        [.. Enumerable.Range(shift, count).Select(i => ((i * 7) + (i / 5)) % CharLstm.InputSize)];
}
