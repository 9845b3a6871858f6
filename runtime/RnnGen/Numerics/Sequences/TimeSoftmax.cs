using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace RnnGen.Numerics;

/// <summary>
/// The softmax over the steps of a sequence, of each number of a vector alone, and its logarithm. Sums run over the steps in their order:
/// the same bits at every width.
/// </summary>
/// <remarks>
/// Values are [step][row][stride]; the stride is padded to a multiple of 16. <c>lengths</c> has the valid steps of each row, 0 … steps; an
/// empty one stands for all steps. Behind a row's length results and gradients are 0. Nothing is checked here.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class TimeSoftmax
{
    /// <summary>y_t = e^x_t / Σ_s e^x_s; nothing overflows.</summary>
    /// <param name="lengths">Valid steps of each row, or empty.</param>
    /// <param name="steps">At least 1.</param>
    /// <param name="rows">Sequences.</param>
    /// <param name="x">[step][row][stride].</param>
    /// <param name="y">[step][row][stride].</param>
    /// <param name="stride">A multiple of 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Softmax<V, T>(ReadOnlySpan<int> lengths, int steps, int rows, ref T x, ref T y, int stride)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        nint step = (nint)rows * stride;
        for (int row = 0; row < rows; row++)
        {
            nint end = Lengths.Of(lengths, steps, row) * step, all = steps * step;
            for (nint i = row * (nint)stride; i < (row + 1) * (nint)stride; i += V.Count)
            {
                V largest = Largest<V, T>(ref x, i, end, step), sum = V.Zero;
                for (nint t = i; t < end; t += step)
                {
                    V power = Functions.Exp<V, T>(V.Load(ref x, t) - largest);
                    power.Store(ref y, t);
                    sum += power;
                }

                for (nint t = i; t < all; t += step)
                    (t < end ? V.Load(ref y, t) / sum : V.Zero).Store(ref y, t);
            }
        }
    }

    /// <summary>y_t = x_t − ln Σ_s e^x_s; nothing overflows.</summary>
    /// <inheritdoc cref="Softmax"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void LogSoftmax<V, T>(ReadOnlySpan<int> lengths, int steps, int rows, ref T x, ref T y, int stride)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        nint step = (nint)rows * stride;
        for (int row = 0; row < rows; row++)
        {
            nint end = Lengths.Of(lengths, steps, row) * step, all = steps * step;
            for (nint i = row * (nint)stride; i < (row + 1) * (nint)stride; i += V.Count)
            {
                V largest = Largest<V, T>(ref x, i, end, step), sum = V.Zero;
                for (nint t = i; t < end; t += step)
                    sum += Functions.Exp<V, T>(V.Load(ref x, t) - largest);
                V logarithm = Functions.Log<V, T>(sum);
                // One after the other: their sum would be rounded by the larger.
                for (nint t = i; t < all; t += step)
                    (t < end ? V.Load(ref x, t) - largest - logarithm : V.Zero).Store(ref y, t);
            }
        }
    }

    /// <summary>dx_t = y_t (dy_t − Σ_s dy_s y_s), or dx += that.</summary>
    /// <param name="lengths">Valid steps of each row, or empty.</param>
    /// <param name="steps">At least 1.</param>
    /// <param name="rows">Sequences.</param>
    /// <param name="y">The results, [step][row][stride].</param>
    /// <param name="dy">[step][row][stride].</param>
    /// <param name="dx">[step][row][stride].</param>
    /// <param name="stride">A multiple of 16.</param>
    /// <param name="accumulate">True if to add to dx.</param>
    public static void SoftmaxGradient<V, T>(
        ReadOnlySpan<int> lengths, int steps, int rows, ref T y, ref T dy, ref T dx, int stride, bool accumulate)
        where V : struct, ILanes<V, T>
        where T : unmanaged => Gradient<Shares, V, T>(lengths, steps, rows, ref y, ref dy, ref dx, stride, accumulate);

    /// <summary>dx_t = dy_t − e^y_t Σ_s dy_s, or dx += that.</summary>
    /// <inheritdoc cref="SoftmaxGradient"/>
    public static void LogSoftmaxGradient<V, T>(
        ReadOnlySpan<int> lengths, int steps, int rows, ref T y, ref T dy, ref T dx, int stride, bool accumulate)
        where V : struct, ILanes<V, T>
        where T : unmanaged => Gradient<Logarithms, V, T>(lengths, steps, rows, ref y, ref dy, ref dx, stride, accumulate);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gradient<TResult, V, T>(
        ReadOnlySpan<int> lengths, int steps, int rows, ref T y, ref T dy, ref T dx, int stride, bool accumulate)
        where TResult : struct, IResult
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        nint step = (nint)rows * stride;
        for (int row = 0; row < rows; row++)
        {
            nint end = Lengths.Of(lengths, steps, row) * step, all = steps * step;
            for (nint i = row * (nint)stride; i < (row + 1) * (nint)stride; i += V.Count)
            {
                V sum = V.Zero;
                for (nint t = i; t < end; t += step)
                    sum = TResult.Add<V, T>(V.Load(ref y, t), V.Load(ref dy, t), sum);
                for (nint t = i; t < (accumulate ? end : all); t += step)
                {
                    V gradient = t < end ? TResult.Gradient<V, T>(V.Load(ref y, t), V.Load(ref dy, t), sum) : V.Zero;
                    (accumulate ? V.Load(ref dx, t) + gradient : gradient).Store(ref dx, t);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Largest<V, T>(ref T x, nint first, nint end, nint step)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        V largest = V.Constant(double.NegativeInfinity);
        for (nint t = first; t < end; t += step)
            largest = V.Max(largest, V.Load(ref x, t));
        return largest;
    }

    /// <summary>What differs between the softmax and its logarithm on the way back.</summary>
    private interface IResult
    {
        /// <summary>Adds a step to the sum that all steps share.</summary>
        static abstract V Add<V, T>(V y, V dy, V sum) where V : struct, ILanes<V, T> where T : unmanaged;

        /// <summary>The gradient of a step's x.</summary>
        static abstract V Gradient<V, T>(V y, V dy, V sum) where V : struct, ILanes<V, T> where T : unmanaged;
    }

    private readonly struct Shares : IResult
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Add<V, T>(V y, V dy, V sum) where V : struct, ILanes<V, T> where T : unmanaged => V.MultiplyAdd(dy, y, sum);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Gradient<V, T>(V y, V dy, V sum) where V : struct, ILanes<V, T> where T : unmanaged => y * (dy - sum);
    }

    private readonly struct Logarithms : IResult
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Add<V, T>(V y, V dy, V sum) where V : struct, ILanes<V, T> where T : unmanaged => sum + dy;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Gradient<V, T>(V y, V dy, V sum) where V : struct, ILanes<V, T> where T : unmanaged =>
            V.MultiplyAdd(-Functions.Exp<V, T>(y), sum, dy);
    }
}
