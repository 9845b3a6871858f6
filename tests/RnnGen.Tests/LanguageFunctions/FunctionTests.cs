using System.Globalization;
using System.Runtime.Intrinsics;
using RnnGen.Generated;
using RnnGen.Tests.Models;
using RnnGen.Tests.Numerics;

namespace RnnGen.Tests.LanguageFunctions;

/// <summary>Every function of the table: error bounds, special values, gradients, bits, and what the documentation says of them.</summary>
public class FunctionTests
{
    private const int Batch = 1 << 16, Points = 1 << 15;

    // A prime, so that all low bits occur; software vectors are slow.
    private static readonly uint Stride = Vector128.IsHardwareAccelerated ? 1009u : 4001u;

    public static TheoryData<string> Names => [.. FunctionTable.All.Select(f => f.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void FloatsAreWithinTheBound(string name)
    {
        var function = FunctionTable.Find(name)!;
        float[] x = new float[Batch];
        double worst = 0;
        for (ulong first = 0; first <= uint.MaxValue; first += Batch * Stride)
        {
            for (uint i = 0; i < Batch; i++)
                x[i] = BitConverter.UInt32BitsToSingle((uint)Math.Min(first + ((ulong)i * Stride), uint.MaxValue));
            float[] y = FunctionKernels.Of(function, x);
            for (int i = 0; i < Batch; i++)
            {
                if (!(Math.Abs(x[i]) <= function.Limit && float.IsFinite(x[i])))
                    continue;
                double exact = function.Value(x[i]);
                if (double.IsNaN(exact) || Math.Abs(exact) > float.MaxValue)
                    SameBits.Assert((float)exact, y[i], $"{name} {x[i]:R}");
                else
                    worst = Math.Max(worst, Math.Abs(y[i] - exact) / Ulp(function.IsOfArgument ? x[i] : exact));
                Assert.False(double.IsNaN(worst), $"{name} {x[i]:R} is {y[i]:R}");
            }
        }

        Assert.InRange(worst, 0, function.FloatBound);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void DoublesAreWithinTheBound(string name)
    {
        var function = FunctionTable.Find(name)!;
        var random = new Random(1);
        foreach (var (from, to) in function.Ranges)
        {
            double[] x = [.. Enumerable.Range(0, Points).Select(_ => from + ((to - from) * random.NextDouble()))];
            double[] y = FunctionKernels.Of(function, x);
            double worst = Enumerable.Range(0, Points)
                .Max(i => function.Exact(x[i]) is var exact && function.IsOfArgument
                    ? Math.Abs((exact - y[i]).High) / Precise.Ulp(x[i])
                    : exact.Ulps(y[i]));
            Assert.InRange(worst, 0, function.DoubleBound);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void SpecialValues(string name)
    {
        var function = FunctionTable.Find(name)!;
        SameBits.Assert([.. function.Special.Select(s => s.Y)], FunctionKernels.Of(function, [.. function.Special.Select(s => s.X)]), name);
        SameBits.Assert(
            [.. function.Special.Select(s => (float)s.Y)], FunctionKernels.Of(function, [.. function.Special.Select(s => (float)s.X)]),
            name);
        if (function.Slopes.Length > 0)
            SameBits.Assert(
                [.. function.Slopes.Select(s => s.Slope)], FunctionKernels.SlopesOf(function, [.. function.Slopes.Select(s => s.X)]),
                $"{name}'");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void GradientsAreThoseOfDifferences(string name)
    {
        const double Step = 1e-4;
        var function = FunctionTable.Find(name)!;
        var (from, to) = function.Smooth;
        double[] x = [.. Enumerable.Range(0, 48).Select(i => from + ((to - from) * (i + 0.37) / 48))];
        double[] slopes = FunctionKernels.SlopesOf(function, x);
        Numbers.AssertClose([.. x.Select(v => ((4 * Difference(v, Step / 2)) - Difference(v, Step)) / 3)], slopes, 1e-9, $"{name}'");
        Numbers.AssertClose([.. x.Select(function.Derivative)], slopes, 1e-14, $"{name}'");

        double Difference(double v, double step) =>
            (FunctionKernels.Of(function, [v + step])[0] - FunctionKernels.Of(function, [v - step])[0]) / (2 * step);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void TheCellsOwnEvaluationAgrees(string name)
    {
        var function = FunctionTable.Find(name)!;
        var evaluate = typeof(CellFunctions).GetMethod(name)!.CreateDelegate<Func<Hidden, Hidden>>();
        foreach (var (from, to) in function.Ranges)
        {
            double[] x = [.. Enumerable.Range(0, 1000).Select(i => from + ((to - from) * (i + 0.37) / 1000))];
            Numbers.AssertClose([.. x.Select(v => function.Exact(v).High)], evaluate(new Hidden(x)).ToArray(), 1e-15, name);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void AllWidthsGiveTheSameBits(string name)
    {
        var function = FunctionTable.Find(name)!;
        double[] x = [
            .. Enumerable.Range(-8000, 16000).Select(i => i * Math.Abs(i) * 1.3e-5), 1e-310, -1e-310, 1e30, -1e30, double.NaN,
            double.PositiveInfinity, double.NegativeInfinity, -0.0
        ];
        float[] singles = [.. x.Select(v => (float)v)];
        float[] floats = FunctionKernels.Of(function, singles, FunctionKernels.FloatWidths[0]);
        double[] doubles = FunctionKernels.Of(function, x, FunctionKernels.DoubleWidths[0]);
        foreach (var width in FunctionKernels.FloatWidths)
            SameBits.Assert(floats, FunctionKernels.Of(function, singles, width), $"{name} {width.Name}");
        foreach (var width in FunctionKernels.DoubleWidths)
            SameBits.Assert(doubles, FunctionKernels.Of(function, x, width), $"{name} {width.Name}");
        Assert.Equal(function.Digest, Digest(floats, doubles));
    }

    [Theory]
    [InlineData("Sin")]
    [InlineData("Cos")]
    public void BeyondTheirLimitAnglesStayWithinOne(string name)
    {
        var function = FunctionTable.Find(name)!;
        double[] x = [.. Enumerable.Range(0, 4096).Select(i => 1e5 * Math.Pow(1.19, i % 4000)).Where(v => v < 1e300)];
        Assert.All(FunctionKernels.Of(function, x), y => Assert.InRange(y, -1, 1));
        Assert.All(FunctionKernels.Of(function, [.. x.Select(v => (float)v).Where(float.IsFinite)]), y => Assert.InRange(y, -1, 1));
    }

    [Fact]
    public void TheDocumentationSaysTheBounds()
    {
        string[] lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "docs", "cells.md"));
        foreach (var function in FunctionTable.All)
        {
            string row = Assert.Single(lines, l => l.StartsWith($"| `{function.Name}(v)` |", StringComparison.Ordinal));
            string unit = function.IsOfArgument ? "ulp of v" : "ulp";
            Assert.EndsWith(
                string.Create(CultureInfo.InvariantCulture, $"| {Bound(function.FloatBound)} | {Bound(function.DoubleBound)} |"), row,
                StringComparison.Ordinal);

            string Bound(double bound) => bound == 0 ? "exact" : string.Create(CultureInfo.InvariantCulture, $"{bound} {unit}");
        }
    }

    private static double Ulp(double exact) => exact == 0 ? float.Epsilon : Math.ScaleB(1, Math.Max(Math.ILogB(exact), -126) - 23);

    // FNV-1a over the bits; one NaN is as good as another.
    private static ulong Digest(float[] floats, double[] doubles)
    {
        ulong hash = 14695981039346656037;
        foreach (float value in floats)
            hash = (hash ^ (float.IsNaN(value) ? 1u : BitConverter.SingleToUInt32Bits(value))) * 1099511628211;
        foreach (double value in doubles)
            hash = (hash ^ (double.IsNaN(value) ? 1u : BitConverter.DoubleToUInt64Bits(value))) * 1099511628211;
        return hash;
    }
}
