using RnnGen.Numerics;
using Xunit;

namespace RnnGen.Tests.Numerics;

public class FunctionsDoubleTests
{
    private const int Points = 1 << 19;

    [Fact]
    public void TheReferenceAgreesWithKnownDigits()
    {
        // tanh 1, e, ln 10 and cos 100000 to 32 digits, split into two doubles.
        Assert.True(Math.Abs((Precise.Exp(1) - new Precise(2.718281828459045, 1.4456468917292502e-16)).High) < 1e-30);
        Assert.True(Math.Abs((Precise.Log(10) - new Precise(2.302585092994046, -2.1707562233822494e-16)).High) < 1e-30);
        Assert.True(Math.Abs((Precise.Tanh(1) - new Precise(0.7615941559557649, 3.7090214482164924e-17)).High) < 1e-30);
        Assert.True(Math.Abs((Precise.Tanh(0.1) - new Precise(0.09966799462495582, 3.542433877641546e-18)).High) < 1e-30);
        Assert.True(Math.Abs((Precise.Cos(100000) - new Precise(-0.9993608074382124, -2.3447088905187402e-17)).High) < 1e-28);
    }

    [Theory]
    [InlineData(1.0, 1)]
    [InlineData(22.0, 2)]
    [InlineData(1e-6, 3)]
    public void TanhIsWithin3Ulp(double range, int seed) =>
        Assert.InRange(Worst(new Tanh(), Spread(-range, range, seed), Precise.Tanh), 0, 3);

    [Fact]
    public void TanhIsOddAndNeverExceeds1()
    {
        double[] x = Spread(0, 25, 4);
        double[] y = Of(new Tanh(), x), mirrored = Of(new Tanh(), [.. x.Select(v => -v)]);
        for (int i = 0; i < x.Length; i++)
        {
            SameBits.Assert(-y[i], mirrored[i], "tanh");
            Assert.True(y[i] is >= 0 and <= 1);
        }
    }

    [Theory]
    [InlineData(-700.0, 40.0)]
    [InlineData(-2.0, 2.0)]
    public void SigmoidIsWithinItsBound(double from, double to)
    {
        double[] x = Spread(from, to, 5);
        Assert.InRange(Worst(new Sigmoid(), x, Precise.Sigmoid), 0, 2.5);
        Assert.All(Of(new Sigmoid(), x), y => Assert.True(y is >= 0 and <= 1));
    }

    [Theory]
    [InlineData(-700.0, 700.0)]
    [InlineData(-1.0, 1.0)]
    public void ExpIsWithinItsBound(double from, double to) =>
        Assert.InRange(Worst(new Exp(), Spread(from, to, 6), x => Precise.Exp(x)), 0, 1.1);

    [Fact]
    public void ExpIsWithinOneSmallestSubnormalBelowTheNormalRange()
    {
        double[] x = Spread(-746, -708.5, 7), y = Of(new Exp(), x);
        for (int i = 0; i < x.Length; i++)
        {
            // 2^1074 e^x: the number of smallest subnormals.
            Precise exact = Precise.Exp((Precise)x[i] + ((Precise)0.6931471805599453 * 1074) + ((Precise)2.3190468138462996e-17 * 1074));
            Assert.True(
                Math.Abs(Math.ScaleB(Math.ScaleB(y[i], 1000), 74) - exact.High) <= Math.Max(1, Math.ScaleB(exact.High, -51)),
                $"exp {x[i]:R}");
        }
    }

    [Theory]
    [InlineData(-700.0, 40.0)]
    [InlineData(-3.0, 3.0)]
    public void SoftplusIsWithin3Ulp(double from, double to) =>
        Assert.InRange(Worst(new Softplus(), Spread(from, to, 12), ExactSoftplus), 0, 3);

    // ln(1 + u) as 2 artanh(u / (2 + u)): the reference's logarithm would lose u's digits.
    private static Precise ExactSoftplus(double x)
    {
        Precise u = Precise.Exp(-Math.Abs(x)), s = u / (2 + u), square = s * s, power = s, sum = 0;
        for (int k = 1; k < 64; k += 2)
        {
            sum += power / k;
            power *= square;
        }

        return (Precise)Math.Max(x, 0) + (sum * 2);
    }

    [Fact]
    public void LogarithmIsWithinItsBound()
    {
        Assert.InRange(Spread(0.4, 2.5, 8).Max(x => Precise.Log(x).Ulps(Functions.Log(x))), 0, 1.1);
        Assert.InRange(Spread(-690, 690, 9).Select(Math.Exp).Max(x => Precise.Log(x).Ulps(Functions.Log(x))), 0, 1.1);
    }

    [Fact]
    public void CosineIsWithinItsBound()
    {
        Assert.InRange(Spread(-7, 7, 10).Max(x => Precise.Cos(x).Ulps(Functions.Cos(x))), 0, 1.1);
        Assert.InRange(Spread(-1e6, 1e6, 11).Max(x => Precise.Cos(x).Ulps(Functions.Cos(x))), 0, 1.1);
        // The neighbours of its zeros, where all of the angle's digits cancel.
        for (int n = 1; n < 600_000; n += 2)
        {
            double x = n * (Math.PI / 2);
            Assert.InRange(Precise.Cos(x).Ulps(Functions.Cos(x)), 0, 1.1);
        }
    }

    [Fact]
    public void SpecialValues()
    {
        const double Infinity = double.PositiveInfinity, NaN = double.NaN;
        SameBits.Assert([0, -0.0, 1, -1, NaN, 1e-320, 1, -1], Of(new Tanh(), [0, -0.0, Infinity, -Infinity, NaN, 1e-320, 20, -20]), "tanh");
        SameBits.Assert([0.5, 0.5, 1, 0, NaN, 1, 0], Of(new Sigmoid(), [0, -0.0, Infinity, -Infinity, NaN, 41, -800]), "sigmoid");
        SameBits.Assert([1, 1, Infinity, 0, NaN, Infinity, 0], Of(new Exp(), [0, -0.0, Infinity, -Infinity, NaN, 709.8, -745.2]), "exp");
        SameBits.Assert(
            [Infinity, 0, NaN, 0.6931471805599453, 1000, 0], Of(new Softplus(), [Infinity, -Infinity, NaN, 0, 1000, -800]), "softplus");
        SameBits.Assert([0, -0.0, Infinity, 0, NaN, 3, 0], Of(new Relu(), [0, -0.0, Infinity, -Infinity, NaN, 3, -3]), "relu");
        SameBits.Assert(
            [-Infinity, Infinity, NaN, NaN, 0],
            [Functions.Log(0), Functions.Log(Infinity), Functions.Log(-1), Functions.Log(NaN), Functions.Log(1)], "log");
        Assert.Equal(-744.4400719213812, Functions.Log(double.Epsilon));
        SameBits.Assert(
            [1, 1, NaN, NaN, -1],
            [Functions.Cos(0), Functions.Cos(-0.0), Functions.Cos(Infinity), Functions.Cos(NaN), Functions.Cos(Math.PI)], "cos");
    }

    [Fact]
    public void AllWidthsGiveTheSameBits()
    {
        EachWidth.HasTheSameBits(new Sweep<Tanh>());
        EachWidth.HasTheSameBits(new Sweep<Sigmoid>());
        EachWidth.HasTheSameBits(new Sweep<Exp>());
        EachWidth.HasTheSameBits(new Sweep<Softplus>());
        EachWidth.HasTheSameBits(new Sweep<Relu>());
    }

    private static double Worst<TFunction>(TFunction function, double[] x, Func<double, Precise> exact) where TFunction : IFunction
    {
        double[] y = Of(function, x);
        return Enumerable.Range(0, x.Length).Max(i => exact(x[i]).Ulps(y[i]));
    }

    private static double[] Spread(double from, double to, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, Points).Select(_ => from + ((to - from) * random.NextDouble()))];
    }

    private static double[] Of<TFunction>(TFunction function, double[] x) where TFunction : IFunction
    {
        double[] y = [.. x, .. new double[-x.Length & 15]];
        Widest.Run(new FunctionKernel<TFunction>(function, y.Length), ref y[0], ref y[0], ref y[0], ref y[0]);
        return y[..x.Length];
    }
}
