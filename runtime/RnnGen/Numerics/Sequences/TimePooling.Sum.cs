using System.Runtime.CompilerServices;

namespace RnnGen.Numerics;

/// <content>The sum over time.</content>
public static partial class TimePooling
{
    /// <summary>y = Σ x over the valid steps.</summary>
    /// <inheritdoc cref="Last"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sum<V, T>(ReadOnlySpan<int> lengths, int steps, int rows, ref T x, ref T y, int stride)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        nint step = (nint)rows * stride;
        for (int row = 0; row < rows; row++)
        {
            int length = Length(lengths, steps, row);
            for (nint i = row * (nint)stride; i < (row + 1) * (nint)stride; i += V.Count)
            {
                V sum = V.Zero;
                for (nint t = 0; t < length; t++)
                    sum += V.Load(ref x, (t * step) + i);
                sum.Store(ref y, i);
            }
        }
    }

    /// <summary>The gradient of <see cref="Sum"/>: dy to each valid step, 0 to the others.</summary>
    /// <inheritdoc cref="LastGradient"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SumGradient<V, T>(ReadOnlySpan<int> lengths, int steps, int rows, ref T dy, ref T dx, int stride, bool accumulate)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        nint step = (nint)rows * stride;
        for (int row = 0; row < rows; row++)
        {
            int length = Length(lengths, steps, row);
            for (nint i = row * (nint)stride; i < (row + 1) * (nint)stride; i += V.Count)
            {
                V gradient = V.Load(ref dy, i);
                for (nint t = 0; t < (accumulate ? length : steps); t++)
                    (accumulate ? V.Load(ref dx, (t * step) + i) + gradient : t < length ? gradient : V.Zero).Store(ref dx, (t * step) + i);
            }
        }
    }
}
