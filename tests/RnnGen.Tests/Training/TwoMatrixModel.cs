using RnnGen.Generated;
using RnnGen.Numerics;
using RnnGen.Tests.Numerics;

namespace RnnGen.Tests;

/// <summary>
/// Two recurrent matrices of one tensor, side by side in panels as a generator lays them out, and a matrix of inputs.
/// </summary>
internal sealed class TwoMatrixModel<T> : ITrainedModel<T> where T : unmanaged
{
    private readonly int units;
    private readonly int columns;

    public TwoMatrixModel(int units, int columns, int seed)
    {
        (this.units, this.columns) = (units, columns);
        int panels = (units + 15) / 16 * 16 * columns;
        ParameterInfo[] table =
        [
            new("rnn.weight_ih_l0", units, columns, [new(0, units, 2 * panels, 1, columns, 1, ParameterRole.Input, units)], []),
            new("rnn.weight_hh_l0", 2 * units, columns, [Gate(0), Gate(1)], []),
        ];
        Buffer = new((2 * panels) + (units * columns));
        Parameters = new(table, Buffer);
        Randomize(Parameters, seed);

        ParameterSlice Gate(int gate) => ParameterSlice.Column(ParameterRole.Recurrent, gate * units, units, 0, columns, 2, gate);
    }

    public AlignedBuffer<T> Buffer { get; }

    public ParameterSet<T> Parameters { get; private set; }

    public string Summary() => "";

    public void Publish(ParameterSet<T> parameters) => Parameters = parameters;

    public void Fill(Func<int, int, int, double> value)
    {
        for (int row = 0; row < 2 * units; row++)
        {
            for (int column = 0; column < columns; column++)
                Parameters["rnn.weight_hh_l0"][row, column] = Element.FromDouble<T>(value(row / units, row % units, column));
        }
    }

    public double[,] Matrix(int gate)
    {
        double[,] matrix = new double[units, columns];
        for (int row = 0; row < units; row++)
        {
            for (int column = 0; column < columns; column++)
                matrix[row, column] = Element.ToDouble(Parameters["rnn.weight_hh_l0"][(gate * units) + row, column]);
        }

        return matrix;
    }

    public double[] Inputs()
    {
        T[] values = new T[units * columns];
        Parameters["rnn.weight_ih_l0"].CopyTo(values);
        return [.. values.Select(Element.ToDouble)];
    }

    public ParameterSet<T> Gradients(int step)
    {
        ParameterSet<T> gradients = Parameters.In(new(Buffer.Length));
        Randomize(gradients, 100 + step);
        return gradients;
    }

    private static void Randomize(ParameterSet<T> set, int seed)
    {
        Random random = new(seed);
        foreach (ParameterView<T> view in set)
            view.CopyFrom([.. Enumerable.Range(0, view.Count).Select(_ => Element.FromDouble<T>((random.NextDouble() - 0.5) * 4))]);
    }
}
