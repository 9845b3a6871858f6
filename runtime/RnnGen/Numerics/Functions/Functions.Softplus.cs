using System.Runtime.CompilerServices;

namespace RnnGen.Numerics;

public static partial class Functions
{
    /// <summary>
    /// ln(1 + e^x) for every x, at most 3 ulp off; subnormal results are at most two smallest subnormals off. x itself where x is large, 0
    /// where e^x underflows; NaN gives NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Softplus<V, T>(V x)
        where V : struct, ILanes<V, T>
        where T : unmanaged
        // The exponent is never positive, so nothing overflows and the logarithm's argument is 1 to 2.
        => V.Max(V.Zero, x) + LogOfOnePlus<V, T>(Exp<V, T>(-V.Abs(x)));

    // ln(1 + u) for 0 ≤ u ≤ 1, by way of 2 artanh(t / 2) = t + t³ · P(t²) for t = u / (1 + u/2), at most 2/3. P is fitted to 4e-10 of the
    // result for floats and to 8e-18 for doubles.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V LogOfOnePlus<V, T>(V u)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        V t = u / V.MultiplyAdd(u, V.Constant(0.5), V.Constant(1));
        V z = t * t;
        V p;
        if (typeof(T) == typeof(float))
        {
            p = V.Constant(0.00011340004503917651);
            p = V.MultiplyAdd(p, z, V.Constant(0.0004239565586109448));
            p = V.MultiplyAdd(p, z, V.Constant(0.002233777968304909));
            p = V.MultiplyAdd(p, z, V.Constant(0.012499908228728037));
            p = V.MultiplyAdd(p, z, V.Constant(0.08333333415065927));
        }
        else
        {
            p = V.Constant(7.707617574664847e-08);
            p = V.MultiplyAdd(p, z, V.Constant(1.6786076519288395e-07));
            p = V.MultiplyAdd(p, z, V.Constant(9.156091926262446e-07));
            p = V.MultiplyAdd(p, z, V.Constant(4.063154360856609e-06));
            p = V.MultiplyAdd(p, z, V.Constant(1.8781213458201444e-05));
            p = V.MultiplyAdd(p, z, V.Constant(8.877826873111747e-05));
            p = V.MultiplyAdd(p, z, V.Constant(0.00043402778744976297));
            p = V.MultiplyAdd(p, z, V.Constant(0.0022321428568053718));
            p = V.MultiplyAdd(p, z, V.Constant(0.012500000000004558));
            p = V.MultiplyAdd(p, z, V.Constant(0.08333333333333333));
        }

        return V.MultiplyAdd(t * z, p, t);
    }
}
