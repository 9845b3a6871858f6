using RnnGen.Numerics;

namespace RnnGen.Tests.Numerics;

/// <summary>Random rows with what every loss needs; everything beyond a row's size is NaN, so that nothing may read it.</summary>
internal sealed class LossCase<T> where T : unmanaged
{
    public LossCase(int rows, int size, int stride, double spread = 6)
    {
        (Rows, Size, Stride) = (rows, size, stride);
        Random random = new((size * 31) + rows);
        Scores = [.. Enumerable.Range(0, rows * stride)
            .Select(i => Element.FromDouble<T>(i % stride < size ? (random.NextDouble() - 0.5) * spread : double.NaN))];
        Symbols = [.. Enumerable.Range(0, rows).Select(_ => random.Next(size))];
        Targets = [.. Enumerable.Range(0, rows * size).Select(_ => Element.FromDouble<T>(random.NextDouble()))];
    }

    public int Rows { get; }

    public int Size { get; }

    public int Stride { get; }

    public T[] Scores { get; }

    public int[] Symbols { get; }

    public T[] Targets { get; }

    public double Run(string loss, T[] scores, T[] gradient, double scale) => Run(loss, scores, gradient, [], scale);

    public double Run(string loss, T[] scores, T[] gradient, T[] weights, double scale) => loss switch
    {
        "softmax" => Losses.SoftmaxCrossEntropy(ref scores[0], ref gradient[0], Symbols, 1, weights, Rows, Size, Stride, scale),
        "sigmoid" => Losses.SigmoidCrossEntropy(ref scores[0], ref gradient[0], Targets, Size, weights, Rows, Size, Stride, scale),
        "smoothed" => Losses.SoftmaxCrossEntropy(
            ref scores[0], ref gradient[0], Symbols, 1, weights, Rows, Size, Stride, scale, smoothing: 0.3),
        "soft" => Losses.SoftCrossEntropy(ref scores[0], ref gradient[0], Targets, Size, weights, Rows, Size, Stride, scale),
        "equations" => Losses.Equations<Logarithmic, T>(
            ref scores[0], ref gradient[0], Targets, Size, weights, Rows, Size, Stride, scale),
        "absolute" => Losses.AbsoluteError(ref scores[0], ref gradient[0], Targets, Size, weights, Rows, Size, Stride, scale),
        _ => Losses.SquaredError(ref scores[0], ref gradient[0], Targets, Size, weights, Rows, Size, Stride, scale),
    };

    /// <summary>The losses as their definitions say, in double.</summary>
    public double Plain(string loss) => Enumerable.Range(0, Rows).Sum(row => Plain(loss, row));

    /// <summary>The loss of a row.</summary>
    public double Plain(string loss, int row)
    {
        double[] s = [.. Scores.Skip(row * Stride).Take(Size).Select(Element.ToDouble)];
        double[] t = [.. Targets.Skip(row * Size).Take(Size).Select(Element.ToDouble)];
        return loss switch
        {
            "softmax" => Math.Log(s.Sum(Math.Exp)) - s[Symbols[row]],
            "smoothed" => Math.Log(s.Sum(Math.Exp)) - (0.7 * s[Symbols[row]]) - (0.3 * s.Average()),
            "soft" => s.Zip(t, (x, y) => y * (Math.Log(s.Sum(Math.Exp)) - x)).Sum(),
            "equations" => s.Zip(t, (x, y) => Math.Log((x - y) * (x - y) + 1)).Sum(),
            "sigmoid" => s.Zip(t, (x, y) => -(y * Math.Log(1 / (1 + Math.Exp(-x)))) - ((1 - y) * Math.Log(1 / (1 + Math.Exp(x))))).Sum(),
            "absolute" => s.Zip(t, (x, y) => Math.Abs(x - y)).Sum(),
            _ => s.Zip(t, (x, y) => (x - y) * (x - y)).Sum(),
        };
    }
}

/// <summary>ln((y − t)² + 1), as generated code has such a loss.</summary>
internal readonly struct Logarithmic : IEquationLoss
{
    public static int Outputs => 1;

    public static V Differentiate<V, T>(ref T outputs, V target, V factor, ref T gradients)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        V away = V.Load(ref outputs, 0) - target, sum = (away * away) + V.Constant(1);
        (factor * (away + away) / sum).Store(ref gradients, 0);
        return Functions.Log<V, T>(sum);
    }
}

/// <summary>ln((y − t)² + 1) + (z − t)², of two outputs.</summary>
internal readonly struct OfTwo : IEquationLoss
{
    public static int Outputs => 2;

    public static V Differentiate<V, T>(ref T outputs, V target, V factor, ref T gradients)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        V other = V.Load(ref outputs, 16) - target;
        (factor * (other + other)).Store(ref gradients, 16);
        return Logarithmic.Differentiate<V, T>(ref outputs, target, factor, ref gradients) + (other * other);
    }
}

/// <summary>All losses, in place and not, for sizes around the blocks of 16.</summary>
internal readonly struct AllLosses : ILaneProgram
{
    public T[] Run<V, T>() where V : struct, ILanes<V, T> where T : unmanaged
    {
        List<T> results = [];
        foreach (int size in new[] { 1, 2, 15, 16, 17, 96, 100 })
        {
            LossCase<T> rows = new(3, size, size + 5);
            T[] gradient = new T[rows.Scores.Length];
            T[] x = [.. rows.Scores];
            double[] losses =
            [
                new Losses.SoftmaxCrossEntropyKernel(rows.Symbols, 1, false, 3, size, size + 5, 0.1).Run<V, T>(
                    ref x[0], ref gradient[0], ref gradient[0], ref gradient[0]),
                new Losses.ElementwiseKernel<Losses.Square>(size, false, 3, size, size + 5, 0.1).Run<V, T>(
                    ref x[0], ref gradient[0], ref rows.Targets[0], ref x[0]),
                new Losses.ElementwiseKernel<Losses.Absolute>(size, false, 3, size, size + 5, 0.1).Run<V, T>(
                    ref x[0], ref gradient[0], ref rows.Targets[0], ref x[0]),
                new Losses.EquationKernel<OfTwo>(size, false, 3, (size + 1) / 2, size + 5, 0.1, 0).Run<V, T>(
                    ref x[0], ref gradient[0], ref rows.Targets[0], ref x[0]),
                new Losses.SoftCrossEntropyKernel(size, false, 3, size, size + 5, 0.1, 0).Run<V, T>(
                    ref x[0], ref gradient[0], ref rows.Targets[0], ref x[0]),
                new Losses.SoftmaxCrossEntropyKernel(rows.Symbols, 1, false, 3, size, size + 5, 0.1, 0, 0.2).Run<V, T>(
                    ref x[0], ref gradient[0], ref gradient[0], ref gradient[0]),
                new Losses.ElementwiseKernel<Losses.LogisticEntropy>(size, false, 3, size, size + 5, 0.1).Run<V, T>(
                    ref x[0], ref x[0], ref rows.Targets[0], ref x[0]),
            ];
            results.AddRange(gradient);
            results.AddRange(x);
            results.AddRange(losses.Select(Element.FromDouble<T>));

            x = [.. rows.Scores];
            new Losses.SoftmaxKernel(size).Run<V, T>(ref x[0], ref gradient[0], ref gradient[0], ref gradient[0]);
            new Losses.SigmoidKernel(size).Run<V, T>(ref x[0], ref x[0], ref x[0], ref x[0]);
            results.AddRange(gradient);
            results.AddRange(x);
        }

        return [.. results];
    }
}

/// <summary>All losses with weights, a weight of 0 among them, and targets that lie apart.</summary>
internal readonly struct WeightedLosses : ILaneProgram
{
    public T[] Run<V, T>() where V : struct, ILanes<V, T> where T : unmanaged
    {
        List<T> results = [];
        foreach (int size in new[] { 1, 15, 16, 17, 100 })
        {
            LossCase<T> rows = new(3, size, size + 5);
            T[] weights = [.. new[] { 0.3, 0, 1.7 }.Select(Element.FromDouble<T>)];
            T[] targets = [.. Enumerable.Range(0, 3 * (size + 2)).Select(i => Element.FromDouble<T>(i % size / (double)size))];
            T[] gradient = new T[rows.Scores.Length], x = [.. rows.Scores];
            double[] losses =
            [
                new Losses.SoftmaxCrossEntropyKernel(rows.Symbols, 1, true, 3, size, size + 5, 0.1).Run<V, T>(
                    ref x[0], ref gradient[0], ref gradient[0], ref weights[0]),
                new Losses.ElementwiseKernel<Losses.Square>(size + 2, true, 3, size, size + 5, 0.1).Run<V, T>(
                    ref x[0], ref gradient[0], ref targets[0], ref weights[0]),
                new Losses.ElementwiseKernel<Losses.Absolute>(size + 2, true, 3, size, size + 5, 0.1).Run<V, T>(
                    ref x[0], ref gradient[0], ref targets[0], ref weights[0]),
                new Losses.ElementwiseKernel<Losses.LogisticEntropy>(size + 2, true, 3, size, size + 5, 0.1).Run<V, T>(
                    ref x[0], ref x[0], ref targets[0], ref weights[0]),
            ];
            results.AddRange(gradient);
            results.AddRange(x);
            results.AddRange(losses.Select(Element.FromDouble<T>));
        }

        return [.. results];
    }
}
