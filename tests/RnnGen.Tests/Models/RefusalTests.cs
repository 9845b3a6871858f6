using static RnnGen.Tests.ParameterValues;

namespace RnnGen.Tests.Models;

/// <summary>Bad input: an exception that says what was expected and what came, and nothing changed.</summary>
public class RefusalTests
{
    [Fact]
    public void SpansOfTheWrongLength()
    {
        var model = new CharLstm();
        var state = new CharLstm.State();
        var error = Assert.Throws<ArgumentException>(() => model.Step(0, ref state, new float[20]));
        Assert.Contains("Expected 21 numbers, but there are 20", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<ArgumentException>(() => model.Forward(new int[3], ref state, new float[62]));
        Assert.Contains("Expected 63 numbers, but there are 62", error.Message, StringComparison.Ordinal);
        var regression = new Regression();
        var own = new Regression.State();
        error = Assert.Throws<ArgumentException>(() => regression.Step(new float[2], ref own, new float[18]));
        Assert.Contains("Expected 3 numbers, but there are 2", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<ArgumentException>(() => regression.Forward(new float[4], ref own, new float[18]));
        Assert.Contains("multiple of 3", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => state.CopyFrom(new float[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.CreateTape(0));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(21)]
    [InlineData(int.MaxValue)]
    public void SymbolsOutsideTheVocabulary(int symbol)
    {
        var model = new CharLstm();
        var state = new CharLstm.State();
        model.Step(1, ref state, new float[21]);
        float[] before = [.. state.Layer1H];
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => model.Step(symbol, ref state, new float[21]));
        Assert.Contains("must be 0 to 20", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, state.Layer1H.ToArray());

        var trainer = model.CreateTrainer(new Adam());
        var inputs = new int[CharLstm.Steps];
        inputs[3] = symbol;
        error = Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Step(inputs, new int[CharLstm.Steps]));
        Assert.Contains("Symbol 3 must be 0 to 20", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Step(new int[CharLstm.Steps], inputs));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void NumbersThatAreNotFinite(float bad)
    {
        var model = new Regression();
        var state = new Regression.State();
        var error = Assert.Throws<ArgumentException>(() => model.Step([0, bad, 0], ref state, new float[18]));
        Assert.Contains("Number 1", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<ArgumentException>(
            () => model.Step([0, 0, 0, 0, bad, 0], new Regression.State[2].AsSpan(), new float[36]));
        Assert.Contains("Number 1 of stream 1 is ", error.Message, StringComparison.Ordinal);
        var trainer = model.CreateTrainer(new Adam());
        var targets = new float[Regression.Steps * 18];
        targets[7] = bad;
        Assert.Throws<ArgumentException>(() => trainer.Step(new float[Regression.Steps * 3], targets));
    }

    [Fact]
    public void ALossThatIsNotFiniteChangesNothing()
    {
        var model = new DoubleRegression(seed: 2);
        double[] before = Weights(model.Parameters);
        var trainer = model.CreateTrainer(new Sgd(0.1));
        var states = new DoubleRegression.State[1];
        var targets = new double[DoubleRegression.Steps * 3];
        targets[4] = 1e200;
        var error = Assert.Throws<NotFiniteNumberException>(() => trainer.Step(new double[DoubleRegression.Steps * 2], targets, states));
        Assert.Contains("The loss is", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, Weights(model.Parameters));
        Assert.Equal(0, trainer.Updates);
        Assert.All(states[0].Layer1H.ToArray(), x => Assert.Equal(0, x));
    }

    [Fact]
    public void AGradientThatIsNotFiniteIsNamedAndChangesNothing()
    {
        var model = new Regression(seed: 2);
        model.Parameters["rnn1.weight_ih_l0"].CopyFrom([.. Enumerable.Repeat(1e-30f, 40 * 3)]);
        model.Parameters["rnn2.weight_ih_l0"].CopyFrom([.. Enumerable.Repeat(1e-10f, 18 * 40)]);
        float[] before = Weights(model.Parameters);
        var trainer = model.CreateTrainer(new Adam());
        var inputs = new float[Regression.Steps * 3];
        var targets = new float[Regression.Steps * 18];
        Array.Fill(inputs, 3e38f);
        Array.Fill(targets, 1e18f);
        var error = Assert.Throws<NotFiniteNumberException>(() => trainer.Step(inputs, targets));
        Assert.Contains("The gradient of rnn1.weight_ih_l0 has the entry", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, Weights(model.Parameters));
    }

    [Fact]
    public void BackwardWithoutForward()
    {
        var tape = new CharLstm().CreateTape(2);
        Assert.Throws<InvalidOperationException>(tape.Backward);
        Assert.Throws<InvalidOperationException>(() => tape.Loss(new int[CharLstm.Steps * 2]));
        tape.Forward(new int[CharLstm.Steps * 2]);
        tape.Loss(new int[CharLstm.Steps * 2]);
        tape.Backward();
        Assert.Throws<InvalidOperationException>(tape.Backward);
    }

    [Fact]
    public void BatchesThatAreNoWholeRows()
    {
        var trainer = new CharLstm().CreateTrainer(new Adam());
        var error = Assert.Throws<ArgumentException>(() => trainer.Step(new int[CharLstm.Steps + 1], new int[CharLstm.Steps + 1]));
        Assert.Contains("multiple of 8", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => trainer.Step([], []));
        Assert.Throws<ArgumentException>(() => trainer.Step(new int[CharLstm.Steps], new int[CharLstm.Steps - 1]));
        Assert.Throws<ArgumentException>(() => trainer.Step(
            new int[CharLstm.Steps * 2], new int[CharLstm.Steps * 2], new CharLstm.State[3]));
    }

    private static T[] Weights<T>(ParameterSet<T> parameters) where T : unmanaged => [.. parameters.SelectMany(Values)];
}
