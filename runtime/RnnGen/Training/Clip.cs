using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RnnGen.Numerics;

namespace RnnGen;

/// <summary>Keeps exploding gradients from wrecking a model.</summary>
public static class Clip
{
    /// <summary>The lanes of a sum, whatever the vectors of the machine: so all machines add in the same order.</summary>
    private const int Lanes = 16;

    /// <summary>A sum in the gradients' own type is this long; these are added up in double, as long sums of floats lose digits.</summary>
    private const int Block = 4096;

    /// <summary>Limits every gradient to −<paramref name="limit"/>…<paramref name="limit"/>, as torch.nn.utils.clip_grad_value_. NaN stays NaN.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="gradients">Changed in place.</param>
    /// <param name="limit">At least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="limit"/> is negative or NaN.</exception>
    public static void ByValue<T>(AlignedBuffer<T> gradients, double limit) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(gradients);
        if (!(limit >= 0))
            throw new ArgumentOutOfRangeException(nameof(limit), limit, "Must be at least 0.");
        ParameterPass.Run(new ClampPass(limit), gradients, gradients, gradients, gradients);
    }

    /// <summary>
    /// The Euclidean norm of all gradients, the same bits on every machine. It is finite for finite gradients, even where their
    /// squares overflow <see cref="float"/>; NaN or infinite if a gradient is.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="gradients">Not changed.</param>
    public static double Norm<T>(AlignedBuffer<T> gradients) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(gradients);
        double sum = typeof(T) == typeof(float) ? SumOfSquares(ref Unsafe.As<T, float>(ref gradients.Start), gradients.Length)
            : typeof(T) == typeof(double) ? SumOfSquares(ref Unsafe.As<T, double>(ref gradients.Start), gradients.Length)
            : throw Element.Unsupported<T>();
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
    /// What gradients of that norm must be multiplied by to have at most <paramref name="maxNorm"/>, as torch.nn.utils.clip_grad_norm_:
    /// maxNorm / (norm + 1e-6), but at most 1. An infinite norm gives 0, NaN gives NaN.
    /// </summary>
    /// <param name="norm">What <see cref="Norm"/> found.</param>
    /// <param name="maxNorm">At least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxNorm"/> is negative or NaN.</exception>
    public static double Scale(double norm, double maxNorm)
    {
        if (!(maxNorm >= 0))
            throw new ArgumentOutOfRangeException(nameof(maxNorm), maxNorm, "Must be at least 0.");
        return Math.Min(maxNorm / (norm + 1e-6), 1);
    }

    private static double SumOfSquares(ref float x, nint length) =>
        Vector512.IsHardwareAccelerated ? SumOfSquares<Float512, float>(ref x, length)
        : Vector256.IsHardwareAccelerated ? SumOfSquares<Float256, float>(ref x, length)
        : Vector128.IsHardwareAccelerated ? SumOfSquares<Float128, float>(ref x, length)
        : SumOfSquares<Float1, float>(ref x, length);

    private static double SumOfSquares(ref double x, nint length) =>
        Vector512.IsHardwareAccelerated ? SumOfSquares<Double512, double>(ref x, length)
        : Vector256.IsHardwareAccelerated ? SumOfSquares<Double256, double>(ref x, length)
        : Vector128.IsHardwareAccelerated ? SumOfSquares<Double128, double>(ref x, length)
        : SumOfSquares<Double1, double>(ref x, length);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static double SumOfSquares<V, T>(ref T x, nint length)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        Span<T> lanes = stackalloc T[Lanes];
        ref T lane0 = ref MemoryMarshal.GetReference(lanes);
        double total = 0;
        for (nint block = 0; block < length; block += Block)
        {
            nint end = Math.Min(block + Block, length);
            nint whole = end & -Lanes;
            // Lane l has the elements l, l + 16, l + 32, …
            for (nint lane = 0; lane < Lanes; lane += V.Count)
            {
                V sum = V.Zero;
                for (nint i = block + lane; i < whole; i += Lanes)
                {
                    V value = V.Load(ref x, i);
                    sum = V.MultiplyAdd(value, value, sum);
                }

                sum.Store(ref lane0, lane);
            }

            foreach (T lane in lanes)
                total += Element.ToDouble(lane);
            for (nint i = whole; i < end; i++)
            {
                double value = Element.ToDouble(Unsafe.Add(ref x, i));
                total += value * value;
            }
        }

        return total;
    }

    private readonly struct ClampPass(double limit) : IParameterPass
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V, T>(ref T parameters, ref T gradients, ref T first, ref T second, nint length)
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            V high = V.Constant(limit), low = V.Constant(-limit);
            for (nint i = 0; i < length; i += V.Count)
                V.Clamp(V.Load(ref gradients, i), low, high).Store(ref gradients, i);
        }
    }
}
