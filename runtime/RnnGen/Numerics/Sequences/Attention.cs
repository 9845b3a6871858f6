using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RnnGen.Numerics;

/// <summary>
/// The arithmetic that attentions share whatever their score, row by row, for generated code: the softmax over the source steps, the
/// context, and the way back from its gradient to the scores'. Sums across lanes use 16 virtual lanes and one fixed tree, sums over steps
/// run in their order: the same bits at every width.
/// </summary>
/// <remarks>
/// Strides are padded to multiples of 16 with zeros. Nothing is checked here. <c>T</c> is <see cref="float"/> or <see cref="double"/>.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Attention
{
    /// <summary>The sum of 16 lanes.</summary>
    /// <param name="lanes">16 numbers; they are overwritten.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Score<T>(Span<T> lanes) where T : unmanaged =>
        Element.FromDouble<T>(Reductions.Join<Reductions.Total, T>(ref Unsafe.As<T, Block<T>>(ref MemoryMarshal.GetReference(lanes))));

    /// <summary>a = softmax of the scores, context = Σ a m over the source steps.</summary>
    /// <param name="length">The row's source steps; none gives zeros.</param>
    /// <param name="steps">Numbers of a row of weights, at least <paramref name="length"/>.</param>
    /// <param name="a">[steps]: the scores; receives the weights, 0 behind the length.</param>
    /// <param name="memory">The row at source step 0.</param>
    /// <param name="step">From a source step to the next.</param>
    /// <param name="context">[stride].</param>
    /// <param name="stride">Elements of a vector: a multiple of 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Context<V, T>(int length, int steps, ref T a, ref T memory, nint step, ref T context, nint stride)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        MemoryMarshal.CreateSpan(ref Unsafe.Add(ref a, length), steps - length).Clear();
        if (length > 0)
            new Losses.SoftmaxKernel(length).Run<V, T>(ref a, ref a, ref a, ref a);
        nint i = 0;
        for (; i + (4 * V.Count) <= stride; i += 4 * V.Count)
        {
            V sum0 = V.Zero, sum1 = V.Zero, sum2 = V.Zero, sum3 = V.Zero;
            nint place = i;
            for (nint s = 0; s < length; s++)
            {
                V weight = V.Broadcast(Unsafe.Add(ref a, s));
                sum0 = V.MultiplyAdd(weight, V.Load(ref memory, place), sum0);
                sum1 = V.MultiplyAdd(weight, V.Load(ref memory, place + V.Count), sum1);
                sum2 = V.MultiplyAdd(weight, V.Load(ref memory, place + (2 * V.Count)), sum2);
                sum3 = V.MultiplyAdd(weight, V.Load(ref memory, place + (3 * V.Count)), sum3);
                place += step;
            }

            sum0.Store(ref context, i);
            sum1.Store(ref context, i + V.Count);
            sum2.Store(ref context, i + (2 * V.Count));
            sum3.Store(ref context, i + (3 * V.Count));
        }

        for (; i < stride; i += V.Count)
        {
            V sum = V.Zero;
            for (nint s = 0; s < length; s++)
                sum = V.MultiplyAdd(V.Broadcast(Unsafe.Add(ref a, s)), V.Load(ref memory, (s * step) + i), sum);
            sum.Store(ref context, i);
        }
    }

    /// <summary>Σ a da over the source steps, for da = dcontext · m: it is dcontext · context.</summary>
    /// <param name="dcontext">[stride], its padding 0.</param>
    /// <param name="context">[stride], from <see cref="Context"/>.</param>
    /// <param name="stride">A multiple of 16.</param>
    public static double Mean<V, T>(ref T dcontext, ref T context, nint stride)
        where V : struct, ILanes<V, T>
        where T : unmanaged
        => Reductions.Dot<V, T>(ref dcontext, ref context, stride);

    /// <summary>One source step back: dm += a dcontext.</summary>
    /// <param name="a">The step's weight.</param>
    /// <param name="mean">The row's <see cref="Mean"/>.</param>
    /// <param name="memory">[stride].</param>
    /// <param name="dmemory">[stride].</param>
    /// <param name="dcontext">[stride], its padding 0.</param>
    /// <param name="stride">A multiple of 16.</param>
    /// <returns>The score's gradient, a (dcontext · m − mean).</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static T ScoreGradient<V, T>(T a, double mean, ref T memory, ref T dmemory, ref T dcontext, nint stride)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        Unsafe.SkipInit(out Block<T> lanes);
        V weight = V.Broadcast(a);
        for (nint lane = 0; lane < Block<T>.Size; lane += V.Count)
        {
            V sum = V.Zero;
            for (nint i = lane; i < stride; i += Block<T>.Size)
            {
                V gradient = V.Load(ref dcontext, i);
                sum = V.MultiplyAdd(gradient, V.Load(ref memory, i), sum);
                V.MultiplyAdd(weight, gradient, V.Load(ref dmemory, i)).Store(ref dmemory, i);
            }

            sum.Store(ref lanes.Start, lane);
        }

        return Element.FromDouble<T>(Element.ToDouble(a) * (Reductions.Join<Reductions.Total, T>(ref lanes) - mean));
    }
}
