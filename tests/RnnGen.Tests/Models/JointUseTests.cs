namespace RnnGen.Tests.Models;

/// <summary>Encoded sources in use: they are used again, their states are values, and threads have some of their own.</summary>
public class JointUseTests
{
    private static readonly int[] Long = [3, 1, 4, 1, 5, 9, 2], Short = [12, 7], Said = [11, 0, 3, 5, 2, 8];

    private readonly Speller model = new(seed: 3);

    [Fact]
    public void StepsAndWholeTargetsAgreeWithTheTapeToTheBit()
    {
        var tape = model.CreateTape(rows: 3);
        tape.Encode([.. Long.SelectMany(s => new[] { s, s, s })]);
        tape.Forward([.. Said.SelectMany(s => new[] { s, s, s })]);
        var (outputs, attention, state) = Decode(model, model.CreateMemory(), Long);
        var final = new Speller.State[3];
        tape.GetFinalStates(final);
        for (int row = 0; row < 3; row++)
        {
            Assert.Equal(state, NumbersOf(final[row]));
            for (int step = 0; step < Said.Length; step++)
            {
                var probabilities = new float[Speller.OutputSize];
                tape.Output(step, row).CopyTo(probabilities);
                RnnGen.Numerics.Losses.Softmax(ref probabilities[0], ref probabilities[0], probabilities.Length);
                Assert.Equal(probabilities, outputs.AsSpan(step * Speller.OutputSize, Speller.OutputSize).ToArray());
                Assert.Equal(tape.Attention(step, row).ToArray(), attention.AsSpan(step * Long.Length, Long.Length).ToArray());
            }
        }

        var memory = model.CreateMemory();
        model.Encode(Long, memory);
        var whole = memory.Start;
        float[] atOnce = new float[outputs.Length], weights = new float[attention.Length];
        memory.Forward(Said, ref whole, atOnce, weights);
        Assert.Equal(outputs, atOnce);
        Assert.Equal(attention, weights);
        Assert.Equal(state, NumbersOf(whole));
        var unseen = memory.Start;
        memory.Forward(Said, ref unseen, atOnce);
        Assert.Equal(outputs, atOnce);
    }

    [Fact]
    public void AMemoryIsUsedAgainForAnotherSource()
    {
        var memory = model.CreateMemory();
        Assert.Equal(0, memory.Length);
        var (_, _, _) = Decode(model, memory, Long);
        Assert.Equal(Long.Length, memory.Length);
        var again = Decode(model, memory, Short);
        Assert.Equal(Short.Length, memory.Length);
        var fresh = Decode(model, model.CreateMemory(), Short);
        Assert.Equal(fresh.Outputs, again.Outputs);
        Assert.Equal(fresh.Attention, again.Attention);
        Assert.Equal(fresh.State, again.State);
        Assert.NotEqual(fresh.Outputs, Decode(model, memory, Long).Outputs);
    }

    [Fact]
    public void AStateIsAValue()
    {
        var memory = model.CreateMemory();
        model.Encode(Long, memory);
        var state = memory.Start;
        float[] start = NumbersOf(state), probabilities = new float[Speller.OutputSize];
        memory.Step(11, ref state, probabilities);
        var snapshot = state;
        memory.Step(2, ref state, probabilities);
        float[] after = [.. probabilities], numbers = NumbersOf(state);
        memory.Step(5, ref state, probabilities);
        Assert.NotEqual(after, probabilities);
        memory.Step(2, ref snapshot, probabilities);
        Assert.Equal(after, probabilities);
        Assert.Equal(numbers, NumbersOf(snapshot));
        Assert.Equal(start, NumbersOf(memory.Start));
        Assert.Equal(1, probabilities.Sum(), 1e-5);
    }

    /// <summary>A state of one source goes on with another, which is what a search over several sources needs.</summary>
    [Fact]
    public void AStateBelongsToNoMemory()
    {
        Speller.Memory first = model.CreateMemory(), second = model.CreateMemory();
        model.Encode(Long, first);
        model.Encode(Long, second);
        Speller.State one = first.Start, two = second.Start;
        float[] expected = new float[Speller.OutputSize], actual = new float[Speller.OutputSize];
        first.Step(11, ref one, expected);
        second.Step(11, ref two, expected);
        first.Step(4, ref one, expected);
        first.Step(4, ref two, actual);
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void AMemoryIsASymbolModel()
    {
        var memory = model.CreateMemory();
        model.Encode(Short, memory);
        Speller.State own = memory.Start, theirs = memory.Start;
        float[] expected = new float[Speller.OutputSize];
        memory.Step(11, ref own, expected);
        Assert.Equal(expected, StepOf(memory, ref theirs));
        Assert.Equal(NumbersOf(own), NumbersOf(theirs));

        static float[] StepOf<TModel, TState>(TModel symbols, ref TState state)
            where TModel : ISymbolModel<float, TState> where TState : struct
        {
            Assert.Equal(Speller.OutputSize, symbols.SymbolCount);
            var probabilities = new float[symbols.SymbolCount];
            symbols.Step(11, ref state, probabilities);
            return probabilities;
        }
    }

    [Fact]
    public void NothingIsAllocated()
    {
        var memory = model.CreateMemory();
        var numbers = new Transducer();
        var encoded = numbers.CreateMemory();
        float[] one = new float[Speller.OutputSize], weights = new float[Long.Length], all = new float[Said.Length * Speller.OutputSize];
        double[] source = Numbers.Random(1, Transducer.SourceSteps * 3), output = new double[2], looks = new double[4];
        Allocations.AssertNone(() =>
        {
            model.Encode(Short, memory);
            model.Encode(Long, memory);
            var state = memory.Start;
            memory.Step(11, ref state, one);
            memory.Step(3, ref state, one, weights);
            memory.Forward(Said, ref state, all);
            numbers.Encode(source.AsSpan(0, 4 * 3), encoded);
            var own = encoded.Start;
            encoded.Step(source.AsSpan(0, 2), ref own, output);
            encoded.Step(source.AsSpan(2, 2), ref own, output, looks);
        });
    }

    [Fact]
    public void TrainingAllocatesNothingWhateverTheLengths()
    {
        const int Rows = 5;
        var trainer = model.CreateTrainer(new Adam()) with { ClipNorm = 1, SamplingProbability = 0.3 };
        var numbers = new Transducer();
        var other = numbers.CreateTrainer(new Adam());
        int[] sources = [.. Enumerable.Range(0, Speller.SourceSteps * Rows).Select(i => i % 13)];
        int[] targets = [.. Enumerable.Range(0, (Speller.Steps - 1) * Rows).Select(i => i % 11)];
        int[] sourceLengths = [1, 3, 2, 3, 3], lengths = [2, 0, 1, 2, 2];
        double[] read = Numbers.Random(1, Transducer.SourceSteps * Rows * 3);
        double[] inputs = Numbers.Random(2, Transducer.Steps * Rows * 2), wanted = Numbers.Random(3, inputs.Length);
        Allocations.AssertNone(() =>
        {
            trainer.Step(sources.AsSpan(0, 3 * Rows), targets.AsSpan(0, 2 * Rows), sourceLengths, lengths);
            trainer.Step(sources, targets);
            trainer.Evaluate(sources, targets.AsSpan(0, 4 * Rows), default, default);
            other.Step(read, inputs, wanted, default, default);
            other.Step(
                read.AsSpan(0, 3 * Rows * 3), inputs.AsSpan(0, 2 * Rows * 2), wanted.AsSpan(0, 2 * Rows * 2), sourceLengths, lengths);
        });
    }

    [Fact]
    public void ThreadsShareAModel()
    {
        int[][] sources =
            [.. Enumerable.Range(0, 16).Select(i => Enumerable.Range(0, 1 + (i % 7)).Select(s => (i + (s * s)) % 13).ToArray())];
        var expected = sources.Select(s => Decode(model, model.CreateMemory(), s)).ToList();
        Parallel.For(0, 8, thread =>
        {
            var memory = model.CreateMemory();
            for (int i = 0; i < sources.Length * 5; i++)
            {
                int which = (i + (thread * 3)) % sources.Length;
                var (outputs, attention, state) = Decode(model, memory, sources[which]);
                Assert.Equal(expected[which].Outputs, outputs);
                Assert.Equal(expected[which].Attention, attention);
                Assert.Equal(expected[which].State, state);
            }
        });
    }

    private static (float[] Outputs, float[] Attention, float[] State) Decode(Speller model, Speller.Memory memory, int[] source)
    {
        model.Encode(source, memory);
        var state = memory.Start;
        float[] outputs = new float[Said.Length * Speller.OutputSize], attention = new float[Said.Length * source.Length];
        for (int step = 0; step < Said.Length; step++)
            memory.Step(
                Said[step], ref state, outputs.AsSpan(step * Speller.OutputSize, Speller.OutputSize),
                attention.AsSpan(step * source.Length, source.Length));
        return (outputs, attention, NumbersOf(state));
    }

    private static float[] NumbersOf(Speller.State state)
    {
        var numbers = new float[Speller.StateSize];
        state.CopyTo(numbers);
        return numbers;
    }
}
