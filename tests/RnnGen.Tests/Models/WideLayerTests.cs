namespace RnnGen.Tests.Models;

[RnnModel(Steps = 3), Input(5), Rnn<SimpleRnn>(192), SquaredError]
public sealed partial class WideSimple;

[RnnModel(Steps = 3), Input(64), Rnn<Gru>(64), SquaredError]
public sealed partial class WideGru;

[RnnModel(Steps = 3), Input(7), Rnn<Gru>(112), SquaredError]
public sealed partial class UnevenGru;

[RnnModel(Steps = 3), OneHot(9), Rnn<Gru>(96, Depth = 2), Dense(9), SoftmaxCrossEntropy]
public sealed partial class DeepGru;

[RnnModel(Steps = 3), Input(40), Rnn<Lstm>(72, Depth = 2), SquaredError]
public sealed partial class WideLstm;

[RnnModel(Steps = 3, Precision = Precision.Double), Input(40), Rnn<CoupledLstm>(96), SquaredError]
public sealed partial class WideCoupled;

[RnnModel(Steps = 3), Input(8), Rnn<Gru>(304), SquaredError]
public sealed partial class LargeGru;

/// <summary>
/// Layers whose weights no first-level cache holds: their steps of one row take some blocks of units at a time, from either end. Nothing of
/// it may be seen in the results.
/// </summary>
public class WideLayerTests
{
    private const int Steps = 3;

    private delegate void StepOf<T, TInput, TState>(ReadOnlySpan<TInput> input, ref TState state, Span<T> output) where TState : struct;

    [Fact]
    public void OneSumAUnit()
    {
        var model = new WideSimple(1);
        Agrees(model, Reals(WideSimple.InputSize), model.Step);
    }

    [Fact]
    public void ThreeSumsAUnit()
    {
        var model = new WideGru(2);
        Agrees(model, Reals(WideGru.InputSize), model.Step);
    }

    [Fact]
    public void AnUnevenNumberOfBlocks()
    {
        var model = new UnevenGru(3);
        Agrees(model, Reals(UnevenGru.InputSize), model.Step);
    }

    [Fact]
    public void SymbolsAndTwoLayers()
    {
        var model = new DeepGru(4);
        Agrees(model, [3, 8, 1], (ReadOnlySpan<int> x, ref DeepGru.State state, Span<float> y) => model.Step(x[0], ref state, y));
    }

    [Fact]
    public void FourSumsAUnit()
    {
        var model = new WideLstm(5);
        Agrees(model, Reals(WideLstm.InputSize), model.Step);
    }

    [Fact]
    public void Doubles()
    {
        var model = new WideCoupled(6);
        double[] inputs = [.. Reals(WideCoupled.InputSize).Select(x => (double)x)];
        Agrees(model, inputs, model.Step);
    }

    [Fact]
    public void LargeModelsHaveNoSeamBetweenTheStepsThatTheyTakeTogether()
    {
        var model = new LargeGru(7);
        float[] inputs = [.. Enumerable.Range(0, 150 * LargeGru.InputSize).Select(i => MathF.Sin(i * 0.7f))];
        float[] outputs = new float[150 * LargeGru.OutputSize], pieces = new float[outputs.Length];
        LargeGru.State state = default, again = default;
        model.Forward(inputs, ref state, outputs);
        int first = 0;
        foreach (int count in (int[])[1, 63, 65, 21])
        {
            model.Forward(
                inputs.AsSpan(first * LargeGru.InputSize, count * LargeGru.InputSize), ref again,
                pieces.AsSpan(first * LargeGru.OutputSize, count * LargeGru.OutputSize));
            first += count;
        }

        Assert.Equal(outputs, pieces);
        Assert.Equal(Numbers(state, model), Numbers(again, model));
    }

    /// <summary>Single steps, a sequence and a row of a tape: the same outputs and states, to the bit.</summary>
    private static void Agrees<T, TInput, TTarget, TState>(
        IRnnModel<T, TInput, TTarget, TState> model, TInput[] inputs, StepOf<T, TInput, TState> step)
        where T : unmanaged
        where TInput : unmanaged
        where TTarget : unmanaged
        where TState : struct, IRnnState<T>
    {
        int width = model.Shape.InputWidth, size = model.Shape.OutputSize;
        var tape = model.CreateTape(1);
        TState byStep = default, inOne = default;
        var carried = new TState[1];
        T[] steps = new T[Steps * size], sequence = new T[Steps * size];
        // Twice: the second time from states that are not 0, and an odd number of steps after the first.
        for (int time = 0; time < 2; time++)
        {
            for (int i = 0; i < Steps; i++)
                step(inputs.AsSpan(i * width, width), ref byStep, steps.AsSpan(i * size, size));
            model.Forward(inputs, ref inOne, sequence);
            tape.Forward(inputs, carried);
            tape.GetFinalStates(carried);
            Assert.Equal(sequence, steps);
            Assert.Equal(Numbers(inOne, model), Numbers(byStep, model));
            Assert.Equal(Numbers(carried[0], model), Numbers(byStep, model));
        }
    }

    private static T[] Numbers<T, TInput, TState>(TState state, IRnnInference<T, TInput, TState> model)
        where T : unmanaged
        where TInput : unmanaged
        where TState : struct, IRnnState<T>
    {
        var numbers = new T[model.Shape.StateSize];
        state.CopyTo(numbers);
        return numbers;
    }

    private static float[] Reals(int width) => [.. Enumerable.Range(0, Steps * width).Select(i => MathF.Sin(i * 1.3f))];
}
