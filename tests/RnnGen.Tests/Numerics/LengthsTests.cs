using RnnGen.Numerics;
using Xunit;

namespace RnnGen.Tests.Numerics;

public class LengthsTests
{
    private const int Stride = 16;
    private static readonly int[] Rows = [3, 0, 5, 2];

    [Theory]
    [InlineData(0, "1")]
    [InlineData(1, "1")]
    [InlineData(2, "13")]
    [InlineData(3, "013")]
    [InlineData(4, "013")]
    [InlineData(5, "0123")]
    public void RowsThatHaveEndedKeepTheirState(int step, string ended)
    {
        float[] previous = Numbers<float>(1), next = Numbers<float>(2), before = [.. next];
        Lengths.Carry(Rows, step, ref previous[0], ref next[0], Stride);
        for (int i = 0; i < next.Length; i++)
            Assert.Equal(ended.Contains((char)('0' + (i / Stride))) ? previous[i] : before[i], next[i]);
    }

    [Fact]
    public void RowsThatHaveEndedPassTheirGradientByTheStep()
    {
        double[] gradient = Numbers<double>(1), before = [.. gradient], held = [.. Enumerable.Repeat(7.0, gradient.Length)];
        Lengths.Pause(Rows, 2, ref gradient[0], ref held[0], Stride);
        for (int i = 0; i < gradient.Length; i++)
        {
            bool ended = Rows[i / Stride] <= 2;
            Assert.Equal(ended ? 0 : before[i], gradient[i]);
            Assert.Equal(ended ? before[i] : 7, held[i]);
        }

        double[] previous = Numbers<double>(2), sum = [.. previous];
        Lengths.Resume(Rows, 2, ref held[0], ref sum[0], Stride);
        for (int i = 0; i < sum.Length; i++)
            Assert.Equal(Rows[i / Stride] <= 2 ? previous[i] + held[i] : previous[i], sum[i]);
    }

    [Fact]
    public void SumsHaveTheSameBitsAtEveryWidth() => EachWidth.HasTheSameBits(default(Resumed));

    [Fact]
    public void EverythingBehindTheLengthsIsCleared()
    {
        float[] values = [.. Enumerable.Range(0, 5 * Rows.Length * Stride).Select(i => i + 1f)];
        Lengths.Clear(Rows, 5, ref values[0], Stride);
        for (int i = 0; i < values.Length; i++)
        {
            int row = i / Stride % Rows.Length, step = i / Stride / Rows.Length;
            Assert.Equal(step < Rows[row] ? i + 1 : 0, values[i]);
        }
    }

    [Fact]
    public void NothingIsAllocated()
    {
        float[] left = new float[Rows.Length * Stride], right = new float[Rows.Length * Stride];
        Allocations.AssertNone(() =>
        {
            Lengths.Carry(Rows, 2, ref left[0], ref right[0], Stride);
            Lengths.Pause(Rows, 2, ref left[0], ref right[0], Stride);
            Lengths.Resume(Rows, 2, ref left[0], ref right[0], Stride);
            Lengths.Clear(Rows, 1, ref left[0], Stride);
        });
    }

    private static T[] Numbers<T>(int seed) where T : unmanaged
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, Rows.Length * Stride).Select(_ => Element.FromDouble<T>(random.NextDouble() - 0.5))];
    }

    private readonly struct Resumed : ILaneProgram
    {
        public T[] Run<V, T>() where V : struct, ILanes<V, T> where T : unmanaged
        {
            T[] held = Numbers<T>(3), gradient = Numbers<T>(4);
            new Lengths.ResumeKernel(Rows, 2, Stride).Run<V, T>(ref held[0], ref gradient[0], ref held[0], ref held[0]);
            return gradient;
        }
    }
}
