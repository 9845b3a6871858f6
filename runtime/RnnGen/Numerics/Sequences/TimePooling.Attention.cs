using System.Runtime.CompilerServices;

namespace RnnGen.Numerics;

/// <content>Pooling by attention: each step counts as much as its score says.</content>
public static partial class TimePooling
{
    /// <summary>y = Σ a x for a = softmax of the scores over the valid steps of each row.</summary>
    /// <param name="lengths">Valid steps of each row, or empty.</param>
    /// <param name="steps">At least 1.</param>
    /// <param name="rows">Sequences.</param>
    /// <param name="scores">[step][row][scoreStride], of which the first counts.</param>
    /// <param name="scoreStride">From a row's score to the next's.</param>
    /// <param name="a">[step][row]: receives the weights, 0 behind a row's length.</param>
    /// <param name="x">[step][row][stride].</param>
    /// <param name="y">[row][stride].</param>
    /// <param name="stride">A multiple of 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Attention<V, T>(
        ReadOnlySpan<int> lengths, int steps, int rows, ref T scores, int scoreStride, ref T a, ref T x, ref T y, int stride)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        nint step = (nint)rows * stride;
        for (int row = 0; row < rows; row++)
        {
            int length = Lengths.Of(lengths, steps, row);
            ref T weights = ref Unsafe.Add(ref a, row);
            SoftmaxOverTime(
                length, steps, ref Unsafe.Add(ref scores, (nint)row * scoreStride), (nint)rows * scoreStride, ref weights, rows);
            for (nint i = row * (nint)stride; i < (row + 1) * (nint)stride; i += V.Count)
            {
                V sum = V.Zero;
                for (nint t = 0; t < length; t++)
                    sum = V.MultiplyAdd(V.Broadcast(Unsafe.Add(ref weights, t * rows)), V.Load(ref x, (t * step) + i), sum);
                sum.Store(ref y, i);
            }
        }
    }

    /// <summary>The gradient of <see cref="Attention"/>: dx = a dy, dscore = a (dy · x − dy · y), both 0 behind a row's length.</summary>
    /// <param name="lengths">Valid steps of each row, or empty.</param>
    /// <param name="steps">At least 1.</param>
    /// <param name="rows">Sequences.</param>
    /// <param name="a">[step][row], from <see cref="Attention"/>.</param>
    /// <param name="x">[step][row][stride]; its padding is multiplied by that of dy.</param>
    /// <param name="y">[row][stride], from <see cref="Attention"/>.</param>
    /// <param name="dy">[row][stride], its padding 0.</param>
    /// <param name="dx">[step][row][stride].</param>
    /// <param name="stride">A multiple of 16.</param>
    /// <param name="accumulate">True if to add to dx.</param>
    /// <param name="dscores">[step][row][scoreStride]: receives the gradient first, then zeros.</param>
    /// <param name="scoreStride">From a row's score to the next's.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AttentionGradient<V, T>(
        ReadOnlySpan<int> lengths, int steps, int rows, ref T a, ref T x, ref T y, ref T dy, ref T dx, int stride,
        bool accumulate, ref T dscores, int scoreStride)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        for (int row = 0; row < rows; row++)
        {
            int length = Lengths.Of(lengths, steps, row);
            ref T gradient = ref Unsafe.Add(ref dy, (nint)row * stride);
            double mean = length == 0 ? 0 : Reductions.Dot<V, T>(ref gradient, ref Unsafe.Add(ref y, (nint)row * stride), stride);
            for (int t = 0; t < steps; t++)
            {
                nint place = ((nint)t * rows) + row;
                Row(ref dscores, place, scoreStride).Clear();
                if (t >= length)
                {
                    if (!accumulate)
                        Row(ref dx, place, stride).Clear();
                    continue;
                }

                double weight = Element.ToDouble(Unsafe.Add(ref a, place));
                double value = Reductions.Dot<V, T>(ref gradient, ref Unsafe.Add(ref x, place * stride), stride);
                Unsafe.Add(ref dscores, place * scoreStride) = Element.FromDouble<T>(weight * (value - mean));
                Merging.Scale<V, T>(ref gradient, ref Unsafe.Add(ref dx, place * stride), stride, weight, accumulate);
            }
        }
    }

    // In double: it is one number a step, and the scores of a long sequence would lose digits.
    private static void SoftmaxOverTime<T>(
        int length, int steps, ref T scores, nint scoreStep, ref T weights, nint weightStep) where T : unmanaged
    {
        double largest = double.NegativeInfinity, sum = 0;
        for (nint t = 0; t < length; t++)
            largest = Math.Max(largest, Element.ToDouble(Unsafe.Add(ref scores, t * scoreStep)));
        for (nint t = 0; t < length; t++)
            sum += Power(Unsafe.Add(ref scores, t * scoreStep), largest);
        for (nint t = 0; t < length; t++)
            Unsafe.Add(ref weights, t * weightStep) = Element.FromDouble<T>(Power(Unsafe.Add(ref scores, t * scoreStep), largest) / sum);
        for (nint t = length; t < steps; t++)
            Unsafe.Add(ref weights, t * weightStep) = default;
    }

    private static double Power<T>(T score, double largest) where T : unmanaged
    {
        double power = Element.ToDouble(score) - largest;
        Functions.Exp<Double1, double>(Double1.Broadcast(power)).Store(ref power, 0);
        return power;
    }
}
