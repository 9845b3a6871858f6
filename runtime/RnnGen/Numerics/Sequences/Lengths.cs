using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RnnGen.Numerics;

/// <summary>
/// Sequences of different lengths side by side: the rows whose sequence has ended, those with lengths[row] ≤ step, stand still.
/// </summary>
/// <remarks>
/// There is a length per row; rows are <c>stride</c> elements apart, padded to a multiple of 16. Nothing is checked here.
/// <c>T</c> is <see cref="float"/> or <see cref="double"/>.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Lengths
{
    /// <summary>The valid steps of a row.</summary>
    /// <param name="lengths">Those of each row, or empty if all have all steps.</param>
    /// <param name="steps">All steps.</param>
    /// <param name="row">The row.</param>
    internal static int Of(ReadOnlySpan<int> lengths, int steps, int row) => lengths.IsEmpty ? steps : lengths[row];

    /// <summary>next = previous in the rows that have ended: their state stays that of their last valid step.</summary>
    /// <param name="lengths">Valid steps of each row.</param>
    /// <param name="step">The step that leads from previous to next.</param>
    /// <param name="previous">[row][stride].</param>
    /// <param name="next">[row][stride].</param>
    /// <param name="stride">From a row to the next.</param>
    public static void Carry<T>(ReadOnlySpan<int> lengths, int step, ref T previous, ref T next, int stride) where T : unmanaged
    {
        for (int row = 0; row < lengths.Length; row++)
        {
            if (lengths[row] <= step)
                Row(ref previous, row, stride).CopyTo(Row(ref next, row, stride));
        }
    }

    /// <summary>
    /// Before the step back: the rows that have ended hand their gradient to <paramref name="held"/> and go through the step with 0, which
    /// gives the parameters nothing.
    /// </summary>
    /// <param name="lengths">Valid steps of each row.</param>
    /// <param name="step">The step that leads from the previous state to the next.</param>
    /// <param name="nextGradient">[row][stride].</param>
    /// <param name="held">[row][stride]; other rows are left alone.</param>
    /// <param name="stride">From a row to the next.</param>
    public static void Pause<T>(ReadOnlySpan<int> lengths, int step, ref T nextGradient, ref T held, int stride) where T : unmanaged
    {
        for (int row = 0; row < lengths.Length; row++)
        {
            if (lengths[row] > step)
                continue;
            Span<T> gradient = Row(ref nextGradient, row, stride);
            gradient.CopyTo(Row(ref held, row, stride));
            gradient.Clear();
        }
    }

    /// <summary>After the step back: adds what <see cref="Pause"/> held to the gradients of the previous state.</summary>
    /// <param name="lengths">Valid steps of each row.</param>
    /// <param name="step">As in <see cref="Pause"/>.</param>
    /// <param name="held">[row][stride].</param>
    /// <param name="previousGradient">[row][stride].</param>
    /// <param name="stride">From a row to the next.</param>
    public static void Resume<T>(ReadOnlySpan<int> lengths, int step, ref T held, ref T previousGradient, int stride) where T : unmanaged =>
        Widest.Run(new ResumeKernel(lengths, step, stride), ref held, ref previousGradient, ref held, ref held);

    /// <summary>Zeroes all rows at the steps behind their lengths.</summary>
    /// <param name="lengths">Valid steps of each row.</param>
    /// <param name="steps">The number of steps.</param>
    /// <param name="values">[step][row][stride].</param>
    /// <param name="stride">From a row to the next.</param>
    public static void Clear<T>(ReadOnlySpan<int> lengths, int steps, ref T values, int stride) where T : unmanaged
    {
        for (int step = 0; step < steps; step++)
        {
            for (int row = 0; row < lengths.Length; row++)
            {
                if (lengths[row] <= step)
                    Row(ref values, ((nint)step * lengths.Length) + row, stride).Clear();
            }
        }
    }

    private static Span<T> Row<T>(ref T values, nint row, int stride) where T : unmanaged =>
        MemoryMarshal.CreateSpan(ref Unsafe.Add(ref values, row * stride), stride);

    internal readonly ref struct ResumeKernel(ReadOnlySpan<int> lengths, int step, nint stride) : IKernel
    {
        private readonly ReadOnlySpan<int> lengths = lengths;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public double Run<V, T>(ref T held, ref T gradient, ref T unused, ref T unusedToo)
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            for (int row = 0; row < lengths.Length; row++)
            {
                if (lengths[row] > step)
                    continue;
                for (nint i = row * stride; i < (row + 1) * stride; i += V.Count)
                    (V.Load(ref gradient, i) + V.Load(ref held, i)).Store(ref gradient, i);
            }

            return 0;
        }
    }
}
