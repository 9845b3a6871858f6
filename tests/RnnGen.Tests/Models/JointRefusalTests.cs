using static RnnGen.Tests.ParameterValues;

namespace RnnGen.Tests.Models;

/// <summary>Bad sources and calls out of order: an exception that says what was expected and what came, and nothing changed.</summary>
public class JointRefusalTests
{
    private readonly Speller model = new(seed: 1);
    private readonly Transducer numbers = new(seed: 1);

    [Fact]
    public void SourcesOfTheWrongLength()
    {
        var memory = model.CreateMemory();
        Says<ArgumentException>("Expected 1 to 7 steps of 1 elements each, but there are 0 elements", () => model.Encode([], memory));
        Says<ArgumentException>(
            "Expected 1 to 7 steps of 1 elements each, but there are 8 elements", () => model.Encode(new int[8], memory));
        Says<ArgumentException>(
            "Expected 1 to 6 steps of 3 elements each, but there are 4 elements",
            () => numbers.Encode(new double[4], numbers.CreateMemory()));
        Assert.Throws<ArgumentNullException>(() => model.Encode(new int[2], null!));
    }

    [Fact]
    public void ARefusedSourceLeavesTheMemoryAsItWas()
    {
        var memory = model.CreateMemory();
        model.Encode([1, 2, 3], memory);
        float[] before = Step(memory);
        Says<ArgumentOutOfRangeException>("Symbol 1 must be 0 to 12", () => model.Encode([4, 13], memory));
        Says<ArgumentOutOfRangeException>("Symbol 0 must be 0 to 12", () => model.Encode([-1], memory));
        Says<ArgumentException>("another model", () => new Speller(seed: 2).Encode([4, 5], memory));
        Says<ArgumentException>("7 steps", () => model.Encode(new int[8], memory));
        Assert.Equal(3, memory.Length);
        Assert.Equal(before, Step(memory));
        Says<ArgumentException>("Number 4", () => numbers.Encode([0, 1, 2, 3, double.NaN, 5], numbers.CreateMemory()));
        Says<ArgumentException>("Number 2", () => numbers.Encode([0, 1, double.NegativeInfinity], numbers.CreateMemory()));

        static float[] Step(Speller.Memory memory)
        {
            var state = memory.Start;
            var probabilities = new float[Speller.OutputSize];
            memory.Step(11, ref state, probabilities);
            return probabilities;
        }
    }

    [Fact]
    public void ThereMustBeASource()
    {
        var memory = model.CreateMemory();
        Speller.State state = default;
        Says<InvalidOperationException>("Encode must come first", () => memory.Step(11, ref state, new float[Speller.OutputSize]));
        Says<InvalidOperationException>(
            "Encode must come first", () => memory.Forward([1, 2], ref state, new float[2 * Speller.OutputSize]));
        Assert.All(state.RnnH.ToArray(), h => Assert.Equal(0, h));
    }

    [Fact]
    public void ARefusedStepLeavesTheStateAsItWas()
    {
        var memory = model.CreateMemory();
        model.Encode([1, 2, 3], memory);
        var state = memory.Start;
        float[] outputs = new float[Speller.OutputSize], before = NumbersOf(state);
        Says<ArgumentException>("Expected 12 numbers, but there are 11", () => memory.Step(11, ref state, new float[11]));
        Says<ArgumentOutOfRangeException>("Symbol 0 must be 0 to 11", () => memory.Step(12, ref state, outputs));
        Says<ArgumentException>("Expected 3 numbers, but there are 7", () => memory.Step(11, ref state, outputs, new float[7]));
        Says<ArgumentException>("Expected 24 numbers, but there are 12", () => memory.Forward([1, 2], ref state, outputs));
        Says<ArgumentException>(
            "Expected 6 numbers, but there are 3", () => memory.Forward([1, 2], ref state, new float[24], new float[3]));
        Assert.Equal(before, NumbersOf(state));
        var encoded = numbers.CreateMemory();
        numbers.Encode(new double[6], encoded);
        var own = encoded.Start;
        Says<ArgumentException>("Expected 2 numbers, but there are 3", () => encoded.Step(new double[3], ref own, new double[2]));
        Says<ArgumentException>("Number 1", () => encoded.Step([0, double.NaN], ref own, new double[2]));
        Says<ArgumentException>("multiple of 2", () => encoded.Forward(new double[3], ref own, new double[2]));
    }

    [Fact]
    public void ATapeNeedsASourceBeforeEachPass()
    {
        var tape = model.CreateTape(2);
        int[] inputs = new int[3 * 2];
        Says<InvalidOperationException>("Encode must come first", () => tape.Forward(inputs));
        tape.Encode([1, 2]);
        tape.Forward(inputs);
        Says<InvalidOperationException>("Encode must come first", () => tape.Forward(inputs));
        tape.Loss(inputs);
        tape.Encode([1, 2]);
        Says<InvalidOperationException>("Forward must come first", () => tape.Loss(inputs));
        Says<InvalidOperationException>("Forward must come first", tape.Backward);
    }

    [Fact]
    public void ATapesSourcesAndLengths()
    {
        var tape = model.CreateTape(2);
        Says<ArgumentException>("Expected 1 to 7 steps of 2 elements each, but there are 3 elements", () => tape.Encode([1, 2, 3]));
        Says<ArgumentException>("Expected 1 to 7 steps of 2 elements each, but there are 16 elements", () => tape.Encode(new int[16]));
        Says<ArgumentOutOfRangeException>("Symbol 2 must be 0 to 12", () => tape.Encode([1, 2, 99, 3]));
        Says<ArgumentOutOfRangeException>("Length 1 must be 1 to 2, the steps there are", () => tape.Encode([1, 2, 3, 4], [1, 0]));
        Says<ArgumentOutOfRangeException>("Length 0 must be 1 to 2, the steps there are", () => tape.Encode([1, 2, 3, 4], [3, 1]));
        Says<ArgumentException>("Expected 2 lengths, but there are 1", () => tape.Encode([1, 2, 3, 4], [1]));
        tape.Encode([1, 2, 3, 4], [2, 1]);
        // What is refused leaves the sources as they were.
        Assert.Throws<ArgumentOutOfRangeException>(() => tape.Encode([1, 2, 99, 3, 4, 5]));
        Assert.Equal(2, tape.SourceSteps);
        Assert.Equal([2, 1], tape.SourceLengths.ToArray());
        Says<ArgumentException>("Expected 1 to 6 steps of 2 elements each, but there are 5 elements", () => tape.Forward(new int[5]));
        Says<ArgumentException>("Expected 1 to 6 steps of 2 elements each, but there are 14 elements", () => tape.Forward(new int[14]));
        Says<ArgumentOutOfRangeException>("Length 0 must be 0 to 3", () => tape.Forward(new int[6], lengths: [4, 1]));
        tape.Forward(new int[6], lengths: [3, 1]);
    }

    [Fact]
    public void WhereTheBridgeSaysWhereToBeginNobodyElseDoes()
    {
        var tape = model.CreateTape(2);
        tape.Encode([1, 2]);
        Says<ArgumentException>("Expected no states, but there are 2", () => tape.Forward([11, 11], new Speller.State[2]));
        tape.Forward([11, 11]);
    }

    [Fact]
    public void PlacesThatAreNone()
    {
        var tape = model.CreateTape(2);
        tape.Encode([1, 2, 3, 4]);
        tape.Forward(new int[3 * 2]);
        Assert.Equal(2, tape.Attention(2, 1).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => tape.Attention(3, 0).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => tape.Attention(0, 2).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => tape.Attention(0, 0, 1).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => tape.Output(3, 0).Length);
        Says<InvalidOperationException>("symbols", () => _ = tape.SourceGradient(0, 0).Length);
        var other = numbers.CreateTape(1);
        other.Encode(new double[6]);
        other.Forward(new double[4]);
        other.Loss(new double[4]);
        other.Backward();
        Says<InvalidOperationException>("without input gradients", () => _ = other.SourceGradient(1, 0).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => other.SourceGradient(2, 0).Length);
    }

    [Fact]
    public void BatchesThatDoNotFit()
    {
        var trainer = model.CreateTrainer(new Adam());
        float[] before = Weights(model.Parameters);
        int[] sources = new int[3 * 2], targets = new int[2 * 2];
        Says<ArgumentException>("Expected 2 lengths, but there are 3", () => trainer.Step(sources, targets, [3, 2], [1, 1, 1]));
        Says<ArgumentException>("7", () => trainer.Step(sources, targets));
        Says<ArgumentException>(
            "Expected 1 to 5 steps of 2 elements each, but there are 12 elements", () => trainer.Step(sources, new int[12], [3, 2]));
        Says<ArgumentOutOfRangeException>("Length 1 must be 1 to 3", () => trainer.Step(sources, targets, [3, 0]));
        Says<ArgumentOutOfRangeException>("Length 0 must be 0 to 2", () => trainer.Step(sources, targets, [3, 1], [3, 1]));
        Says<ArgumentException>("the end", () => trainer.Step(sources, [1, 2, 11, 3], [3, 1]));
        Says<ArgumentOutOfRangeException>("Symbol 3 must be 0 to 11", () => trainer.Step(sources, [1, 2, 3, 12], [3, 1]));
        Says<ArgumentOutOfRangeException>("Symbol 0 must be 0 to 12", () => trainer.Step([13, 0], targets, [1, 1]));
        Assert.Equal(before, Weights(model.Parameters));
        Assert.Equal(0, trainer.Updates);
        // What lies behind a length may be anything.
        trainer.Step(sources, [1, 2, -7, 99], [3, 1], [1, 1]);
        var other = numbers.CreateTrainer(new Sgd(0.1));
        double[] own = Weights(numbers.Parameters), wanted = new double[4];
        wanted[2] = 1e200;
        Says<NotFiniteNumberException>("The loss is", () => other.Step(new double[6], new double[4], wanted, [2], default));
        wanted[2] = double.NaN;
        Says<ArgumentException>("NaN; all must be finite", () => other.Step(new double[6], new double[4], wanted, [2], default));
        Assert.Equal(own, Weights(numbers.Parameters));
    }

    private static void Says<TException>(string what, Action action) where TException : Exception =>
        Assert.Contains(what, Assert.Throws<TException>(action).Message, StringComparison.Ordinal);

    private static float[] NumbersOf(Speller.State state)
    {
        var numbers = new float[Speller.StateSize];
        state.CopyTo(numbers);
        return numbers;
    }

    private static T[] Weights<T>(ParameterSet<T> parameters) where T : unmanaged => [.. parameters.SelectMany(Values)];
}
