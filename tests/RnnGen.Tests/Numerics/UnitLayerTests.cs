using RnnGen.Numerics;

namespace RnnGen.Tests.Numerics;

/// <summary>The kernels of softmax layers and of rectifiers with a learned slope.</summary>
public class UnitLayerTests
{
    private const int Width = 21;
    private const int Stride = 32;
    private const int Count = 2;

    [Fact]
    public void AllWidthsGiveTheSameBits()
    {
        EachWidth.HasTheSameBits(new Softmaxes());
        EachWidth.HasTheSameBits(new Rectifiers(true));
        EachWidth.HasTheSameBits(new Rectifiers(false));
    }

    [Fact]
    public void SharesAreThoseOfTheDefinitionAndNothingOverflows()
    {
        double[] x = [.. Enumerable.Range(0, Stride).Select(i => 700.0 + (40 * Math.Sin(i)))], y = new double[Stride], logarithms = [.. y];
        UnitSoftmax.Softmax<Double256, double>(1, Width, Stride, ref x[0], ref y[0]);
        UnitSoftmax.LogSoftmax<Double256, double>(1, Width, Stride, ref x[0], ref logarithms[0]);
        double largest = x[..Width].Max(), sum = x[..Width].Sum(v => Math.Exp(v - largest));
        for (int i = 0; i < Stride; i++)
        {
            Assert.Equal(i < Width ? Math.Exp(x[i] - largest) / sum : 0, y[i], 1e-15);
            Assert.Equal(i < Width ? x[i] - largest - Math.Log(sum) : 0, logarithms[i], 1e-13);
        }
    }

    [Fact]
    public void ALogarithmOfAShareKeepsItsDigitsBesideALargeNumber()
    {
        float[] x = [1000.25f, 1000, 999.5f, .. new float[13]], y = new float[16];
        UnitSoftmax.LogSoftmax<Float128, float>(1, 3, 16, ref x[0], ref y[0]);
        double sum = 1 + Math.Exp(-0.25) + Math.Exp(-0.75);
        Assert.Equal(-Math.Log(sum), y[0], 2e-7);
        Assert.Equal(-0.75 - Math.Log(sum), y[2], 2e-7);
    }

    private static T[] Numbers<T>(Func<int, double> at) where T : unmanaged =>
        [.. Enumerable.Range(0, Count * Stride).Select(i => Element.FromDouble<T>(at(i)))];

    private readonly struct Softmaxes : ILaneProgram
    {
        public T[] Run<V, T>() where V : struct, ILanes<V, T> where T : unmanaged
        {
            T[] x = Numbers<T>(i => 3 * Math.Sin(i * i)), dy = Numbers<T>(i => Math.Cos(i));
            T[] y = new T[x.Length], logarithms = new T[x.Length], dx = new T[x.Length], dLogarithms = new T[x.Length];
            UnitSoftmax.Softmax<V, T>(Count, Width, Stride, ref x[0], ref y[0]);
            UnitSoftmax.LogSoftmax<V, T>(Count, Width, Stride, ref x[0], ref logarithms[0]);
            UnitSoftmax.LogSoftmaxBackward<V, T>(
                Count, Width, Stride, ref logarithms[0], ref dy[0], ref dLogarithms[0], accumulate: false);
            UnitSoftmax.SoftmaxBackward<V, T>(Count, Width, Stride, ref y[0], ref dy[0], ref dx[0], accumulate: false);
            Assert.All(
                new[] { y, logarithms, dx, dLogarithms },
                values => Assert.All(values[(Stride + Width)..], v => Assert.True(Element.IsZero(v))));
            return [.. y, .. logarithms, .. dx, .. dLogarithms];
        }
    }

    private readonly struct Rectifiers(bool shared) : ILaneProgram
    {
        public T[] Run<V, T>() where V : struct, ILanes<V, T> where T : unmanaged
        {
            T[] slope = Numbers<T>(i => i % Stride < Width ? 0.1 * (i % 4) : 0), gradient = new T[Stride];
            T[] x = Numbers<T>(i => Math.Sin(i * i)), dy = Numbers<T>(i => Math.Cos(i)), y = new T[x.Length], dx = new T[x.Length];
            // The padding may hold anything.
            x[Stride - 1] = Element.FromDouble<T>(double.NegativeInfinity);
            ParametricRelu.Forward<V, T>(Count, Stride, shared, ref slope[1], ref x[0], ref y[0]);
            ParametricRelu.Backward<V, T>(
                Count, Width, Stride, shared, ref slope[1], ref gradient[0], ref x[0], ref dy[0], ref dx[0], accumulate: false);
            Assert.All(gradient[(shared ? 1 : Width)..], v => Assert.True(Element.IsZero(v)));
            Assert.All(dx[(Stride + Width)..], v => Assert.True(Element.IsZero(v)));
            return [.. y[Stride..(Stride + Width)], .. gradient, .. dx];
        }
    }
}
