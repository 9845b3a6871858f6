namespace RnnGen.Numerics;

// The library's logarithm and cosine may differ in the last bit between machines; these do not.
public static partial class Functions
{
    /// <summary>
    /// ln x, at most 1.1 ulp off and the same bits on every machine. ln 0 = −∞, ln ∞ = ∞; NaN and negative numbers give NaN.
    /// </summary>
    internal static double Log(double x)
    {
        const double SmallestNormal = 2.2250738585072014E-308, TwoTo54 = 18014398509481984;
        const long SquareRootOfHalf = 0x3FE6A09E667F3BCD, MantissaMask = (1L << 52) - 1;

        if (!(x > 0))
            return x == 0 ? double.NegativeInfinity : double.NaN;
        if (x == double.PositiveInfinity)
            return x;
        int scaled = 0;
        if (x < SmallestNormal)
        {
            x *= TwoTo54;
            scaled = 54;
        }

        // x = 2^exponent · (1 + f), with 1 + f between √½ and √2.
        long bits = BitConverter.DoubleToInt64Bits(x) - SquareRootOfHalf;
        double exponent = (bits >> 52) - scaled;
        double f = BitConverter.Int64BitsToDouble((bits & MantissaMask) + SquareRootOfHalf) - 1;

        // ln(1 + f) = 2s + s · R(s²) = f − (f²/2 − s · (f²/2 + R)) for s = f / (2 + f); R is fitted to 2.5e-18.
        double s = f / (2 + f);
        double z = s * s;
        double r = 0.14796104637460397;
        r = Math.FusedMultiplyAdd(r, z, 0.15314035926380803);
        r = Math.FusedMultiplyAdd(r, z, 0.18183564862724141);
        r = Math.FusedMultiplyAdd(r, z, 0.22222198563571063);
        r = Math.FusedMultiplyAdd(r, z, 0.2857142874247383);
        r = Math.FusedMultiplyAdd(r, z, 0.39999999999414326);
        r = Math.FusedMultiplyAdd(r, z, 0.6666666666666734);
        double halfSquare = 0.5 * f * f;
        double correction = Math.FusedMultiplyAdd(s, Math.FusedMultiplyAdd(r, z, halfSquare), exponent * Ln2Low);
        return Math.FusedMultiplyAdd(exponent, Ln2High, f - (halfSquare - correction));
    }

    /// <summary>
    /// cos x for |x| ≤ 10⁶, at most 1.1 ulp off and the same bits on every machine; beyond, the error grows with |x|. NaN and ±∞ give NaN.
    /// </summary>
    internal static double Cos(double x)
    {
        // x = n · π/2 + r + rest, with π/2 as the sum of three constants; the first product and difference are exact.
        double n = Math.Round(x * 0.6366197723675814);
        double near = Math.FusedMultiplyAdd(n, -1.5707963267948966, x);
        double step = n * -6.123233995736766e-17;
        double r = near + step;
        double taken = r - near;
        double rest = Math.FusedMultiplyAdd(n, -6.123233995736766e-17, -step) + (near - (r - taken) + (step - taken));
        rest = Math.FusedMultiplyAdd(n, 1.4973849048591698e-33, rest);
        return ((long)n & 3) switch
        {
            0 => ReducedCos(r, rest),
            1 => -ReducedSin(r, rest),
            2 => -ReducedCos(r, rest),
            _ => ReducedSin(r, rest),
        };
    }

    private const double Ln2High = 0.6931471805599453, Ln2Low = 2.3190468138462996e-17;

    // For |r| ≤ π/4; rest is what r is short of the exact angle.
    private static double ReducedCos(double r, double rest)
    {
        double z = r * r;
        double c = -1.1359647560731252e-11;
        c = Math.FusedMultiplyAdd(c, z, 2.087572326995566e-09);
        c = Math.FusedMultiplyAdd(c, z, -2.7557314352322087e-07);
        c = Math.FusedMultiplyAdd(c, z, 2.4801587289482208e-05);
        c = Math.FusedMultiplyAdd(c, z, -0.0013888888888874125);
        c = Math.FusedMultiplyAdd(c, z, 0.0416666666666666);
        // 1 − z/2 loses bits; they come back in the small terms.
        double half = 0.5 * z;
        double leading = 1 - half;
        return leading + ((1 - leading - half) + Math.FusedMultiplyAdd(z * z, c, -r * rest));
    }

    private static double ReducedSin(double r, double rest)
    {
        double z = r * r;
        double s = 1.5896795908430476e-10;
        s = Math.FusedMultiplyAdd(s, z, -2.5050758120448306e-08);
        s = Math.FusedMultiplyAdd(s, z, 2.7557313691958445e-06);
        s = Math.FusedMultiplyAdd(s, z, -0.0001984126982980796);
        s = Math.FusedMultiplyAdd(s, z, 0.008333333333322413);
        s = Math.FusedMultiplyAdd(s, z, -0.16666666666666632);
        return r + Math.FusedMultiplyAdd(z * r, s, rest);
    }
}
