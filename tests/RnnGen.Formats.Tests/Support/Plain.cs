namespace RnnGen.Formats.Tests;

/// <summary>Layers number by number, in double, as their frameworks define them: what imported models are compared with.</summary>
internal static class Plain
{
    public static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    /// <summary>W x + b with W [outputs][inputs].</summary>
    public static double[] Affine(double[][] weight, double[] x, double[]? bias = null) =>
        [.. weight.Select((row, i) => row.Zip(x, (w, v) => w * v).Sum() + (bias?[i] ?? 0))];

    /// <summary>Rows of a list of numbers.</summary>
    public static double[][] Rows(double[] values, int columns) => [.. values.Chunk(columns)];

    /// <summary>A Keras kernel [inputs, outputs] as rows of outputs.</summary>
    public static double[][] Columns(float[,] kernel) =>
        [.. Enumerable.Range(0, kernel.GetLength(1)).Select(o =>
            Enumerable.Range(0, kernel.GetLength(0)).Select(i => (double)kernel[i, o]).ToArray())];

    /// <summary>PyTorch's LSTM, gates i, f, g, o; h and c are replaced.</summary>
    public static void Lstm(double[][] input, double[][] recurrent, double[] bias, double[] x, ref double[] h, ref double[] c)
    {
        double[] sums = [.. Affine(input, x, bias).Zip(Affine(recurrent, h), (a, b) => a + b)];
        int n = h.Length;
        double[] before = c;
        double[] cell = [.. Enumerable.Range(0, n).Select(u => (Sigmoid(sums[n + u]) * before[u]) + (Sigmoid(sums[u]) * Math.Tanh(sums[(2 * n) + u])))];
        h = [.. Enumerable.Range(0, n).Select(u => Sigmoid(sums[(3 * n) + u]) * Math.Tanh(cell[u]))];
        c = cell;
    }

    /// <summary>A causal convolution over all steps, weight [outputs][channels · kernel], the last tap the present.</summary>
    public static double[][] Convolution(double[][] weight, double[]? bias, double[][] x, int kernel, int dilation) =>
        [.. x.Select((_, t) => weight.Select((row, o) =>
        {
            double sum = bias?[o] ?? 0;
            for (int c = 0; c < x[0].Length; c++)
            {
                for (int k = 0; k < kernel; k++)
                {
                    int at = t - ((kernel - 1 - k) * dilation);
                    sum += at < 0 ? 0 : row[(c * kernel) + k] * x[at][c];
                }
            }

            return sum;
        }).ToArray())];

    /// <summary>Keras' GRU: gates z, r, h; with reset_after two biases.</summary>
    public static double[] Gru(float[,] kernel, float[,] recurrent, float[] bias, float[]? second, bool resetsAfter, double[] x, double[] h)
    {
        int n = h.Length;
        double[] a = Affine(Columns(kernel), x, [.. bias.Select(b => (double)b)]);
        double[][] u = Columns(recurrent);
        double[] b = Affine(u, h, second?.Select(v => (double)v).ToArray());
        double[] z = [.. Enumerable.Range(0, n).Select(i => Sigmoid(a[i] + b[i]))];
        double[] r = [.. Enumerable.Range(0, n).Select(i => Sigmoid(a[n + i] + b[n + i]))];
        double[] after = resetsAfter
            ? [.. Enumerable.Range(0, n).Select(i => r[i] * b[(2 * n) + i])]
            : Affine(u[(2 * n)..], [.. h.Zip(r, (p, q) => p * q)]);
        return [.. Enumerable.Range(0, n).Select(i => (z[i] * h[i]) + ((1 - z[i]) * Math.Tanh(a[(2 * n) + i] + after[i])))];
    }
}
