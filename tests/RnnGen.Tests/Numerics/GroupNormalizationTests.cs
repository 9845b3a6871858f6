using System.Runtime.CompilerServices;
using RnnGen.Numerics;

namespace RnnGen.Tests.Numerics;

public class GroupNormalizationTests
{
    private static GroupNormalization.Shape Of(int width, int groups = 1, bool centered = true, double epsilon = 1e-5) =>
        new(width, groups, (width + 15) / 16 * 16, centered, epsilon);

    [Fact]
    public void AllWidthsGiveTheSameBits()
    {
        EachWidth.HasTheSameBits(new Pass(Of(37)));
        EachWidth.HasTheSameBits(new Pass(Of(48, centered: false)));
        EachWidth.HasTheSameBits(new Pass(Of(35, groups: 5)));
        EachWidth.HasTheSameBits(new Pass(Of(3000, groups: 2, centered: false)));
    }

    [Fact]
    public void EachGroupHasMean0AndVariance1AndPaddingIs0()
    {
        double[] n = new Pass(Of(35, groups: 5)).Run<Double256, double>()[..48];
        foreach (double[] group in n[..35].Chunk(7))
        {
            Assert.Equal(0, group.Average(), 1e-15);
            Assert.Equal(1, group.Average(v => v * v), 1e-4);
        }

        Assert.All(n[35..], v => Assert.Equal(0, v));
    }

    [Fact]
    public void GradientsAreDifferences()
    {
        foreach (var shape in new[] { Of(5), Of(18, groups: 3), Of(17, centered: false, epsilon: 0.3), Of(16, groups: 8) })
        {
            int stride = shape.Stride;
            double[] x = [.. Enumerable.Range(0, stride).Select(i => i < shape.Width ? Math.Sin(i * i) : 0)];
            double[] weights = [.. Enumerable.Range(0, stride).Select(i => i < shape.Width ? Math.Cos(i) : 0)];
            double[] n = new double[stride], scale = new double[stride], dn = [.. weights], dx = [.. Enumerable.Repeat(1.0, stride)];
            GroupNormalization.Forward<Double128, double>(shape, 1, ref x[0], ref n[0], ref scale[0]);
            GroupNormalization.Backward<Double128, double>(shape, 1, ref n[0], ref scale[0], ref dn[0], ref dx[0], accumulate: true);
            for (int i = 0; i < shape.Width; i++)
            {
                double[] above = [.. x], below = [.. x];
                above[i] += 1e-6;
                below[i] -= 1e-6;
                Assert.Equal(1 + ((Loss(above) - Loss(below)) / 2e-6), dx[i], 1e-8);
            }

            double Loss(double[] values)
            {
                GroupNormalization.Forward<Double128, double>(shape, 1, ref values[0], ref values[0], ref Unsafe.NullRef<double>());
                return values.Zip(weights, (v, w) => v * w).Sum();
            }
        }
    }

    [Theory]
    [InlineData(5, 1, true)]
    [InlineData(48, 3, true)]
    [InlineData(37, 1, false)]
    [InlineData(2000, 1, true)]
    public void FloatsAreRightWhereSumsOrSquaresOverflow(int width, int groups, bool centered)
    {
        var shape = Of(width, groups, centered);
        foreach (float size in new[] { 1f, 1e20f, 1.7e38f })
        {
            foreach (double offset in new[] { 0, 0.5 })
            {
                double[] x = [.. Enumerable.Range(0, shape.Stride).Select(i => i < width ? (0.5 * Math.Sin(i * i)) + offset : 0)];
                float[] y = [.. x.Select(v => (float)(v * size))];
                var exact = shape with { Epsilon = shape.Epsilon / size / size };
                GroupNormalization.Forward<Double1, double>(exact, 1, ref x[0], ref x[0], ref Unsafe.NullRef<double>());
                GroupNormalization.Forward<Float256, float>(shape, 1, ref y[0], ref y[0], ref Unsafe.NullRef<float>());
                for (int i = 0; i < width; i++)
                    Assert.Equal(x[i], y[i], 1e-5);
            }
        }
    }

    [Fact]
    public void AGroupOfEqualNumbersBecomes0()
    {
        double[] x = [.. Enumerable.Repeat(3.0, 16)], scale = new double[16];
        GroupNormalization.Forward<Double128, double>(Of(16, groups: 2), 1, ref x[0], ref x[0], ref scale[0]);
        Assert.All(x, v => Assert.Equal(0, v));
        Assert.Equal(1 / Math.Sqrt(1e-5), scale[15], 1e-9);
    }

    /// <summary>Two vectors forward and back, with gain and bias.</summary>
    private readonly struct Pass(GroupNormalization.Shape shape) : ILaneProgram
    {
        public T[] Run<V, T>() where V : struct, ILanes<V, T> where T : unmanaged
        {
            var shape1 = shape;
            int count = 2 * shape.Stride;
            T[] x = Numbers(count, i => Math.Sin(i * i) + (i % 5)), dy = Numbers(count, Math.Cos);
            // The padding of parameters is 0, that of other vectors anything.
            T[] gain = Numbers(shape.Stride, i => i < shape1.Width ? 1 + (i % 3) : 0);
            T[] bias = Numbers(shape.Stride, i => i < shape1.Width ? i % 4 : 0);
            T[] n = new T[count], scale = new T[count], y = new T[count], dx = new T[count];
            T[] gainGradient = new T[shape.Stride], biasGradient = new T[shape.Stride];
            GroupNormalization.Forward<V, T>(shape, 2, ref x[0], ref n[0], ref scale[0]);
            GroupNormalization.Scale<V, T>(shape, 2, ref gain[0], ref bias[0], ref n[0], ref y[0]);
            T[] normalized = [.. n];
            GroupNormalization.ScaleBackward<V, T>(
                shape, 2, ref gain[0], ref gainGradient[0], ref biasGradient[0], ref n[0], ref dy[0]);
            GroupNormalization.Backward<V, T>(shape, 2, ref n[0], ref scale[0], ref dy[0], ref dx[0], accumulate: false);
            Assert.All(
                new[] { y, dx, [.. gainGradient, .. gainGradient], [.. biasGradient, .. biasGradient] },
                values => Assert.All(values[(shape1.Stride + shape1.Width)..], v => Assert.True(Element.IsZero(v))));
            return [.. normalized, .. y, .. gainGradient, .. biasGradient, .. dx];

            static T[] Numbers(int count, Func<double, double> at) =>
                [.. Enumerable.Range(0, count).Select(i => Element.FromDouble<T>(at(i)))];
        }
    }
}
