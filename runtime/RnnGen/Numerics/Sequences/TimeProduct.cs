using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RnnGen.Numerics;

/// <summary>
/// A dense layer over the steps of a sequence, of each number of a vector alone: y_t = b_t + Σ_s W[t, s] x_s. Sums run over the steps in
/// their order: the same bits at every width.
/// </summary>
/// <remarks>
/// Values are [step][row][stride]; the stride is padded to a multiple of 16. Weights are [t][s], <c>depth</c> from one t to the next,
/// biases [t]. <c>lengths</c> has the valid steps of each row, 0 … steps; an empty one stands for all steps. Behind a row's length inputs
/// count as 0, and results and gradients are 0. Nothing is checked here.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class TimeProduct
{
    /// <summary>y = b + W x.</summary>
    /// <param name="lengths">Valid steps of each row, or empty.</param>
    /// <param name="steps">At least 1, at most those of the weights.</param>
    /// <param name="rows">Sequences.</param>
    /// <param name="depth">From a row of the weights to the next.</param>
    /// <param name="weights">[t][depth].</param>
    /// <param name="bias">[t], or a null reference.</param>
    /// <param name="x">[step][row][stride].</param>
    /// <param name="y">[step][row][stride].</param>
    /// <param name="stride">A multiple of 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward<V, T>(
        ReadOnlySpan<int> lengths, int steps, int rows, int depth, ref T weights, ref T bias, ref T x, ref T y, int stride)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        nint step = (nint)rows * stride;
        for (int row = 0; row < rows; row++)
        {
            int length = Lengths.Of(lengths, steps, row);
            for (nint t = 0; t < steps; t++)
            {
                V begin = t < length && !Unsafe.IsNullRef(ref bias) ? V.Broadcast(Unsafe.Add(ref bias, t)) : V.Zero;
                for (nint i = row * (nint)stride; i < (row + 1) * (nint)stride; i += V.Count)
                {
                    V sum = begin;
                    for (nint s = 0; s < length && t < length; s++)
                        sum = V.MultiplyAdd(V.Broadcast(Unsafe.Add(ref weights, (t * depth) + s)), V.Load(ref x, (s * step) + i), sum);
                    sum.Store(ref y, (t * step) + i);
                }
            }
        }
    }

    /// <summary>dx = Wᵀ dy, or dx += that.</summary>
    /// <param name="lengths">Valid steps of each row, or empty.</param>
    /// <param name="steps">At least 1.</param>
    /// <param name="rows">Sequences.</param>
    /// <param name="depth">From a row of the weights to the next.</param>
    /// <param name="weights">[t][depth].</param>
    /// <param name="dy">[step][row][stride].</param>
    /// <param name="dx">[step][row][stride].</param>
    /// <param name="stride">A multiple of 16.</param>
    /// <param name="accumulate">True if to add to dx.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transposed<V, T>(
        ReadOnlySpan<int> lengths, int steps, int rows, int depth, ref T weights, ref T dy, ref T dx, int stride, bool accumulate)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        nint step = (nint)rows * stride;
        for (int row = 0; row < rows; row++)
        {
            int length = Lengths.Of(lengths, steps, row);
            for (nint s = 0; s < steps; s++)
            {
                for (nint i = row * (nint)stride; i < (row + 1) * (nint)stride; i += V.Count)
                {
                    V sum = accumulate ? V.Load(ref dx, (s * step) + i) : V.Zero;
                    for (nint t = 0; t < length && s < length; t++)
                        sum = V.MultiplyAdd(V.Broadcast(Unsafe.Add(ref weights, (t * depth) + s)), V.Load(ref dy, (t * step) + i), sum);
                    sum.Store(ref dx, (s * step) + i);
                }
            }
        }
    }

    /// <summary>dW[t, s] (+)= Σ dy_t x_s and db_t (+)= Σ dy_t over all rows and numbers.</summary>
    /// <param name="lengths">Valid steps of each row, or empty.</param>
    /// <param name="steps">At least 1.</param>
    /// <param name="declared">Those of the weights.</param>
    /// <param name="rows">Sequences.</param>
    /// <param name="width">Numbers of a vector.</param>
    /// <param name="depth">From a row of the weights to the next.</param>
    /// <param name="x">[step][row][stride].</param>
    /// <param name="dy">[step][row][stride].</param>
    /// <param name="dweights">[t][depth].</param>
    /// <param name="dbias">[t], or a null reference.</param>
    /// <param name="stride">A multiple of 16.</param>
    /// <param name="accumulate">True if to add to gradients that are there.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gradients<V, T>(
        ReadOnlySpan<int> lengths, int steps, int declared, int rows, int width, int depth, ref T x, ref T dy, ref T dweights,
        ref T dbias, int stride, bool accumulate)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        nint step = (nint)rows * stride;
        bool hasBias = !Unsafe.IsNullRef(ref dbias);
        if (!accumulate)
        {
            MemoryMarshal.CreateSpan(ref dweights, declared * depth).Clear();
            if (hasBias)
                MemoryMarshal.CreateSpan(ref dbias, depth).Clear();
        }

        for (int row = 0; row < rows; row++)
        {
            int length = Lengths.Of(lengths, steps, row);
            for (nint t = 0; t < length; t++)
            {
                ref T gradient = ref Unsafe.Add(ref dy, (t * step) + (row * (nint)stride));
                if (hasBias)
                    Add(ref Unsafe.Add(ref dbias, t), Reductions.Sum<V, T>(ref gradient, width));
                for (nint s = 0; s < length; s++)
                    Add(
                        ref Unsafe.Add(ref dweights, (t * depth) + s),
                        Reductions.Dot<V, T>(ref gradient, ref Unsafe.Add(ref x, (s * step) + (row * (nint)stride)), width));
            }
        }
    }

    private static void Add<T>(ref T sum, double addend) where T : unmanaged => sum = Element.Add(sum, Element.FromDouble<T>(addend));
}
