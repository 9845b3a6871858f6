using System.Runtime.CompilerServices;

namespace RnnGen.Numerics;

// Up to 1 a polynomial, beyond 1 − e^−x² · erfcx(x), whose second term is small.
public static partial class Functions
{
    /// <summary>
    /// erf x = 2/√π ∫₀ˣ e^−t² dt for every x, at most 1.2 ulp off; subnormal results are at most one smallest subnormal off. Odd bit for
    /// bit, never beyond ±1, exactly ±1 for |x| ≥ 4 (<see cref="float"/>) and 6 (<see cref="double"/>); NaN gives NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Erf<V, T>(V x)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        V one = V.Constant(1);
        V near = V.MultiplyAdd(x, ErfNear<V, T>(x * x), x);
        V magnitude = V.Clamp(V.Abs(x), one, Choose<V, T>(4, 6));
        V far = one - (Exp<V, T>(-(magnitude * magnitude)) * ErfcxFar<V, T>(one / (one + magnitude)));
        return V.IfGreater(V.Abs(x), one, V.CopySign(far, x), near);
    }

    /// <summary>The function of one number.</summary>
    internal static double Erf(double x)
    {
        Erf<Double1, double>(Double1.Broadcast(x)).Store(ref x, 0);
        return x;
    }

    // erf(x) / x − 1 for z = x² up to 1, fitted to 1.2e-9 for floats and to 7.2e-18 for doubles.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ErfNear<V, T>(V z)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        V p;
        if (typeof(T) == typeof(float))
        {
            p = V.Constant(7.888791934251514e-05);
            p = V.MultiplyAdd(p, z, V.Constant(-0.0008020755933578744));
            p = V.MultiplyAdd(p, z, V.Constant(0.005189527308871694));
            p = V.MultiplyAdd(p, z, V.Constant(-0.026854441325869293));
            p = V.MultiplyAdd(p, z, V.Constant(0.11283600123572571));
            p = V.MultiplyAdd(p, z, V.Constant(-0.37612627133862936));
            p = V.MultiplyAdd(p, z, V.Constant(0.12837916591387782));
        }
        else
        {
            p = V.Constant(-7.80083851099727e-10);
            p = V.MultiplyAdd(p, z, V.Constant(1.3722792472181223e-08));
            p = V.MultiplyAdd(p, z, V.Constant(-1.6209134376177018e-07));
            p = V.MultiplyAdd(p, z, V.Constant(1.644751238731414e-06));
            p = V.MultiplyAdd(p, z, V.Constant(-1.4924744246121813e-05));
            p = V.MultiplyAdd(p, z, V.Constant(0.00012055295299428117));
            p = V.MultiplyAdd(p, z, V.Constant(-0.0008548325989016169));
            p = V.MultiplyAdd(p, z, V.Constant(0.005223977607409817));
            p = V.MultiplyAdd(p, z, V.Constant(-0.02686617064327463));
            p = V.MultiplyAdd(p, z, V.Constant(0.11283791670945244));
            p = V.MultiplyAdd(p, z, V.Constant(-0.3761263890318355));
            p = V.MultiplyAdd(p, z, V.Constant(0.12837916709551256));
        }

        return p;
    }

    // e^x² · erfc(x) for t = 1 / (1 + x) and x from 1 on, fitted to 8.5e-10 of erfc(x) for floats and to 8.8e-19 for doubles.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ErfcxFar<V, T>(V t)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        V p;
        if (typeof(T) == typeof(float))
        {
            p = V.Constant(0.4398876672108749);
            p = V.MultiplyAdd(p, t, V.Constant(-0.9734325154893868));
            p = V.MultiplyAdd(p, t, V.Constant(0.41208261507702004));
            p = V.MultiplyAdd(p, t, V.Constant(0.5765127545243173));
            p = V.MultiplyAdd(p, t, V.Constant(0.5565259148815614));
            p = V.MultiplyAdd(p, t, V.Constant(0.000775148058446219));
        }
        else
        {
            p = V.Constant(4.234390811730805);
            p = V.MultiplyAdd(p, t, V.Constant(-21.985881128365364));
            p = V.MultiplyAdd(p, t, V.Constant(50.032213743880284));
            p = V.MultiplyAdd(p, t, V.Constant(-62.96201534633779));
            p = V.MultiplyAdd(p, t, V.Constant(42.595080045353185));
            p = V.MultiplyAdd(p, t, V.Constant(-5.951807979170226));
            p = V.MultiplyAdd(p, t, V.Constant(-15.948228068928678));
            p = V.MultiplyAdd(p, t, V.Constant(14.844474658114544));
            p = V.MultiplyAdd(p, t, V.Constant(-5.4787883772369845));
            p = V.MultiplyAdd(p, t, V.Constant(0.7345261467037733));
            p = V.MultiplyAdd(p, t, V.Constant(-0.5542661118210274));
            p = V.MultiplyAdd(p, t, V.Constant(0.31805805681500754));
            p = V.MultiplyAdd(p, t, V.Constant(0.5610037419632091));
            p = V.MultiplyAdd(p, t, V.Constant(0.5643603330332271));
            p = V.MultiplyAdd(p, t, V.Constant(-4.197627201825003e-06));
        }

        return p;
    }
}
