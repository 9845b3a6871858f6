using System.Runtime.CompilerServices;

namespace RnnGen.Numerics;

// Connectionist temporal classification (Graves et al. 2006): the labels of a sequence without their times.
public static partial class Losses
{
    /// <summary>
    /// Σ weight · −ln p(labels) over the rows, and the gradients, of scores whose softmax gives a class or the blank at each step: p is the
    /// sum over all ways to place the labels in their order, each for one step or more, with blanks between them.
    /// </summary>
    /// <param name="scores">[step][row][stride].</param>
    /// <param name="gradient">[step][row][stride]; not the scores.</param>
    /// <param name="targets">[step][row][targetStride]: a row's labels, one a step, and −1 behind them.</param>
    /// <param name="targetStride">From an item's target to the next's, at least 1.</param>
    /// <param name="weights">[step][row]: a row counts what its first step does; none for weights of 1.</param>
    /// <param name="lengths">The steps of each row; none for all.</param>
    /// <param name="steps">Steps of a sequence.</param>
    /// <param name="rows">Sequences.</param>
    /// <param name="size">Classes, the blank included.</param>
    /// <param name="stride">From a row to the next, at least size.</param>
    /// <param name="scale">The factor on the gradients.</param>
    /// <param name="offset">Their offset in a row: those of earlier losses come first.</param>
    /// <param name="blank">The class that stands for no label.</param>
    public static double Ctc<T>(
        ref T scores, ref T gradient, ReadOnlySpan<int> targets, int targetStride, ReadOnlySpan<T> weights, ReadOnlySpan<int> lengths,
        int steps, int rows, int size, int stride, double scale, int offset, int blank)
        where T : unmanaged
    {
        using Lent<int> lent = new(steps);
        double loss = 0;
        for (int row = 0; row < rows; row++)
        {
            int length = lengths.IsEmpty ? steps : lengths[row], count = 0;
            double weight = weights.IsEmpty ? 1 : Element.ToDouble(weights[row]);
            int counted = weight == 0 ? 0 : length;
            while (count < counted && targets[((count * rows) + row) * targetStride] is >= 0 and int label)
                lent.Span[count++] = label;
            ref T rowScores = ref Unsafe.Add(ref scores, ((nint)row * stride) + offset);
            ref T rowGradient = ref Unsafe.Add(ref gradient, ((nint)row * stride) + offset);
            for (nint step = counted; step < steps; step++)
                ClearPadding(ref Unsafe.Add(ref rowGradient, step * rows * stride), 0, stride - offset);
            if (counted > 0)
                loss += weight * CtcOf(
                    ref rowScores, ref rowGradient, lent.Span[..count], counted, size, (nint)rows * stride, stride - offset, scale * weight,
                    blank);
        }

        return loss;
    }

    /// <summary>The same with labels that are given as real numbers, beside the targets of other losses.</summary>
    /// <param name="scores">[step][row][stride].</param>
    /// <param name="gradient">[step][row][stride]; not the scores.</param>
    /// <param name="targets">[step][row][targetStride]: a row's labels, one a step, and −1 behind them.</param>
    /// <param name="targetStride">From an item's target to the next's, at least 1.</param>
    /// <param name="weights">[step][row]: a row counts what its first step does; none for weights of 1.</param>
    /// <param name="lengths">The steps of each row; none for all.</param>
    /// <param name="steps">Steps of a sequence.</param>
    /// <param name="rows">Sequences.</param>
    /// <param name="size">Classes, the blank included.</param>
    /// <param name="stride">From a row to the next, at least size.</param>
    /// <param name="scale">The factor on the gradients.</param>
    /// <param name="offset">Their offset in a row: those of earlier losses come first.</param>
    /// <param name="blank">The class that stands for no label.</param>
    public static double Ctc<T>(
        ref T scores, ref T gradient, ReadOnlySpan<T> targets, int targetStride, ReadOnlySpan<T> weights, ReadOnlySpan<int> lengths,
        int steps, int rows, int size, int stride, double scale, int offset, int blank)
        where T : unmanaged
    {
        using Lent<int> whole = new(steps * rows);
        for (int item = 0; item < whole.Span.Length; item++)
            whole.Span[item] = (int)Element.ToDouble(targets[item * targetStride]);
        return Ctc(ref scores, ref gradient, whole.Span, 1, weights, lengths, steps, rows, size, stride, scale, offset, blank);
    }

    /// <summary>−ln p(labels) of a row; its gradients are the softmax less the probability that a class stands at a step.</summary>
    private static double CtcOf<T>(
        ref T scores, ref T gradient, ReadOnlySpan<int> labels, int steps, int size, nint stride, int room, double factor, int blank)
        where T : unmanaged
    {
        using CtcLattice lattice = new(steps, labels);
        SoftmaxOfSteps softmax = new(lattice.Logarithms, steps, size, stride, room, factor);
        Widest.Run(softmax, ref scores, ref gradient, ref gradient, ref gradient);
        for (int step = 0; step < steps; step++)
        {
            ref T at = ref Unsafe.Add(ref scores, step * stride);
            Span<double> emissions = lattice.Emissions(step);
            double sum = lattice.Logarithms[step], none = Element.ToDouble(Unsafe.Add(ref at, blank)) - sum;
            for (int i = 0; i < labels.Length; i++)
            {
                emissions[2 * i] = none;
                emissions[(2 * i) + 1] = Element.ToDouble(Unsafe.Add(ref at, labels[i])) - sum;
            }

            emissions[2 * labels.Length] = none;
        }

        double loss = -lattice.Solve();
        for (int step = 0; step < steps; step++)
        {
            ref T at = ref Unsafe.Add(ref gradient, step * stride);
            Span<double> occupancy = lattice.Occupancies(step);
            double none = 0;
            for (int i = 0; i <= labels.Length; i++)
            {
                none += occupancy[2 * i];
                if (i < labels.Length)
                    Subtract(ref Unsafe.Add(ref at, labels[i]), factor * occupancy[(2 * i) + 1]);
            }

            Subtract(ref Unsafe.Add(ref at, blank), factor * none);
        }

        return loss;

        static void Subtract(ref T number, double by) => number = Element.FromDouble<T>(Element.ToDouble(number) - by);
    }

    /// <summary>y = factor · softmax(x) at each step, and the logarithms of what the powers were divided by.</summary>
    private readonly ref struct SoftmaxOfSteps(
        Span<double> logarithms, int steps, int size, nint stride, int room, double factor) : IKernel
    {
        private readonly Span<double> logarithms = logarithms;

        public double Run<V, T>(ref T x, ref T y, ref T z, ref T w)
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            for (int step = 0; step < steps; step++)
            {
                double sum = Exponentials<V, T>(ref x, ref y, size, out double largest);
                logarithms[step] = largest + Functions.Log(sum);
                Map<Product, V, T>(new Product(factor / sum), ref y, ref y, size);
                ClearPadding(ref y, size, room);
                x = ref Unsafe.Add(ref x, stride);
                y = ref Unsafe.Add(ref y, stride);
            }

            return 0;
        }
    }
}
