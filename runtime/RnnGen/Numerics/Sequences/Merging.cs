using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RnnGen.Numerics;

/// <summary>Two buffers made one, and what their gradients are made of.</summary>
/// <remarks>Counts are multiples of 16, padding included; only <see cref="Concat"/> takes any width. Nothing is checked here.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Merging
{
    /// <summary>y = a + b; each operand's gradient is <see cref="Scale"/> with the factor 1.</summary>
    /// <param name="a">[count].</param>
    /// <param name="b">[count].</param>
    /// <param name="y">[count]; may be an operand.</param>
    /// <param name="count">A multiple of 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sum<V, T>(ref T a, ref T b, ref T y, nint count)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        for (nint i = 0; i < count; i += V.Count)
            (V.Load(ref a, i) + V.Load(ref b, i)).Store(ref y, i);
    }

    /// <summary>y = (a + b) / 2; each operand's gradient is <see cref="Scale"/> with the factor ½.</summary>
    /// <inheritdoc cref="Sum"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Mean<V, T>(ref T a, ref T b, ref T y, nint count)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        for (nint i = 0; i < count; i += V.Count)
            ((V.Load(ref a, i) + V.Load(ref b, i)) * V.Constant(0.5)).Store(ref y, i);
    }

    /// <summary>y = a ⊙ b, or y += a ⊙ b. The gradient of an operand is the product of dy and the other one.</summary>
    /// <param name="a">[count].</param>
    /// <param name="b">[count].</param>
    /// <param name="y">[count]; may be an operand.</param>
    /// <param name="count">A multiple of 16.</param>
    /// <param name="accumulate">True if to add to y.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply<V, T>(ref T a, ref T b, ref T y, nint count, bool accumulate)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        if (accumulate)
        {
            for (nint i = 0; i < count; i += V.Count)
                V.MultiplyAdd(V.Load(ref a, i), V.Load(ref b, i), V.Load(ref y, i)).Store(ref y, i);
        }
        else
        {
            for (nint i = 0; i < count; i += V.Count)
                (V.Load(ref a, i) * V.Load(ref b, i)).Store(ref y, i);
        }
    }

    /// <summary>dx = factor · dy, or dx += factor · dy: the gradient of an operand of a sum or a mean.</summary>
    /// <param name="dy">[count].</param>
    /// <param name="dx">[count]; may be dy.</param>
    /// <param name="count">A multiple of 16.</param>
    /// <param name="factor">1 for a sum, ½ for a mean.</param>
    /// <param name="accumulate">True if to add to dx.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scale<V, T>(ref T dy, ref T dx, nint count, double factor, bool accumulate)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        V scale = V.Constant(factor);
        if (accumulate)
        {
            for (nint i = 0; i < count; i += V.Count)
                V.MultiplyAdd(scale, V.Load(ref dy, i), V.Load(ref dx, i)).Store(ref dx, i);
        }
        else
        {
            for (nint i = 0; i < count; i += V.Count)
                (scale * V.Load(ref dy, i)).Store(ref dx, i);
        }
    }

    /// <summary>Copies the first numbers of each row into the columns from <paramref name="offset"/> on of wider rows.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="width">Numbers of a row, at least 1.</param>
    /// <param name="from">[rows][fromStride].</param>
    /// <param name="fromStride">At least width.</param>
    /// <param name="to">[rows][toStride]; other columns are left alone.</param>
    /// <param name="toStride">At least offset + width.</param>
    /// <param name="offset">The first column.</param>
    public static void Concat<T>(int rows, int width, ref T from, nint fromStride, ref T to, nint toStride, nint offset) where T : unmanaged
    {
        for (nint row = 0; row < rows; row++)
            Span(ref from, row * fromStride, width).CopyTo(Span(ref to, (row * toStride) + offset, width));
    }

    /// <summary>
    /// Brings the gradient back from the columns that <see cref="Concat"/> wrote; without accumulation, the rest of each row becomes 0.
    /// </summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="width">Numbers of a row, at least 1.</param>
    /// <param name="dto">[rows][toStride].</param>
    /// <param name="toStride">At least offset + width.</param>
    /// <param name="offset">The first column.</param>
    /// <param name="dfrom">[rows][fromStride].</param>
    /// <param name="fromStride">At least width.</param>
    /// <param name="accumulate">True if to add to dfrom.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ConcatGradient<V, T>(
        int rows, int width, ref T dto, nint toStride, nint offset, ref T dfrom, nint fromStride, bool accumulate)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        for (nint row = 0; row < rows; row++)
        {
            ref T source = ref Unsafe.Add(ref dto, (row * toStride) + offset);
            ref T target = ref Unsafe.Add(ref dfrom, row * fromStride);
            if (!accumulate)
            {
                Span(ref source, 0, width).CopyTo(Span(ref target, 0, width));
                Span(ref target, width, (int)fromStride - width).Clear();
                continue;
            }

            Add<V, T>(ref source, ref target, width);
        }
    }

    /// <summary>Gives one number of each vector to all of another's: y_i = x_0.</summary>
    /// <param name="vectors">The number of vectors.</param>
    /// <param name="x">[vector][xStride].</param>
    /// <param name="xStride">From one x to the next.</param>
    /// <param name="y">[vector][yStride].</param>
    /// <param name="yStride">A multiple of 16.</param>
    public static void Spread<T>(nint vectors, ref T x, nint xStride, ref T y, nint yStride) where T : unmanaged
    {
        for (nint vector = 0; vector < vectors; vector++)
            Span(ref y, vector * yStride, (int)yStride).Fill(Unsafe.Add(ref x, vector * xStride));
    }

    /// <summary>The gradient of <see cref="Spread"/>: dx_0 = Σ dy_i, or dx_0 += that.</summary>
    /// <param name="vectors">The number of vectors.</param>
    /// <param name="width">Numbers of a y.</param>
    /// <param name="dy">[vector][yStride].</param>
    /// <param name="yStride">From one dy to the next.</param>
    /// <param name="dx">[vector][xStride].</param>
    /// <param name="xStride">From one dx to the next.</param>
    /// <param name="accumulate">True if to add to dx.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SpreadGradient<V, T>(
        nint vectors, int width, ref T dy, nint yStride, ref T dx, nint xStride, bool accumulate)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        for (nint vector = 0; vector < vectors; vector++)
        {
            T sum = Element.FromDouble<T>(Reductions.Sum<V, T>(ref Unsafe.Add(ref dy, vector * yStride), width));
            Span<T> target = Span(ref dx, vector * xStride, (int)xStride);
            if (!accumulate)
                target.Clear();
            target[0] = Element.Add(target[0], sum);
        }
    }

    /// <summary>sum += addend, however many numbers there are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Add<V, T>(ref T addend, ref T sum, nint count)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        nint i = 0;
        for (; i + V.Count <= count; i += V.Count)
            (V.Load(ref sum, i) + V.Load(ref addend, i)).Store(ref sum, i);
        for (; i < count; i++)
            Unsafe.Add(ref sum, i) = Element.Add(Unsafe.Add(ref sum, i), Unsafe.Add(ref addend, i));
    }

    private static Span<T> Span<T>(ref T start, nint offset, int length) where T : unmanaged =>
        MemoryMarshal.CreateSpan(ref Unsafe.Add(ref start, offset), length);
}
