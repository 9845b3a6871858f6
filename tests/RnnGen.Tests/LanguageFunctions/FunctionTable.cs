using RnnGen.Tests.Numerics;
using static System.Math;

namespace RnnGen.Tests.LanguageFunctions;

/// <summary>The functions of the language that are tested by this table alone: one entry is all the test a function needs.</summary>
internal static class FunctionTable
{
    private const double Infinity = double.PositiveInfinity, NaN = double.NaN;

    public static readonly FunctionCase[] All =
    [
        new("Relu", x => Max(x, 0), x => x > 0 ? 1 : 0, x => Max(x, 0))
        {
            FloatBound = 0,
            DoubleBound = 0,
            Ranges = [(-4, 4)],
            Smooth = (-5, 5),
            Special = [(0, 0), (-0.0, -0.0), (-3, 0), (3, 3), (-Infinity, 0), (Infinity, Infinity), (NaN, NaN)],
            Slopes = [(0, 0), (-2, 0), (2, 1)],
            Argument = "1.5 + Tanh({0})",
            Digest = 7934355546103933123,
        },
        new("Sqrt", Sqrt, x => 0.5 / Sqrt(x), Precise.Sqrt)
        {
            FloatBound = 0.5,
            DoubleBound = 0.5,
            Ranges = [(0, 4), (0, 1e300)],
            Smooth = (0.05, 20),
            Special = [(0, 0), (-0.0, -0.0), (1, 1), (4, 2), (Infinity, Infinity), (-1, NaN), (-Infinity, NaN), (NaN, NaN)],
            Slopes = [(0, Infinity), (4, 0.25)],
            Argument = "1.2 + Tanh({0})",
            Digest = 14387236840367225017,
        },
        new("Log", Log, x => 1 / x, Precise.Log)
        {
            FloatBound = 0.9,
            DoubleBound = 0.9,
            Ranges = [(0.4, 2.5), (0, 1e-3), (0, 1e300)],
            Smooth = (0.05, 20),
            Special = [(1, 0), (0, -Infinity), (-0.0, -Infinity), (Infinity, Infinity), (-1, NaN), (-Infinity, NaN), (NaN, NaN)],
            Slopes = [(0, Infinity), (4, 0.25)],
            Argument = "1.2 + Tanh({0})",
            Digest = 10682311345244527791,
        },
        new("Abs", Abs, x => Sign(x), x => Abs(x))
        {
            FloatBound = 0,
            DoubleBound = 0,
            Ranges = [(-4, 4)],
            Smooth = (-5, 5),
            Special = [(0, 0), (-0.0, 0), (-3, 3), (3, 3), (-Infinity, Infinity), (Infinity, Infinity), (NaN, NaN)],
            Slopes = [(0, 0), (-0.0, 0), (-2, -1), (2, 1)],
            Argument = "1.5 + Tanh({0})",
            Digest = 1882451745378548575,
        },
        new("Sin", Sin, Cos, Precise.Sin)
        {
            FloatBound = 0.9,
            DoubleBound = 0.9,
            Limit = 1e6,
            Ranges = [(-7, 7), (-1e6, 1e6), (-1e-6, 1e-6)],
            Smooth = (-7, 7),
            Special = [(0, 0), (-0.0, -0.0), (1e-30, 1e-30), (Infinity, NaN), (-Infinity, NaN), (NaN, NaN)],
            Digest = 5950680207835154431,
        },
        new("Cos", Cos, x => -Sin(x), Precise.Cos)
        {
            FloatBound = 0.9,
            DoubleBound = 0.9,
            Limit = 1e6,
            Ranges = [(-7, 7), (-1e6, 1e6), (-1e-6, 1e-6)],
            Smooth = (-7, 7),
            Special = [(0, 1), (-0.0, 1), (1e-30, 1), (Infinity, NaN), (-Infinity, NaN), (NaN, NaN)],
            Digest = 13957519242859952792,
        },
        new("Erf", Error, x => 2 / Sqrt(PI) * Exp(-x * x), x => Precise.Erf(x))
        {
            FloatBound = 1.2,
            DoubleBound = 1.2,
            Ranges = [(-1, 1), (-6.5, 6.5), (-1e-6, 1e-6)],
            Smooth = (-3, 3),
            Special = [(0, 0), (-0.0, -0.0), (6, 1), (-6, -1), (1e300, 1), (Infinity, 1), (-Infinity, -1), (NaN, NaN)],
            Digest = 4648785078046328933,
        },
        new("Square", x => x * x, x => 2 * x, x => (Precise)x * x)
        {
            FloatBound = 0.5,
            DoubleBound = 0.5,
            Ranges = [(-4, 4), (-1e100, 1e100)],
            Smooth = (-5, 5),
            Special = [(0, 0), (-0.0, 0), (3, 9), (-3, 9), (-Infinity, Infinity), (Infinity, Infinity), (NaN, NaN)],
            Argument = "Tanh({0})",
            Digest = 14942600887780311203,
        },
        new("Silu", x => x / (1 + Exp(-x)), SiluSlope, x => x * Precise.Sigmoid(x))
        {
            FloatBound = 3,
            DoubleBound = 2,
            IsOfArgument = true,
            Ranges = [(-2, 2), (-700, 50)],
            Smooth = (-5, 5),
            Special = [(0, 0), (-0.0, -0.0), (100, 100), (Infinity, Infinity), (-Infinity, NaN), (NaN, NaN)],
            Digest = 5838265438665907637,
        },
        new(
            "Gelu", x => x * Phi(x), x => Phi(x) + (x * Exp(-x * x / 2) / Sqrt(2 * PI)),
            x => (Precise)x * (1 + Precise.Erf(Precise.Sqrt(0.5) * x)) * 0.5)
        {
            FloatBound = 1.5,
            DoubleBound = 1.5,
            IsOfArgument = true,
            Ranges = [(-2, 2), (-9, 9)],
            Smooth = (-5, 5),
            Special = [(0, 0), (-0.0, -0.0), (10, 10), (-10, -0.0), (Infinity, Infinity), (-Infinity, NaN), (NaN, NaN)],
            Digest = 4783597222548359072,
        },
    ];

    public static FunctionCase? Find(string name) => All.FirstOrDefault(f => f.Name == name);

    // 2/√π e^−x² Σ 2^k x^(2k+1) / (1 · 3 ⋯ (2k+1)), whose terms have one sign.
    private static double Error(double x)
    {
        if (!(Abs(x) < 6))
            return double.IsNaN(x) ? x : Sign(x);
        double sum = x, term = x;
        for (int k = 3; Abs(term) > 1e-18 * Abs(sum); k += 2)
            sum += term *= 2 * x * x / k;
        return 2 / Sqrt(PI) * Exp(-x * x) * sum;
    }

    private static double Phi(double x) => (1 + Error(x * Sqrt(0.5))) / 2;

    private static double SiluSlope(double x)
    {
        double sigmoid = 1 / (1 + Exp(-x));
        return sigmoid * (1 + (x * (1 - sigmoid)));
    }
}
