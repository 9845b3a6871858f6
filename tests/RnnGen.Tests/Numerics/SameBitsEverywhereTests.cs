using Xunit;

namespace RnnGen.Tests.Numerics;

/// <summary>
/// Bits that were computed once. They hold on every machine, at every setting of the JIT; a test at one width cannot see a difference
/// that all widths of a machine share.
/// </summary>
public class SameBitsEverywhereTests
{
    [Fact]
    public void Functions() => Assert.Equal(
        (147572807000357813UL, 12773700567598237421UL, 13832532501190863336UL, 5779876152229672228UL),
        (Digest(new Sweep<Tanh>()), Digest(new Sweep<Sigmoid>()), Digest(new Sweep<Exp>()), Digest(new Sweep<Softplus>())));

    [Fact]
    public void Losses() => Assert.Equal(1393519732909597026UL, Digest(default(AllLosses)));

    // FNV-1a over the bits of both elements; a NaN counts as any other.
    private static ulong Digest<TProgram>(TProgram program) where TProgram : ILaneProgram
    {
        ulong hash = 14695981039346656037;
        foreach (float value in EachWidth.Float(program)[^1].Result)
            hash = (hash ^ (float.IsNaN(value) ? 1u : BitConverter.SingleToUInt32Bits(value))) * 1099511628211;
        foreach (double value in EachWidth.Double(program)[^1].Result)
            hash = (hash ^ (double.IsNaN(value) ? 1u : BitConverter.DoubleToUInt64Bits(value))) * 1099511628211;
        return hash;
    }
}
