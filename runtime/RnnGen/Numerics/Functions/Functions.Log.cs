using System.Runtime.CompilerServices;

namespace RnnGen.Numerics;

// ln x = n · ln 2 + ln(1 + f) with 1 + f between √½ and √2.
public static partial class Functions
{
    /// <summary>
    /// ln x for every x, at most 0.9 ulp off, subnormal arguments included. ln 0 = −∞, for 0 and −0; ln ∞ = ∞; NaN and negative numbers
    /// give NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Log<V, T>(V x)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        // Subnormals are scaled into the normal range first.
        V smallest = Choose<V, T>(1.1754943508222875e-38, 2.2250738585072014e-308);
        V normal = V.IfGreater(smallest, x, x * Choose<V, T>(16777216, 18014398509481984), x);
        V significand = V.Significand(normal, out V n);
        n = V.IfGreater(smallest, x, n - Choose<V, T>(24, 54), n);

        // The largest number below √2, so that half of what is above is at least √½.
        V root = Choose<V, T>(1.4142135381698608, 1.4142135623730949);
        n = V.IfGreater(significand, root, n + V.Constant(1), n);
        V f = V.IfGreater(significand, root, significand * V.Constant(0.5), significand) - V.Constant(1);

        // ln(1 + f) = 2s + s · R(s²) = f − (f²/2 − s · (f²/2 + R)) for s = f / (2 + f).
        V s = f / (V.Constant(2) + f);
        V z = s * s;
        V halfSquare = V.Constant(0.5) * f * f;
        V low = n * Choose<V, T>(-1.9046542121259336e-9, 2.3190468138462996e-17);
        V correction = V.MultiplyAdd(s, V.MultiplyAdd(LogSeries<V, T>(z), z, halfSquare), low);
        V y = V.MultiplyAdd(n, Choose<V, T>(0.693147182464599609375, 0.6931471805599453), f - (halfSquare - correction));

        V infinity = V.Constant(double.PositiveInfinity);
        V finite = V.IfGreater(infinity, x, y, x);
        return V.IfGreater(x, V.Zero, finite, V.IfGreater(V.Zero, x, V.Constant(double.NaN), x - infinity));
    }

    /// <summary>The function of one number.</summary>
    internal static double Log(double x)
    {
        Log<Double1, double>(Double1.Broadcast(x)).Store(ref x, 0);
        return x;
    }

    // R(z) / z, fitted to 1e-11 / z of R / z for floats, and to 2.5e-18 for doubles.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V LogSeries<V, T>(V z)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        V r;
        if (typeof(T) == typeof(float))
        {
            r = V.Constant(0.23580587742175502);
            r = V.MultiplyAdd(r, z, V.Constant(0.2853741891893909));
            r = V.MultiplyAdd(r, z, V.Constant(0.40000332814581724));
            r = V.MultiplyAdd(r, z, V.Constant(0.6666666566066248));
        }
        else
        {
            r = V.Constant(0.14796104637460397);
            r = V.MultiplyAdd(r, z, V.Constant(0.15314035926380803));
            r = V.MultiplyAdd(r, z, V.Constant(0.18183564862724141));
            r = V.MultiplyAdd(r, z, V.Constant(0.22222198563571063));
            r = V.MultiplyAdd(r, z, V.Constant(0.2857142874247383));
            r = V.MultiplyAdd(r, z, V.Constant(0.39999999999414326));
            r = V.MultiplyAdd(r, z, V.Constant(0.6666666666666734));
        }

        return r;
    }
}
