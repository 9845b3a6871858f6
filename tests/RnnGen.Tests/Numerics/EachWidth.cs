using RnnGen.Numerics;

namespace RnnGen.Tests.Numerics;

/// <summary>A computation that must have the same bits at every width.</summary>
internal interface ILaneProgram
{
    T[] Run<V, T>() where V : struct, ILanes<V, T> where T : unmanaged;
}

/// <summary>Runs at all widths, in software where the machine has no such vectors.</summary>
internal static class EachWidth
{
    public static (string Name, float[] Result)[] Float<TProgram>(TProgram program) where TProgram : ILaneProgram =>
    [
        ("Float1", program.Run<Float1, float>()),
        ("Float128", program.Run<Float128, float>()),
        ("Float256", program.Run<Float256, float>()),
        ("Float512", program.Run<Float512, float>()),
    ];

    public static (string Name, double[] Result)[] Double<TProgram>(TProgram program) where TProgram : ILaneProgram =>
    [
        ("Double1", program.Run<Double1, double>()),
        ("Double128", program.Run<Double128, double>()),
        ("Double256", program.Run<Double256, double>()),
        ("Double512", program.Run<Double512, double>()),
    ];

    public static void HasTheSameBits<TProgram>(TProgram program) where TProgram : ILaneProgram
    {
        var floats = Float(program);
        foreach (var (name, result) in floats)
            SameBits.Assert(floats[0].Result, result, name);
        var doubles = Double(program);
        foreach (var (name, result) in doubles)
            SameBits.Assert(doubles[0].Result, result, name);
    }
}

/// <summary>Equality of bits, except that one NaN is as good as another.</summary>
internal static class SameBits
{
    public static void Assert(float expected, float actual, string what)
    {
        if (BitConverter.SingleToInt32Bits(expected) != BitConverter.SingleToInt32Bits(actual)
            && !(float.IsNaN(expected) && float.IsNaN(actual)))
            Xunit.Assert.Fail($"{what}: {actual:R} instead of {expected:R}");
    }

    public static void Assert(double expected, double actual, string what)
    {
        if (BitConverter.DoubleToInt64Bits(expected) != BitConverter.DoubleToInt64Bits(actual)
            && !(double.IsNaN(expected) && double.IsNaN(actual)))
            Xunit.Assert.Fail($"{what}: {actual:R} instead of {expected:R}");
    }

    public static void Assert(float[] expected, float[] actual, string what)
    {
        Xunit.Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert(expected[i], actual[i], $"{what}[{i}]");
    }

    public static void Assert(double[] expected, double[] actual, string what)
    {
        Xunit.Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert(expected[i], actual[i], $"{what}[{i}]");
    }
}
