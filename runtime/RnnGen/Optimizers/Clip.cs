using System.Runtime.CompilerServices;
using RnnGen.Numerics;

namespace RnnGen;

/// <summary>Keeps exploding gradients from wrecking a model.</summary>
internal static class Clip
{
    /// <summary>
    /// Limits every gradient to −<paramref name="limit"/>…<paramref name="limit"/>, as torch.nn.utils.clip_grad_value_. NaN stays NaN.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="gradients">Changed in place.</param>
    /// <param name="limit">At least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="limit"/> is negative or NaN.</exception>
    public static void ByValue<T>(AlignedBuffer<T> gradients, double limit) where T : unmanaged
    {
        if (!(limit >= 0))
            throw new ArgumentOutOfRangeException(nameof(limit), limit, "Must be at least 0.");
        Widest.Run(
            new ClampKernel(limit, gradients.PaddedLength), ref gradients.Start, ref gradients.Start, ref gradients.Start,
            ref gradients.Start);
    }

    /// <summary>
    /// The Euclidean norm of all gradients, the same bits on every machine. It is finite for finite gradients, even where their
    /// squares overflow, unless it is itself more than a <see cref="double"/> holds; NaN or infinite if a gradient is.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="gradients">Not changed.</param>
    public static double Norm<T>(AlignedBuffer<T> gradients) where T : unmanaged
    {
        double sum = Reductions.SumOfSquares(ref gradients.Start, gradients.Length);
        if (double.IsFinite(sum))
            return Math.Sqrt(sum);

        // Rare, and so slow: a norm whose square overflows is taken of the gradients' shares of the largest one.
        double largest = 0;
        foreach (T gradient in gradients.Span)
            largest = Math.Max(largest, Math.Abs(Element.ToDouble(gradient)));
        if (!double.IsFinite(largest))
            return largest;
        sum = 0;
        foreach (T gradient in gradients.Span)
        {
            double share = Element.ToDouble(gradient) / largest;
            sum += share * share;
        }

        return largest * Math.Sqrt(sum);
    }

    /// <summary>
    /// The factor by which gradients of that norm must be multiplied to have at most <paramref name="maxNorm"/>, as
    /// torch.nn.utils.clip_grad_norm_: maxNorm / (norm + 1e-6), but at most 1. An infinite norm gives 0, NaN gives NaN.
    /// </summary>
    /// <param name="norm">The result of <see cref="Norm"/>.</param>
    /// <param name="maxNorm">At least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxNorm"/> is negative or NaN.</exception>
    public static double Scale(double norm, double maxNorm)
    {
        if (!(maxNorm >= 0))
            throw new ArgumentOutOfRangeException(nameof(maxNorm), maxNorm, "Must be at least 0.");
        return Math.Min(maxNorm / (norm + 1e-6), 1);
    }

    private readonly struct ClampKernel(double limit, nint length) : IKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public double Run<V, T>(ref T gradients, ref T unused, ref T unusedToo, ref T unusedAgain)
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            V high = V.Constant(limit), low = V.Constant(-limit);
            for (nint i = 0; i < length; i += V.Count)
                V.Clamp(V.Load(ref gradients, i), low, high).Store(ref gradients, i);
            return 0;
        }
    }
}
