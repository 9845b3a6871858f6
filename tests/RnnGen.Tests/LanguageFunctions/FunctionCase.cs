using RnnGen.Tests.Numerics;

namespace RnnGen.Tests.LanguageFunctions;

/// <summary>A function of one vector: its exact values, and how far kernels may be off.</summary>
/// <param name="Name">As equations call it.</param>
/// <param name="Value">f(x) in double: exact enough to measure floats against.</param>
/// <param name="Derivative">f'(x) in double.</param>
/// <param name="Exact">f(x) to about 30 digits: what doubles are measured against.</param>
internal sealed record FunctionCase(string Name, Func<double, double> Value, Func<double, double> Derivative, Func<double, Precise> Exact)
{
    /// <summary>The largest error of a float, in ulp.</summary>
    public required double FloatBound { get; init; }

    /// <summary>The largest error of a double, in ulp.</summary>
    public required double DoubleBound { get; init; }

    /// <summary>Whether the bounds are in ulp of the argument: for values far below it, which are what is left of a difference.</summary>
    public bool IsOfArgument { get; init; }

    /// <summary>The bounds hold for arguments whose magnitude is not larger.</summary>
    public double Limit { get; init; } = double.PositiveInfinity;

    /// <summary>Where doubles are measured.</summary>
    public required (double From, double To)[] Ranges { get; init; }

    /// <summary>Where the derivative is compared with differences.</summary>
    public required (double From, double To) Smooth { get; init; }

    /// <summary>Arguments and values that are exact, to the bit.</summary>
    public required (double X, double Y)[] Special { get; init; }

    /// <summary>Arguments and derivatives at kinks and ends, likewise.</summary>
    public (double X, double Slope)[] Slopes { get; init; } = [];

    /// <summary>Of a vector <c>{0}</c>, an argument for which function and derivative are tame.</summary>
    public string Argument { get; init; } = "{0}";

    /// <summary>The hash of its values over a sweep, floats and doubles: the bits that it has everywhere.</summary>
    public required ulong Digest { get; init; }

    public override string ToString() => Name;
}
