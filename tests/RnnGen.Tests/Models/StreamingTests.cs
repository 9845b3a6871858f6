namespace RnnGen.Tests.Models;

/// <summary>Streaming: steps, whole sequences and tapes give the same bits, and states are values.</summary>
public class StreamingTests
{
    [Fact]
    public void StepsSequencesAndTapesAgreeToTheBit()
    {
        var model = new CharLstm(seed: 3);
        int[] symbols = [.. Enumerable.Range(0, CharLstm.Steps * 2).Select(i => i * 7 % CharLstm.InputSize)];
        int[] first = symbols[..CharLstm.Steps];

        var byStep = new float[symbols.Length * CharLstm.OutputSize];
        var state = new CharLstm.State();
        for (int i = 0; i < symbols.Length; i++)
            model.Step(symbols[i], ref state, byStep.AsSpan(i * CharLstm.OutputSize, CharLstm.OutputSize));
        var inOne = new float[byStep.Length];
        var other = new CharLstm.State();
        model.Forward(symbols, ref other, inOne);
        Assert.Equal(byStep, inOne);
        Assert.Equal(Numbers(state), Numbers(other));

        // Three rows, all alike, the second half carried on from the first.
        var tape = model.CreateTape(rows: 3);
        tape.Forward([.. first.SelectMany(s => new[] { s, s, s })]);
        var states = new CharLstm.State[3];
        tape.GetFinalStates(states);
        tape.Forward([.. symbols[CharLstm.Steps..].SelectMany(s => new[] { s, s, s })], states);
        tape.GetFinalStates(states);
        Assert.All(states, s => Assert.Equal(Numbers(state), Numbers(s)));
    }

    [Fact]
    public void LongSequencesCrossChunksWithoutASeam()
    {
        var model = new Regression(seed: 5);
        float[] inputs = [.. Enumerable.Range(0, 50 * Regression.InputSize).Select(i => MathF.Sin(i))];
        var outputs = new float[50 * Regression.OutputSize];
        var state = new Regression.State();
        model.Forward(inputs, ref state, outputs);

        var again = new Regression.State();
        var pieces = new float[outputs.Length];
        int step = 0;
        foreach (int length in new[] { 1, 15, 16, 17, 1 })
        {
            model.Forward(
                inputs.AsSpan(step * Regression.InputSize, length * Regression.InputSize), ref again,
                pieces.AsSpan(step * Regression.OutputSize, length * Regression.OutputSize));
            step += length;
        }

        Assert.Equal(outputs, pieces);
    }

    [Fact]
    public void AStateIsAValue()
    {
        var model = new CharLstm(seed: 3);
        var state = new CharLstm.State();
        var probabilities = new float[CharLstm.OutputSize];
        model.Step(1, ref state, probabilities);
        var snapshot = state;
        model.Step(2, ref state, probabilities);
        float[] after = [.. probabilities];
        Assert.NotEqual(Numbers(state), Numbers(snapshot));
        model.Step(2, ref snapshot, probabilities);
        Assert.Equal(after, probabilities);
        state = default;
        Assert.All(Numbers(state), x => Assert.Equal(0, x));
        Assert.Equal(1, probabilities.Sum(), 1e-5);
    }

    [Fact]
    public void StatePropertiesAreTheNumbersOfTheirLayer()
    {
        var state = new CharLstm.State();
        float[] numbers = [.. Enumerable.Range(0, CharLstm.StateSize).Select(i => (float)i)];
        state.CopyFrom(numbers);
        Assert.Equal(4 * 33, CharLstm.StateSize);
        Assert.Equal(numbers[..33], state.Layer1H.ToArray());
        Assert.Equal(numbers[33..66], state.Layer1C.ToArray());
        Assert.Equal(numbers[99..], state.Layer2C.ToArray());
        state.Layer2H[0] = -1;
        Assert.Equal(-1, Numbers(state)[66]);
    }

    [Fact]
    public void ThreadsShareAModel()
    {
        var model = new CharLstm(seed: 3);
        int[] symbols = [.. Enumerable.Range(0, 200).Select(i => i * i % CharLstm.InputSize)];
        var expected = new float[symbols.Length * CharLstm.OutputSize];
        var state = new CharLstm.State();
        model.Forward(symbols, ref state, expected);
        Parallel.For(0, 8, _ =>
        {
            var outputs = new float[expected.Length];
            var own = new CharLstm.State();
            for (int i = 0; i < symbols.Length; i++)
                model.Step(symbols[i], ref own, outputs.AsSpan(i * CharLstm.OutputSize, CharLstm.OutputSize));
            Assert.Equal(expected, outputs);
        });
    }

    private static float[] Numbers(CharLstm.State state)
    {
        var numbers = new float[CharLstm.StateSize];
        state.CopyTo(numbers);
        return numbers;
    }
}
