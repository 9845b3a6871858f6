using System.Runtime.CompilerServices;

namespace RnnGen.Numerics;

public static partial class Functions
{
    /// <summary>
    /// tanh x for every x, at most 5 ulp (<see cref="float"/>) or 3 ulp (<see cref="double"/>) off. Odd bit for bit, never beyond ±1,
    /// exactly ±1 for |x| ≥ 8.1 (<see cref="float"/>) and 20 (<see cref="double"/>); NaN gives NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Tanh<V, T>(V x)
        where V : struct, ILanes<V, T>
        where T : unmanaged
        => typeof(T) == typeof(float) ? RationalTanh<V, T>(x) : ExponentialTanh<V, T>(x);

    /// <summary>
    /// σ(x) = 1 / (1 + e^−x) for every x, never below 0 or above 1; NaN gives NaN. <see cref="float"/>: at most 1.8e-7 off, absolutely;
    /// <see cref="double"/>: at most 2.5 ulp off.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sigmoid<V, T>(V x)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            // σ(x) = (tanh(x/2) + 1) / 2: a division less than by way of the exponential, and no rounding to integers.
            V half = V.Constant(0.5);
            return V.MultiplyAdd(RationalTanh<V, T>(x * half), half, half);
        }

        // From 40 on, e^x / (1 + e^x) is 1.
        V power = Exp<V, T>(V.Clamp(x, V.Constant(-800), V.Constant(40)));
        return power / (V.Constant(1) + power);
    }

    // x · P(x²) / Q(x²), fitted to 6e-9 of tanh x for |x| ≤ 7.9. The coefficients are floats whose last bits were chosen, over all
    // floats, so that no quotient exceeds 1 and the one at the clamp is 1 exactly: changing any of them needs the same search.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V RationalTanh<V, T>(V x)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        x = V.Clamp(x, V.Constant(-8.037922f), V.Constant(8.037922f));
        V square = x * x;
        V p = V.Constant(1.5538811E-08f);
        p = V.MultiplyAdd(p, square, V.Constant(2.209867E-05f));
        p = V.MultiplyAdd(p, square, V.Constant(0.0035834594f));
        p = V.MultiplyAdd(p, square, V.Constant(0.13454358f));
        p = V.MultiplyAdd(p, square, V.Constant(1));
        V q = V.Constant(8.6426485E-07f);
        q = V.MultiplyAdd(q, square, V.Constant(0.00034310238f));
        q = V.MultiplyAdd(q, square, V.Constant(0.026209159f));
        q = V.MultiplyAdd(q, square, V.Constant(0.46787685f));
        q = V.MultiplyAdd(q, square, V.Constant(1));
        return x * p / q;
    }

    // tanh a = (e^2a − 1) / (e^2a + 1), by way of m = e^2a − 1, which keeps all its digits near 0.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ExponentialTanh<V, T>(V x)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        V magnitude = V.Abs(x);
        V twice = V.Clamp(magnitude + magnitude, V.Zero, V.Constant(40));
        V n = NearestPowerOfTwo<V, T>(twice);
        V reduced = ReducedExpMinusOne<V, T>(Remainder<V, T>(twice, n));
        V power = V.Scale(V.Constant(1), n);
        V m = V.MultiplyAdd(power, reduced, power - V.Constant(1));
        return V.CopySign(m / (m + V.Constant(2)), x);
    }
}
