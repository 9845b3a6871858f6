namespace RnnGen.Tests.Models;

/// <summary>A cell evaluated as C# executes it gives what the generated model gives.</summary>
public class CellEvaluationTests
{
    [Fact]
    public void TheLstmAsWrittenIsTheLstmAsGenerated()
    {
        const int Hidden = 7, Input = 2;
        var model = new DoubleRegression(seed: 4);
        string[] gates = ["i", "f", "g", "o"];
        var matrices = gates.SelectMany((gate, i) => new[]
        {
            ("W" + gate, Rows(model.Parameters["rnn.weight_ih_l0"], i * Hidden, Hidden, Input)),
            ("U" + gate, Rows(model.Parameters["rnn.weight_hh_l0"], i * Hidden, Hidden, Hidden)),
        }).ToDictionary(m => m.Item1, m => m.Item2);
        var vectors = gates.Select((gate, i) => ("b" + gate, Column(model.Parameters["rnn.bias_ih_l0"], i * Hidden, Hidden)))
            .ToDictionary(v => v.Item1, v => v.Item2);
        var cell = new Lstm(new CellValues(matrices, vectors));

        double[] h = Numbers.Random(1, Hidden), c = Numbers.Random(2, Hidden), x = Numbers.Random(3, Input);
        var state = new DoubleRegression.State();
        h.CopyTo(state.Layer1H);
        c.CopyTo(state.Layer1C);
        model.Step(x, ref state, new double[DoubleRegression.OutputSize]);
        var (newH, newC) = cell.Step(new Input(x), new Hidden(h), new Hidden(c));
        Numbers.AssertClose(newH.ToArray(), state.Layer1H.ToArray(), 1e-14, "h");
        Numbers.AssertClose(newC.ToArray(), state.Layer1C.ToArray(), 1e-14, "c");
    }

    [Fact]
    public void ActivationIsWhatTheValuesSay()
    {
        var matrices = new Dictionary<string, double[,]> { ["W"] = new double[,] { { 2 }, { -3 } }, ["U"] = new double[2, 2] };
        var vectors = new Dictionary<string, double[]> { ["b"] = [1, 1] };
        var relu = new SimpleRnn(new CellValues(matrices, vectors, x => Math.Max(x, 0)));
        Assert.Equal([3.0, 0.0], relu.Step(new Input(1), new Hidden(0, 0)).ToArray());
        var tanh = new SimpleRnn(new CellValues(matrices, vectors));
        Assert.Equal([Math.Tanh(3), Math.Tanh(-2)], tanh.Step(new Input(1), new Hidden(0, 0)).ToArray());
    }

    [Fact]
    public void AVectorOfTheWrongLengthIsRefused()
    {
        var cell = new SimpleRnn(new CellValues(
            new Dictionary<string, double[,]> { ["W"] = new double[2, 1], ["U"] = new double[2, 2] },
            new Dictionary<string, double[]> { ["b"] = [0, 0] }));
        Assert.Throws<ArgumentException>(() => cell.Step(new Input(1, 2), new Hidden(0, 0)));
        Assert.Throws<KeyNotFoundException>(() => new SimpleRnn(
            new CellValues(new Dictionary<string, double[,]>(), new Dictionary<string, double[]>())));
    }

    private static double[,] Rows(ParameterView<double> view, int first, int rows, int columns)
    {
        var matrix = new double[rows, columns];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
                matrix[row, column] = view[first + row, column];
        }

        return matrix;
    }

    private static double[] Column(ParameterView<double> view, int first, int rows) =>
        [.. Enumerable.Range(first, rows).Select(row => view[row])];
}
