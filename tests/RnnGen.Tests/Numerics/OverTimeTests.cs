using System.Runtime.CompilerServices;
using RnnGen.Numerics;

namespace RnnGen.Tests.Numerics;

/// <summary>What works on the steps of each number.</summary>
public class OverTimeTests
{
    private const int Steps = 5;
    private const int Rows = 3;
    private const int Width = 19;
    private const int Stride = 32;

    private static readonly int[] Lengths = [5, 0, 2];

    [Fact]
    public void AllWidthsGiveTheSameBits() => EachWidth.HasTheSameBits(default(All));

    [Fact]
    public void ASoftmaxSurvivesLargeNumbers()
    {
        float[] x = [.. Enumerable.Range(0, Steps * Rows * Stride).Select(i => i % 7 == 0 ? 3e38f : -3e38f)], y = new float[x.Length];
        TimeSoftmax.Softmax<Float256, float>([], Steps, Rows, ref x[0], ref y[0], Stride);
        Assert.All(y, value => Assert.InRange(value, 0, 1));
        for (int i = 0; i < Rows * Stride; i++)
            Assert.Equal(1, Enumerable.Range(0, Steps).Sum(t => y[(t * Rows * Stride) + i]), 1e-6);
    }

    [Fact]
    public void BehindALengthThereIsNothing()
    {
        double[] x = [.. Enumerable.Range(0, Steps * Rows * Stride).Select(i => Math.Sin(i))], y = [.. x], weights = [.. x[..80]];
        TimeSoftmax.LogSoftmax<Double256, double>(Lengths, Steps, Rows, ref x[0], ref y[0], Stride);
        AssertNothingBehind(y);
        TimeSoftmax.Softmax<Double256, double>(Lengths, Steps, Rows, ref x[0], ref y[0], Stride);
        AssertNothingBehind(y);
        double[] bias = [.. Enumerable.Repeat(1.0, 16)];
        TimeProduct.Forward<Double256, double>(Lengths, Steps, Rows, 16, ref weights[0], ref bias[0], ref x[0], ref y[0], Stride);
        AssertNothingBehind(y);
        Assert.NotEqual(0, y[0]);
    }

    private static void AssertNothingBehind(double[] y)
    {
        for (int i = 0; i < y.Length; i++)
            Assert.True(i / Stride / Rows < Lengths[i / Stride % Rows] || y[i] == 0);
    }

    private struct All : ILaneProgram
    {
        public readonly T[] Run<V, T>()
            where V : struct, ILanes<V, T>
            where T : unmanaged
        {
            const int Depth = 16;
            int count = Steps * Rows * Stride;
            T[] x = Numbers<T>(count), y = new T[count], dy = Numbers<T>(count), weights = Numbers<T>(Steps * Depth);
            List<T> all = [];
            foreach (bool accumulate in new[] { false, true })
            {
                T[] dx = Numbers<T>(count), dw = Numbers<T>(weights.Length), bias = Numbers<T>(Depth);
                TimeSoftmax.Softmax<V, T>(Lengths, Steps, Rows, ref x[0], ref y[0], Stride);
                TimeSoftmax.SoftmaxGradient<V, T>(Lengths, Steps, Rows, ref y[0], ref dy[0], ref dx[0], Stride, accumulate);
                all.AddRange([.. y, .. dx]);
                TimeSoftmax.LogSoftmax<V, T>(Lengths, Steps, Rows, ref x[0], ref y[0], Stride);
                TimeSoftmax.LogSoftmaxGradient<V, T>(Lengths, Steps, Rows, ref y[0], ref dy[0], ref dx[0], Stride, accumulate);
                all.AddRange([.. y, .. dx]);
                TimeProduct.Forward<V, T>(
                    Lengths, Steps, Rows, Depth, ref weights[0], ref Unsafe.NullRef<T>(), ref x[0], ref y[0], Stride);
                TimeProduct.Transposed<V, T>(Lengths, Steps, Rows, Depth, ref weights[0], ref dy[0], ref dx[0], Stride, accumulate);
                TimeProduct.Gradients<V, T>(
                    Lengths, Steps, Steps, Rows, Width, Depth, ref x[0], ref dy[0], ref dw[0], ref bias[0], Stride, accumulate);
                all.AddRange([.. y, .. dx, .. dw, .. bias]);
                TimePooling.Sum<V, T>(Lengths, Steps, Rows, ref x[0], ref y[0], Stride);
                TimePooling.SumGradient<V, T>(Lengths, Steps, Rows, ref y[0], ref dx[0], Stride, accumulate);
                all.AddRange([.. y[..(Rows * Stride)], .. dx]);
                Merging.Spread(Rows, ref x[0], Stride, ref y[0], Stride);
                Merging.SpreadGradient<V, T>(Rows, Width, ref dy[0], Stride, ref dx[0], Stride, accumulate);
                all.AddRange([.. y, .. dx]);
            }

            return [.. all];
        }
    }

    private static T[] Numbers<T>(int count) where T : unmanaged =>
        [.. Enumerable.Range(0, count).Select(i => Element.FromDouble<T>(Math.Sin(i * 0.7)))];
}
