using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RnnGen.Numerics;

/// <summary>The windows that a convolution multiplies: each position's taps side by side, so that the rest is a matrix product.</summary>
/// <remarks>
/// A vector of a step is a grid [position][channel]. A window [step tap][tap][channel] is the part of the grid, and of those of earlier
/// steps, that a position sees. Nothing is checked here.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Windows
{
    /// <summary>Copies each vector's windows.</summary>
    /// <param name="shape">The windows.</param>
    /// <param name="rows">Vectors of a step: from one step to the next there are so many.</param>
    /// <param name="vectors">The number of vectors.</param>
    /// <param name="x">[vector][stride], with (<see cref="WindowShape.Past"/> · rows) vectors in front.</param>
    /// <param name="stride">From one vector to the next.</param>
    /// <param name="windows">[vector][position][<see cref="WindowShape.Padded"/>]; padding is left alone.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gather<T>(WindowShape shape, nint rows, nint vectors, ref T x, nint stride, ref T windows) where T : unmanaged
    {
        for (nint vector = 0; vector < vectors; vector++)
        {
            for (int position = 0; position < shape.Positions; position++)
            {
                ref T window = ref Unsafe.Add(ref windows, ((vector * shape.Positions) + position) * shape.Padded);
                int first = shape.FirstOf(position), run = shape.Kernel * shape.Channels;
                bool isRun = shape.IsRun(first);
                for (int step = 0; step < shape.Steps; step++)
                {
                    ref T grid = ref Unsafe.Add(ref x, (vector - (shape.StepsBefore(step) * rows)) * stride);
                    if (isRun)
                    {
                        Span(ref grid, (nint)first * shape.PositionStride, run).CopyTo(Span(ref window, (nint)step * run, run));
                        continue;
                    }

                    for (int tap = 0; tap < shape.Kernel; tap++)
                    {
                        Span<T> target = Span(ref window, ((step * shape.Kernel) + tap) * (nint)shape.Channels, shape.Channels);
                        if (shape.SourceOf(first, tap) is >= 0 and int source)
                            Span(ref grid, (nint)source * shape.PositionStride, shape.Channels).CopyTo(target);
                        else
                            target.Clear();
                    }
                }
            }
        }
    }

    /// <summary>Adds the gradients of windows to those of what they were copied from, in the order of the windows.</summary>
    /// <param name="shape">The windows.</param>
    /// <param name="rows">Vectors of a step.</param>
    /// <param name="vectors">The number of vectors.</param>
    /// <param name="dwindows">[vector][position][<see cref="WindowShape.Padded"/>].</param>
    /// <param name="dx">[vector][stride], with (<see cref="WindowShape.Past"/> · rows) vectors in front.</param>
    /// <param name="stride">From one vector to the next.</param>
    /// <param name="accumulate">True if to add to dx, which windows of several steps do in any case.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void GatherGradient<V, T>(
        WindowShape shape, nint rows, nint vectors, ref T dwindows, ref T dx, nint stride, bool accumulate)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        for (nint vector = 0; vector < vectors; vector++)
        {
            if (!accumulate)
                Span(ref dx, vector * stride, (int)stride).Clear();
            for (int position = 0; position < shape.Positions; position++)
            {
                ref T window = ref Unsafe.Add(ref dwindows, ((vector * shape.Positions) + position) * shape.Padded);
                int first = shape.FirstOf(position);
                for (int step = 0; step < shape.Steps; step++)
                {
                    ref T grid = ref Unsafe.Add(ref dx, (vector - (shape.StepsBefore(step) * rows)) * stride);
                    for (int tap = 0; tap < shape.Kernel; tap++)
                    {
                        if (shape.SourceOf(first, tap) is >= 0 and int source)
                            Merging.Add<V, T>(
                                ref Unsafe.Add(ref window, ((step * shape.Kernel) + tap) * (nint)shape.Channels),
                                ref Unsafe.Add(ref grid, (nint)source * shape.PositionStride), shape.Channels);
                    }
                }
            }
        }
    }

    /// <summary>Copies the vectors of the steps before, which a state holds, to where the first steps find them.</summary>
    /// <param name="state">[step][width], the oldest first.</param>
    /// <param name="vectors">[step][row][width].</param>
    /// <param name="steps">The number of steps before.</param>
    /// <param name="rows">Vectors of a step.</param>
    /// <param name="row">The row that the state belongs to.</param>
    /// <param name="width">Numbers of a vector.</param>
    public static void LoadPast<T>(ref T state, ref T vectors, int steps, nint rows, nint row, int width) where T : unmanaged
    {
        for (nint step = 0; step < steps; step++)
            Span(ref state, step * width, width).CopyTo(Span(ref vectors, ((step * rows) + row) * width, width));
    }

    /// <summary>Copies the vectors of the last steps into a state.</summary>
    /// <param name="vectors">[step][row][width], from the first step on that the state holds.</param>
    /// <param name="state">[step][width], the oldest first.</param>
    /// <param name="steps">The number of steps before.</param>
    /// <param name="rows">Vectors of a step.</param>
    /// <param name="row">The row that the state belongs to.</param>
    /// <param name="width">Numbers of a vector.</param>
    public static void StorePast<T>(ref T vectors, ref T state, int steps, nint rows, nint row, int width) where T : unmanaged
    {
        for (nint step = 0; step < steps; step++)
            Span(ref vectors, ((step * rows) + row) * width, width).CopyTo(Span(ref state, step * width, width));
    }

    private static Span<T> Span<T>(ref T start, nint offset, int length) where T : unmanaged =>
        MemoryMarshal.CreateSpan(ref Unsafe.Add(ref start, offset), length);
}
