using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RnnGen.Numerics;

/// <summary>The input itself in a layer's equations, and numbers that all of its units share, for generated code.</summary>
/// <remarks>Nothing is checked here.</remarks>
public static class Elementwise
{
    /// <summary>y += x: the input, in one slot of every row.</summary>
    /// <param name="shape">The rows of slots; its depth is not used.</param>
    /// <param name="rows">Rows of x and y.</param>
    /// <param name="width">Numbers of a row of x: the layer's units.</param>
    /// <param name="x">[rows][rowX]; behind its width nothing is read.</param>
    /// <param name="rowX">From a row of x to the next.</param>
    /// <param name="y">The slot in row 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddInput<V, T>(in Panels.Shape shape, int rows, int width, ref T x, nint rowX, ref T y)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        for (nint row = 0; row < rows; row++)
        {
            for (int unit = 0, block = 0; unit < width; unit += Panels.Lanes, block++)
                Add<V, T>(
                    Math.Min(Panels.Lanes, width - unit), ref Unsafe.Add(ref x, (row * rowX) + unit),
                    ref Unsafe.Add(ref y, (row * shape.RowStride) + ((nint)block * shape.BlockStride)));
        }
    }

    /// <summary>
    /// dx = dy, or dx += dy: the gradient of what <see cref="AddInput"/> adds. Without accumulation, the rest of each row becomes 0.
    /// </summary>
    /// <param name="shape">The rows of slots; its depth is not used.</param>
    /// <param name="rows">Rows of dx and dy.</param>
    /// <param name="width">Numbers of a row of x: the layer's units.</param>
    /// <param name="dy">The slot in row 0.</param>
    /// <param name="dx">[rows][rowX].</param>
    /// <param name="rowX">From a row of dx to the next: at least the width.</param>
    /// <param name="accumulate">True if to add to dx.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void InputGradient<V, T>(in Panels.Shape shape, int rows, int width, ref T dy, ref T dx, nint rowX, bool accumulate)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        for (nint row = 0; row < rows; row++)
        {
            ref T target = ref Unsafe.Add(ref dx, row * rowX);
            if (!accumulate)
                MemoryMarshal.CreateSpan(ref target, (int)rowX).Clear();
            for (int unit = 0, block = 0; unit < width; unit += Panels.Lanes, block++)
                Add<V, T>(
                    Math.Min(Panels.Lanes, width - unit),
                    ref Unsafe.Add(ref dy, (row * shape.RowStride) + ((nint)block * shape.BlockStride)), ref Unsafe.Add(ref target, unit));
        }
    }

    /// <summary>The gradient of a number that all units share: theirs, summed up, takes the first place, and the rest becomes 0.</summary>
    /// <param name="units">The number of units.</param>
    /// <param name="padded">Elements of the gradients.</param>
    /// <param name="gradients">[padded].</param>
    public static void SumUnits<V, T>(int units, int padded, ref T gradients)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        double sum = Reductions.Sum<V, T>(ref gradients, units);
        MemoryMarshal.CreateSpan(ref gradients, padded).Clear();
        gradients = Element.FromDouble<T>(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<V, T>(int count, ref T source, ref T target)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        nint i = 0;
        for (; i + V.Count <= count; i += V.Count)
            (V.Load(ref target, i) + V.Load(ref source, i)).Store(ref target, i);
        for (; i < count; i++)
            Unsafe.Add(ref target, i) = Element.Add(Unsafe.Add(ref target, i), Unsafe.Add(ref source, i));
    }
}
