namespace RnnGen.Tests.Numerics;

/// <summary>A number as the sum of two doubles, good to about 30 digits: what the functions are measured against.</summary>
internal readonly record struct Precise(double High, double Low)
{
    private static readonly Precise Ln2 = new(0.6931471805599453, 2.3190468138462996e-17);

    public static implicit operator Precise(double value) => new(value, 0);

    public static Precise operator +(Precise a, Precise b)
    {
        var (high, error) = ExactSum(a.High, b.High);
        var (low, lowError) = ExactSum(a.Low, b.Low);
        (high, error) = QuickSum(high, error + low);
        (high, error) = QuickSum(high, error + lowError);
        return new(high, error);
    }

    public static Precise operator -(Precise a) => new(-a.High, -a.Low);

    public static Precise operator -(Precise a, Precise b) => a + -b;

    public static Precise operator *(Precise a, Precise b)
    {
        double high = a.High * b.High;
        double low = Math.FusedMultiplyAdd(a.High, b.High, -high) + Math.FusedMultiplyAdd(a.High, b.Low, a.Low * b.High);
        (high, low) = QuickSum(high, low);
        return new(high, low);
    }

    public static Precise operator /(Precise a, Precise b)
    {
        double q1 = a.High / b.High;
        Precise rest = a - (b * q1);
        double q2 = rest.High / b.High;
        rest -= b * q2;
        return (Precise)q1 + q2 + (rest.High / b.High);
    }

    /// <summary>How far <paramref name="value"/> is from this, in units of the last place of the exact number.</summary>
    public double Ulps(double value) => Math.Abs(value - High - Low) / Ulp(High);

    public static double Ulp(double x) => Math.Max(Math.ScaleB(1, Math.ILogB(x) - 52), double.Epsilon);

    /// <summary>e^x for |x| ≤ 700.</summary>
    public static Precise Exp(Precise x)
    {
        double n = Math.Round(x.High / Ln2.High);
        Precise r = (x - (Ln2 * n) - (5.707708438416212e-34 * n)) * (1.0 / 64);
        Precise sum = 1, term = 1;
        for (int k = 1; k <= 13; k++)
        {
            term = term * r / k;
            sum += term;
        }

        for (int i = 0; i < 6; i++)
            sum *= sum;
        double scale = Math.ScaleB(1, (int)n);
        return new(sum.High * scale, sum.Low * scale);
    }

    public static Precise Tanh(double x)
    {
        if (Math.Abs(x) > 30)
            return Math.Sign(x);
        Precise power = Exp(x);
        if (Math.Abs(x) >= 0.5)
            return (power - (1 / power)) / (power + (1 / power));
        return Series(x, x, 2, 1) / Series(1, x, 1, 1);
    }

    public static Precise Sigmoid(double x) => x < -600 ? Exp(x) : 1 / (1 + Exp(-x));

    public static Precise Log(double x)
    {
        double estimate = Math.Log(x);
        Precise delta = (x * Exp(-estimate)) - 1;
        return estimate + (delta - (delta * delta * 0.5));
    }

    public static Precise Sqrt(double x)
    {
        double estimate = Math.Sqrt(x);
        return estimate == 0 ? 0 : estimate + ((x - ((Precise)estimate * estimate)) / (2 * estimate));
    }

    /// <summary>The error function by 2/√π e^−x² Σ 2^k x^(2k+1) / (1 · 3 ⋯ (2k+1)), whose terms have one sign.</summary>
    public static Precise Erf(Precise x)
    {
        if (Math.Abs(x.High) > 8)
            return Math.Sign(x.High);
        Precise square = x * x, sum = x, term = x;
        for (int k = 3; Math.Abs(term.High) > 1e-33 * Math.Abs(sum.High); k += 2)
        {
            term = term * square * 2 / k;
            sum += term;
        }

        return sum * Exp(-square) * new Precise(1.1283791670955126, 1.533545961316588e-17);
    }

    public static Precise Cos(double x) => Turned(x, 0);

    public static Precise Sin(double x) => Turned(x, 3);

    // The cosine of x turned on by some quarters.
    private static Precise Turned(double x, int quarters)
    {
        double n = Math.Round(x / (Math.PI / 2));
        Precise r = x - ((Precise)1.5707963267948966 * n) - ((Precise)6.123233995736766e-17 * n) + ((Precise)1.4973849048591698e-33 * n);
        return (((long)n + quarters) & 3) switch
        {
            0 => Series(1, r, 1, -1),
            1 => -Series(r, r, 2, -1),
            2 => -Series(1, r, 1, -1),
            _ => Series(r, r, 2, -1),
        };
    }

    // first + first · sign · x² / (k (k + 1)) + …: the series of sine and cosine, hyperbolic for sign 1.
    private static Precise Series(Precise first, Precise x, int k, int sign)
    {
        Precise square = x * x * sign, sum = first, term = first;
        for (; k < 26; k += 2)
        {
            term = term * square / (k * (k + 1));
            sum += term;
        }

        return sum;
    }

    private static (double Sum, double Error) ExactSum(double a, double b)
    {
        double sum = a + b, part = sum - a;
        return (sum, a - (sum - part) + (b - part));
    }

    private static (double Sum, double Error) QuickSum(double a, double b)
    {
        double sum = a + b;
        return (sum, b - (sum - a));
    }
}
