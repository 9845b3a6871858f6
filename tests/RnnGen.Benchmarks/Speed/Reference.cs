using System.Numerics;

namespace RnnGen.Benchmarks;

/// <summary>
/// LSTM and GRU layers and a dense layer, from PyTorch's formulas, in double precision and without any of RnnGen's code: what a model must
/// have computed for its time to count.
/// </summary>
internal sealed class Reference
{
    private readonly bool isLstm;
    private readonly Matrix[] input, recurrent;
    private readonly Matrix? dense;

    /// <summary>The network with a model's parameters w, or with w + step · g.</summary>
    /// <param name="cell">lstm or gru.</param>
    /// <param name="layers">Recurrent layers.</param>
    /// <param name="parameters">w, under PyTorch's names.</param>
    /// <param name="gradients">g, or null.</param>
    /// <param name="step">How far along g.</param>
    public Reference(string cell, int layers, ParameterSet<float> parameters, ParameterSet<float>? gradients = null, double step = 0)
    {
        isLstm = cell == "lstm";
        input = [.. Enumerable.Range(0, layers).Select(i => Read($"rnn.weight_ih_l{i}", $"rnn.bias_ih_l{i}"))];
        recurrent = [.. Enumerable.Range(0, layers).Select(i => Read($"rnn.weight_hh_l{i}", $"rnn.bias_hh_l{i}"))];
        dense = parameters.Any(p => p.Name == "dense.weight") ? Read("dense.weight", "dense.bias") : null;

        Matrix Read(string weight, string bias) => new(Moved(weight), Moved(bias), parameters[weight].Columns);

        double[] Moved(string name) =>
            gradients is null
                ? Values(parameters[name])
                : [.. Values(parameters[name]).Zip(Values(gradients[name]), (w, g) => w + (step * g))];
    }

    /// <summary>A tensor's values, row by row.</summary>
    public static double[] Values(ParameterView<float> view)
    {
        float[] values = new float[view.Count];
        view.CopyTo(values);
        return Array.ConvertAll(values, v => (double)v);
    }

    /// <summary>The outputs of all steps and rows, [step][row], from a state of zeros.</summary>
    public IEnumerable<double[]> Outputs(float[] x, int steps, int rows) =>
        Outputs(item => Array.ConvertAll(Item(x, item, steps * rows), v => (double)v), steps, rows);

    /// <summary>The mean of (y − t)² over steps, rows and outputs.</summary>
    public double SquaredError(float[] x, float[] targets, int steps, int rows) =>
        Outputs(x, steps, rows).Select((y, item) => y.Zip(Item(targets, item, steps * rows), (o, t) => (o - t) * (o - t)).Average())
            .Average();

    /// <summary>The mean of −ln p(target) over steps and rows.</summary>
    public double CrossEntropy(int[] x, int[] targets, int steps, int rows) =>
        Outputs(item => OneHot(x[item], input[0].Columns), steps, rows).Select((y, item) => Math.Log(y.Sum(Math.Exp)) - y[targets[item]])
            .Average();

    private IEnumerable<double[]> Outputs(Func<int, double[]> inputOf, int steps, int rows)
    {
        int hidden = recurrent[0].Columns;
        double[][][] h = Zeros(), c = Zeros();
        for (int item = 0; item < steps * rows; item++)
        {
            double[] x = inputOf(item);
            for (int layer = 0; layer < input.Length; layer++)
                x = Step(layer, x, ref h[item % rows][layer], c[item % rows][layer]);
            yield return dense?.Times(x) ?? x;
        }

        double[][][] Zeros() => [.. Enumerable.Range(0, rows).Select(_ => input.Select(_ => new double[hidden]).ToArray())];
    }

    private double[] Step(int layer, double[] x, ref double[] h, double[] c)
    {
        double[] wx = input[layer].Times(x), uh = recurrent[layer].Times(h);
        int n = h.Length;
        double[] next = new double[n];
        for (int k = 0; k < n; k++)
        {
            if (isLstm)
            {
                double i = Sigmoid(wx[k] + uh[k]), f = Sigmoid(wx[n + k] + uh[n + k]);
                double g = Math.Tanh(wx[(2 * n) + k] + uh[(2 * n) + k]), o = Sigmoid(wx[(3 * n) + k] + uh[(3 * n) + k]);
                c[k] = (f * c[k]) + (i * g);
                next[k] = o * Math.Tanh(c[k]);
            }
            else
            {
                double r = Sigmoid(wx[k] + uh[k]), z = Sigmoid(wx[n + k] + uh[n + k]);
                double candidate = Math.Tanh(wx[(2 * n) + k] + (r * uh[(2 * n) + k]));
                next[k] = ((1 - z) * candidate) + (z * h[k]);
            }
        }

        return h = next;
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static T[] Item<T>(T[] all, int item, int count) => all.AsSpan(item * (all.Length / count), all.Length / count).ToArray();

    private static double[] OneHot(int symbol, int count)
    {
        double[] x = new double[count];
        x[symbol] = 1;
        return x;
    }

    /// <summary>A matrix [row][column] and what is added to its products.</summary>
    private sealed record Matrix(double[] Weights, double[] Bias, int Columns)
    {
        public double[] Times(double[] x)
        {
            double[] y = new double[Bias.Length];
            for (int row = 0; row < y.Length; row++)
                y[row] = Bias[row] + Dot(Weights.AsSpan(row * Columns, Columns), x);
            return y;
        }

        private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
        {
            Vector<double> sums = default;
            int i = 0;
            for (; i <= a.Length - Vector<double>.Count; i += Vector<double>.Count)
                sums += new Vector<double>(a[i..]) * new Vector<double>(b[i..]);
            double sum = Vector.Sum(sums);
            for (; i < a.Length; i++)
                sum += a[i] * b[i];
            return sum;
        }
    }
}
