using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RnnGen.Numerics;

/// <summary>
/// One vector per sequence from the vectors of its steps, and the other way round. Sums run over the steps in their order: the same bits at
/// every width.
/// </summary>
/// <remarks>
/// Values are [step][row][stride], pooled ones [row][stride]; the stride is padded to a multiple of 16. <c>lengths</c> has the valid steps
/// of each row, 0 … steps; an empty one stands for all steps. A row of length 0 gives zeros, and its gradients are 0. Nothing is checked
/// here.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static partial class TimePooling
{
    /// <summary>y = x of the last valid step.</summary>
    /// <param name="lengths">Valid steps of each row, or empty.</param>
    /// <param name="steps">At least 1.</param>
    /// <param name="rows">Sequences.</param>
    /// <param name="x">[step][row][stride].</param>
    /// <param name="y">[row][stride].</param>
    /// <param name="stride">A multiple of 16.</param>
    public static void Last<T>(ReadOnlySpan<int> lengths, int steps, int rows, ref T x, ref T y, int stride) where T : unmanaged
    {
        for (int row = 0; row < rows; row++)
        {
            int length = Lengths.Of(lengths, steps, row);
            Span<T> target = Row(ref y, row, stride);
            if (length == 0)
                target.Clear();
            else
                Row(ref x, ((nint)(length - 1) * rows) + row, stride).CopyTo(target);
        }
    }

    /// <summary>The gradient of <see cref="Last"/>: dy to the last valid step, 0 to the others.</summary>
    /// <param name="lengths">Valid steps of each row, or empty.</param>
    /// <param name="steps">At least 1.</param>
    /// <param name="rows">Sequences.</param>
    /// <param name="dy">[row][stride].</param>
    /// <param name="dx">[step][row][stride].</param>
    /// <param name="stride">A multiple of 16.</param>
    /// <param name="accumulate">True if to add to dx.</param>
    public static void LastGradient<V, T>(ReadOnlySpan<int> lengths, int steps, int rows, ref T dy, ref T dx, int stride, bool accumulate)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        if (!accumulate)
            MemoryMarshal.CreateSpan(ref dx, steps * rows * stride).Clear();
        for (int row = 0; row < rows; row++)
        {
            int length = Lengths.Of(lengths, steps, row);
            if (length > 0)
                Merging.Scale<V, T>(
                    ref Unsafe.Add(ref dy, (nint)row * stride), ref Unsafe.Add(ref dx, (((nint)(length - 1) * rows) + row) * stride),
                    stride, 1, accumulate);
        }
    }

    /// <summary>y = Σ x / length over the valid steps.</summary>
    /// <inheritdoc cref="Last"/>
    public static void Mean<V, T>(ReadOnlySpan<int> lengths, int steps, int rows, ref T x, ref T y, int stride)
        where V : struct, ILanes<V, T>
        where T : unmanaged => Total<V, T>(lengths, steps, rows, ref x, ref y, stride, isMean: true);

    /// <summary>The gradient of <see cref="Mean"/>: dy / length to each valid step, 0 to the others.</summary>
    /// <inheritdoc cref="LastGradient"/>
    public static void MeanGradient<V, T>(ReadOnlySpan<int> lengths, int steps, int rows, ref T dy, ref T dx, int stride, bool accumulate)
        where V : struct, ILanes<V, T>
        where T : unmanaged => TotalGradient<V, T>(lengths, steps, rows, ref dy, ref dx, stride, accumulate, isMean: true);

    /// <summary>y = Σ x over the valid steps.</summary>
    /// <inheritdoc cref="Last"/>
    public static void Sum<V, T>(ReadOnlySpan<int> lengths, int steps, int rows, ref T x, ref T y, int stride)
        where V : struct, ILanes<V, T>
        where T : unmanaged => Total<V, T>(lengths, steps, rows, ref x, ref y, stride, isMean: false);

    /// <summary>The gradient of <see cref="Sum"/>: dy to each valid step, 0 to the others.</summary>
    /// <inheritdoc cref="LastGradient"/>
    public static void SumGradient<V, T>(ReadOnlySpan<int> lengths, int steps, int rows, ref T dy, ref T dx, int stride, bool accumulate)
        where V : struct, ILanes<V, T>
        where T : unmanaged => TotalGradient<V, T>(lengths, steps, rows, ref dy, ref dx, stride, accumulate, isMean: false);

    /// <summary>y = x at every step.</summary>
    /// <param name="steps">At least 1.</param>
    /// <param name="rows">Sequences.</param>
    /// <param name="x">[row][stride].</param>
    /// <param name="y">[step][row][stride].</param>
    /// <param name="stride">A multiple of 16.</param>
    public static void Repeat<T>(int steps, int rows, ref T x, ref T y, int stride) where T : unmanaged
    {
        Span<T> source = MemoryMarshal.CreateSpan(ref x, rows * stride);
        for (int step = 0; step < steps; step++)
            source.CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref y, (nint)step * rows * stride), rows * stride));
    }

    /// <summary>The gradient of <see cref="Repeat"/>: dx = Σ dy over all steps.</summary>
    /// <param name="steps">At least 1.</param>
    /// <param name="rows">Sequences.</param>
    /// <param name="dy">[step][row][stride].</param>
    /// <param name="dx">[row][stride].</param>
    /// <param name="stride">A multiple of 16.</param>
    /// <param name="accumulate">True if to add to dx.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RepeatGradient<V, T>(int steps, int rows, ref T dy, ref T dx, int stride, bool accumulate)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        nint step = (nint)rows * stride;
        for (nint i = 0; i < step; i += V.Count)
        {
            V sum = accumulate ? V.Load(ref dx, i) : V.Zero;
            for (nint t = 0; t < steps; t++)
                sum += V.Load(ref dy, (t * step) + i);
            sum.Store(ref dx, i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Total<V, T>(ReadOnlySpan<int> lengths, int steps, int rows, ref T x, ref T y, int stride, bool isMean)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        nint step = (nint)rows * stride;
        for (int row = 0; row < rows; row++)
        {
            int length = Lengths.Of(lengths, steps, row);
            V divisor = V.Constant(isMean ? Math.Max(length, 1) : 1);
            for (nint i = row * (nint)stride; i < (row + 1) * (nint)stride; i += V.Count)
            {
                V sum = V.Zero;
                for (nint t = 0; t < length; t++)
                    sum += V.Load(ref x, (t * step) + i);
                (sum / divisor).Store(ref y, i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TotalGradient<V, T>(
        ReadOnlySpan<int> lengths, int steps, int rows, ref T dy, ref T dx, int stride, bool accumulate, bool isMean)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        nint step = (nint)rows * stride;
        for (int row = 0; row < rows; row++)
        {
            int length = Lengths.Of(lengths, steps, row);
            V divisor = V.Constant(isMean ? Math.Max(length, 1) : 1);
            for (nint i = row * (nint)stride; i < (row + 1) * (nint)stride; i += V.Count)
            {
                V share = V.Load(ref dy, i) / divisor;
                for (nint t = 0; t < length; t++)
                    (accumulate ? V.Load(ref dx, (t * step) + i) + share : share).Store(ref dx, (t * step) + i);
                for (nint t = accumulate ? steps : length; t < steps; t++)
                    V.Zero.Store(ref dx, (t * step) + i);
            }
        }
    }

    private static Span<T> Row<T>(ref T values, nint row, int stride) where T : unmanaged =>
        MemoryMarshal.CreateSpan(ref Unsafe.Add(ref values, row * stride), stride);
}
