using System.Runtime.CompilerServices;

namespace RnnGen.Numerics;

// x = n · π/2 + r: sine and cosine of r, one of which, with its sign, is what n's last two bits say.
public static partial class Functions
{
    /// <summary>
    /// sin x for |x| ≤ 10⁶, at most 0.9 ulp off. Beyond, the error of the angle grows with |x|; the result stays within ±1. Odd bit for
    /// bit; NaN and ±∞ give NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sin<V, T>(V x)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        V magnitude = V.Abs(x);
        V n = NearestQuarterTurn<V, T>(magnitude);
        return V.CopySign(V.Constant(1), x) * Turned<V, T>(magnitude, n, n);
    }

    /// <summary>
    /// cos x for |x| ≤ 10⁶, at most 0.9 ulp off. Beyond, the error of the angle grows with |x|; the result stays within ±1. NaN and ±∞ give
    /// NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Cos<V, T>(V x)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        // cos x = sin(x + π/2): a quarter further.
        V n = NearestQuarterTurn<V, T>(x);
        return Turned<V, T>(x, n, n + V.Constant(1));
    }

    /// <summary>The function of one number.</summary>
    internal static double Cos(double x)
    {
        Cos<Double1, double>(Double1.Broadcast(x)).Store(ref x, 0);
        return x;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V NearestQuarterTurn<V, T>(V x)
        where V : struct, ILanes<V, T>
        where T : unmanaged
        => V.Round(x * V.Constant(0.6366197723675814));

    // The sine of r = x − n · π/2 turned on by some quarters: sin r, cos r, −sin r, −cos r.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Turned<V, T>(V x, V n, V quarters)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        // π/2 as the sum of three constants: the first product and difference are exact, and what r is short of the exact angle is the
        // rest.
        V middle = Choose<V, T>(4.37113882867379e-8, -6.123233995736766e-17);
        V near = V.MultiplyAdd(n, Choose<V, T>(-1.57079637050628662109375, -1.5707963267948966), x);
        V step = n * middle;
        V r = near + step;
        V taken = r - near;
        V rest = V.MultiplyAdd(n, middle, -step) + (near - (r - taken) + (step - taken));
        rest = V.MultiplyAdd(n, Choose<V, T>(1.7151245100058819e-15, 1.4973849048591698e-33), rest);

        // What the constants cannot resolve any more must not leave the range of the polynomials.
        r = V.Clamp(r, V.Constant(-1), V.Constant(1));
        rest = V.Clamp(rest, V.Constant(-1e-5), V.Constant(1e-5));

        // 0 to 3; the middle of the four keeps the rounding off the halves.
        V quarter = quarters - (V.Constant(4) * V.Round((quarters - V.Constant(1.5)) * V.Constant(0.25)));
        V parity = V.IfGreater(quarter, V.Constant(1.5), quarter - V.Constant(2), quarter);
        V value = V.IfGreater(parity, V.Constant(0.5), ReducedCos<V, T>(r, rest), ReducedSin<V, T>(r, rest));
        return V.IfGreater(quarter, V.Constant(1.5), -value, value);
    }

    // Fitted for |r| ≤ 0.84 to 1e-11 for floats, for |r| ≤ π/4 to 1e-17 for doubles.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ReducedSin<V, T>(V r, V rest)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        V z = r * r;
        V s;
        if (typeof(T) == typeof(float))
        {
            s = V.Constant(2.7130115001974183e-06);
            s = V.MultiplyAdd(s, z, V.Constant(-0.00019838747629130163));
            s = V.MultiplyAdd(s, z, V.Constant(0.008333327463035202));
            s = V.MultiplyAdd(s, z, V.Constant(-0.16666666624257587));
        }
        else
        {
            s = V.Constant(1.5896795908430476e-10);
            s = V.MultiplyAdd(s, z, V.Constant(-2.5050758120448306e-08));
            s = V.MultiplyAdd(s, z, V.Constant(2.7557313691958445e-06));
            s = V.MultiplyAdd(s, z, V.Constant(-0.0001984126982980796));
            s = V.MultiplyAdd(s, z, V.Constant(0.008333333333322413));
            s = V.MultiplyAdd(s, z, V.Constant(-0.16666666666666632));
        }

        return r + V.MultiplyAdd(z * r, s, rest);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ReducedCos<V, T>(V r, V rest)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        V z = r * r;
        V c;
        if (typeof(T) == typeof(float))
        {
            c = V.Constant(2.4387485817565175e-05);
            c = V.MultiplyAdd(c, z, V.Constant(-0.001388691127898045));
            c = V.MultiplyAdd(c, z, V.Constant(0.04166663738028461));
        }
        else
        {
            c = V.Constant(-1.1359647560731252e-11);
            c = V.MultiplyAdd(c, z, V.Constant(2.087572326995566e-09));
            c = V.MultiplyAdd(c, z, V.Constant(-2.7557314352322087e-07));
            c = V.MultiplyAdd(c, z, V.Constant(2.4801587289482208e-05));
            c = V.MultiplyAdd(c, z, V.Constant(-0.0013888888888874125));
            c = V.MultiplyAdd(c, z, V.Constant(0.0416666666666666));
        }

        // 1 − z/2 loses bits; they come back in the small terms.
        V half = V.Constant(0.5) * z;
        V leading = V.Constant(1) - half;
        return leading + (V.Constant(1) - leading - half + V.MultiplyAdd(z * z, c, -r * rest));
    }
}
