using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RnnGen.Numerics;

/// <summary>
/// Layer normalisation (Ba et al. 2016) of rows, for generated code: each row minus its mean, divided by its standard deviation. Sums use
/// 16 virtual lanes and one fixed tree, so the bits are the same at every vector width.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Normalization
{
    /// <summary>The ε that is added to the variance before the root is taken, as PyTorch's LayerNorm does.</summary>
    public const double Epsilon = 1e-5;

    /// <summary>
    /// x = (x − mean) / √(variance + ε) in place, with the biased variance; the padding becomes 0. It is right for all finite x whose
    /// distances from the mean are finite.
    /// </summary>
    /// <param name="rows">Rows.</param>
    /// <param name="units">Numbers of a row.</param>
    /// <param name="padded">From a row to the next: <paramref name="units"/> rounded up to 16.</param>
    /// <param name="x">[rows][padded].</param>
    /// <param name="scale">Receives 1 / √(variance + ε) of each row in all of its places, [rows][padded].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward<V, T>(int rows, int units, nint padded, ref T x, ref T scale)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        for (int row = 0; row < rows; row++)
        {
            ref T values = ref Unsafe.Add(ref x, row * padded);
            ClearPadding(ref values, units, padded);
            // Numbers whose sum or squares overflow are made smaller first. A factor of 1 changes no bit.
            double factor = 1, total = Reductions.Reduce<Reductions.Total, V, T>(ref values, padded);
            if (!double.IsFinite(total))
            {
                factor = Shrink<V, T>(ref values, padded);
                total = Reductions.Reduce<Reductions.Total, V, T>(ref values, padded);
            }

            V mean = V.Broadcast(Element.FromDouble<T>(total / units));
            for (nint i = 0; i < padded; i += V.Count)
                (V.Load(ref values, i) - mean).Store(ref values, i);
            ClearPadding(ref values, units, padded);
            double squares = Reductions.Dot<V, T>(ref values, ref values, padded);
            if (factor == 1 && !double.IsFinite(squares))
            {
                factor = Shrink<V, T>(ref values, padded);
                squares = Reductions.Dot<V, T>(ref values, ref values, padded);
            }

            double reciprocal = 1 / Math.Sqrt((squares / units) + (Epsilon * factor * factor));
            V root = V.Broadcast(Element.FromDouble<T>(reciprocal)), divisor = V.Broadcast(Element.FromDouble<T>(reciprocal * factor));
            for (nint i = 0; i < padded; i += V.Count)
            {
                (V.Load(ref values, i) * root).Store(ref values, i);
                divisor.Store(ref scale, (row * padded) + i);
            }
        }
    }

    /// <summary>dx = scale · (dy − mean(dy) − y · mean(dy · y)) in place of dy; what the padding holds is nobody's.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="units">Numbers of a row.</param>
    /// <param name="padded">From a row to the next.</param>
    /// <param name="y">The result of <see cref="Forward"/>, [rows][padded].</param>
    /// <param name="scale">The divisors, [rows][padded].</param>
    /// <param name="dy">The gradient, [rows][padded].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward<V, T>(int rows, int units, nint padded, ref T y, ref T scale, ref T dy)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        for (int row = 0; row < rows; row++)
        {
            nint start = row * padded;
            ref T values = ref Unsafe.Add(ref y, start), gradients = ref Unsafe.Add(ref dy, start);
            ClearPadding(ref gradients, units, padded);
            V mean = V.Broadcast(Element.FromDouble<T>(Reductions.Reduce<Reductions.Total, V, T>(ref gradients, padded) / units));
            V slope = V.Broadcast(Element.FromDouble<T>(Reductions.Dot<V, T>(ref gradients, ref values, padded) / units));
            for (nint i = 0; i < padded; i += V.Count)
                (V.Load(ref scale, start + i) * V.MultiplyAdd(
                    -V.Load(ref values, i), slope, V.Load(ref gradients, i) - mean)).Store(ref gradients, i);
        }
    }

    // The largest number of T becomes 2^48 or 2^464: sums and squares of whole rows are then finite.
    private static double Shrink<V, T>(ref T row, nint padded)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        double factor = typeof(T) == typeof(float) ? 1 / Math.Pow(2, 80) : 1 / Math.Pow(2, 560);
        V by = V.Constant(factor);
        for (nint i = 0; i < padded; i += V.Count)
            (V.Load(ref row, i) * by).Store(ref row, i);
        return factor;
    }

    private static void ClearPadding<T>(ref T row, int units, nint padded) =>
        MemoryMarshal.CreateSpan(ref Unsafe.Add(ref row, units), (int)padded - units).Clear();
}
