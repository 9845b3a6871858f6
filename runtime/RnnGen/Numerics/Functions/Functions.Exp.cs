using System.Runtime.CompilerServices;

namespace RnnGen.Numerics;

// e^x = 2^n · e^r with n the integer nearest to x / ln 2, so that |r| ≤ ln 2 / 2, and e^r − 1 a polynomial.
public static partial class Functions
{
    /// <summary>
    /// e^x for every x, at most 1.01 ulp (<see cref="float"/>) or 1.1 ulp (<see cref="double"/>) off; subnormal results are at most one
    /// smallest subnormal off. Overflows to ∞ and underflows to 0 where the exact value does; NaN gives NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Exp<V, T>(V x)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        // Beyond these bounds the result is 0 or ∞ anyway, and the exponents below stay in the range of Scale.
        x = V.Clamp(x, Choose<V, T>(-104, -746), Choose<V, T>(89, 710));
        V n = NearestPowerOfTwo<V, T>(x);
        V power = V.Constant(1) + ReducedExpMinusOne<V, T>(Remainder<V, T>(x, n));

        // 2^n itself may be subnormal or too large, its two halves never are: only the last product rounds.
        V half = V.Round(n * V.Constant(0.5));
        return V.Scale(V.Scale(power, half), n - half);
    }

    /// <summary>The function of one number.</summary>
    internal static double Exp(double x)
    {
        Exp<Double1, double>(Double1.Broadcast(x)).Store(ref x, 0);
        return x;
    }

    // n = x / ln 2, rounded.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V NearestPowerOfTwo<V, T>(V x)
        where V : struct, ILanes<V, T>
        where T : unmanaged
        => V.Round(x * V.Constant(1.4426950408889634));

    // r = x − n · ln 2, with ln 2 as the sum of two constants; the first product and difference are exact.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Remainder<V, T>(V x, V n)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        V high = Choose<V, T>(-0.693147182464599609375, -0.6931471805599453);
        V low = Choose<V, T>(1.9046542121259336e-9, -2.3190468138462996e-17);
        return V.MultiplyAdd(n, low, V.MultiplyAdd(n, high, x));
    }

    // e^r − 1 = r + r² · P(r) for |r| ≤ ln 2 / 2; P is fitted to 3e-9 of e^r for floats and to 1.8e-17 of e^r − 1 for doubles.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ReducedExpMinusOne<V, T>(V r)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        V p;
        if (typeof(T) == typeof(float))
        {
            p = V.Constant(0.0013814639130251204);
            p = V.MultiplyAdd(p, r, V.Constant(0.008368716961335974));
            p = V.MultiplyAdd(p, r, V.Constant(0.04166838740726171));
            p = V.MultiplyAdd(p, r, V.Constant(0.16666520631544604));
            p = V.MultiplyAdd(p, r, V.Constant(0.4999999344971312));
        }
        else
        {
            p = V.Constant(2.511447794130682e-08);
            p = V.MultiplyAdd(p, r, V.Constant(2.762632719192856e-07));
            p = V.MultiplyAdd(p, r, V.Constant(2.755722793818429e-06));
            p = V.MultiplyAdd(p, r, V.Constant(2.480150444434365e-05));
            p = V.MultiplyAdd(p, r, V.Constant(0.00019841269903047697));
            p = V.MultiplyAdd(p, r, V.Constant(0.0013888888932380014));
            p = V.MultiplyAdd(p, r, V.Constant(0.008333333333314584));
            p = V.MultiplyAdd(p, r, V.Constant(0.04166666666657362));
            p = V.MultiplyAdd(p, r, V.Constant(0.16666666666666685));
            p = V.MultiplyAdd(p, r, V.Constant(0.5000000000000006));
        }

        return V.MultiplyAdd(r * r, p, r);
    }
}
