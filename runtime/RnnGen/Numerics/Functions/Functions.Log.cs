namespace RnnGen.Numerics;

// The library's logarithm may differ in the last bit between machines; this one does not.
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

    private const double Ln2High = 0.6931471805599453, Ln2Low = 2.3190468138462996e-17;
}
