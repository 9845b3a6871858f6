using RnnGen.Numerics;
using Xunit;

namespace RnnGen.Tests.Numerics;

public class LanesTests
{
    private const int Operations = 15;

    // All pairs of these, so the length is a multiple of 16.
    private static readonly double[] Samples =
    [
        0, -0.0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 3.4999998, 1e-40, -1e-40, 5e-324, 1e-310, 1e38, -3e38, 1e300,
        -1e300, double.PositiveInfinity, double.NegativeInfinity, double.NaN, 0.1, -0.3, 7.77, 12345.678, -8388609.5,
        4503599627370497.5, 1.0000001, 126, -126, 127, 0.7071,
    ];

    [Fact]
    public void FloatsOfOneLaneArePlainArithmetic()
    {
        float[] expected = Reference(Inputs<float>(), (a, b, c) =>
        [
            a + b, a - b, a * b, a / b, -a, MathF.FusedMultiplyAdd(a, b, c), MathF.Sqrt(a), MathF.Abs(a), MathF.CopySign(a, b),
            MathF.Round(a),
            a * MathF.ScaleB(1, Exponent(b)), a < -1 ? -1 : a > 2 ? 2 : a, a > b ? a : b, a > b ? c : a, (float)0.1,
        ]);
        SameBits.Assert(expected, default(AllOperations).Run<Float1, float>(), "Float1");
    }

    [Fact]
    public void DoublesOfOneLaneArePlainArithmetic()
    {
        double[] expected = Reference(Inputs<double>(), (a, b, c) =>
        [
            a + b, a - b, a * b, a / b, -a, Math.FusedMultiplyAdd(a, b, c), Math.Sqrt(a), Math.Abs(a), Math.CopySign(a, b), Math.Round(a),
            a * Math.ScaleB(1, Exponent(b)), a < -1 ? -1 : a > 2 ? 2 : a, a > b ? a : b, a > b ? c : a, 0.1,
        ]);
        SameBits.Assert(expected, default(AllOperations).Run<Double1, double>(), "Double1");
    }

    [Fact]
    public void AllWidthsGiveTheSameBits() => EachWidth.HasTheSameBits(default(AllOperations));

    [Fact]
    public void CountsAreThoseOfTheVectors()
    {
        Assert.Equal([1, 4, 8, 16], new[] { Float1.Count, Float128.Count, Float256.Count, Float512.Count });
        Assert.Equal([1, 2, 4, 8], new[] { Double1.Count, Double128.Count, Double256.Count, Double512.Count });
    }

    [Fact]
    public void LoadsAndStoresTouchTheirOwnElementsAlone() => EachWidth.HasTheSameBits(default(Copies));

    [Fact]
    public void SignificandsAndExponentsMakeUpTheNumbers()
    {
        EachWidth.HasTheSameBits(default(Significands));
        float[] floats = Significands.Numbers<float>(), split = default(Significands).Run<Float1, float>();
        for (int i = 0; i < floats.Length; i++)
        {
            Assert.InRange(split[i], 1, MathF.BitDecrement(2));
            Assert.Equal(floats[i], MathF.ScaleB(split[i], (int)split[i + floats.Length]));
        }

        double[] doubles = Significands.Numbers<double>(), parts = default(Significands).Run<Double1, double>();
        for (int i = 0; i < doubles.Length; i++)
        {
            Assert.InRange(parts[i], 1, Math.BitDecrement(2));
            Assert.Equal(doubles[i], Math.ScaleB(parts[i], (int)parts[i + doubles.Length]));
        }
    }

    [Fact]
    public void ScaleCoversTheNormalExponents()
    {
        foreach (var (_, result) in EachWidth.Float(default(Powers)))
            for (int e = -126; e <= 127; e++)
                Assert.Equal(MathF.ScaleB(1, e), result[e + 1024]);
        foreach (var (_, result) in EachWidth.Double(default(Powers)))
            for (int e = -1022; e <= 1023; e++)
                Assert.Equal(Math.ScaleB(1, e), result[e + 1024]);
    }

    private static int Exponent(double b) => b is >= -126 and <= 127 ? (int)Math.Round(b) : 3;

    private static (T[] A, T[] B, T[] C) Inputs<T>() where T : unmanaged
    {
        int n = Samples.Length;
        T[] a = new T[n * n], b = new T[n * n], c = new T[n * n];
        for (int i = 0; i < n * n; i++)
        {
            a[i] = Element.FromDouble<T>(Samples[i / n]);
            b[i] = Element.FromDouble<T>(Samples[i % n]);
            c[i] = Element.FromDouble<T>(Samples[i * 7 % n]);
        }

        return (a, b, c);
    }

    private static T[] Reference<T>((T[] A, T[] B, T[] C) inputs, Func<T, T, T, T[]> operations) where T : unmanaged =>
        [.. Enumerable.Range(0, inputs.A.Length).SelectMany(i => operations(inputs.A[i], inputs.B[i], inputs.C[i]))];

    private readonly struct AllOperations : ILaneProgram
    {
        public T[] Run<V, T>() where V : struct, ILanes<V, T> where T : unmanaged
        {
            var (a, b, c) = Inputs<T>();
            T[] exponents = [.. b.Select(x => Element.FromDouble<T>(Exponent(Element.ToDouble(x))))];
            T[] results = new T[a.Length * Operations], buffer = new T[V.Count];
            for (int i = 0; i < a.Length; i += V.Count)
            {
                V x = V.Load(ref a[0], i), y = V.Load(ref b[0], i), z = V.Load(ref c[0], i);
                V[] lanes =
                [
                    x + y, x - y, x * y, x / y, -x, V.MultiplyAdd(x, y, z), V.Sqrt(x), V.Abs(x), V.CopySign(x, y), V.Round(x),
                    V.Scale(x, V.Load(ref exponents[0], i)), V.Clamp(x, V.Constant(-1), V.Broadcast(Element.FromDouble<T>(2))),
                    V.Max(x, y), V.IfGreater(x, y, z, x), V.Constant(0.1),
                ];
                for (int operation = 0; operation < Operations; operation++)
                {
                    lanes[operation].Store(ref buffer[0], 0);
                    for (int lane = 0; lane < V.Count; lane++)
                        results[((i + lane) * Operations) + operation] = buffer[lane];
                }
            }

            return results;
        }
    }

    private readonly struct Copies : ILaneProgram
    {
        public T[] Run<V, T>() where V : struct, ILanes<V, T> where T : unmanaged
        {
            T[] source = [.. Enumerable.Range(0, 40).Select(i => Element.FromDouble<T>(i))], target = new T[40];
            for (int i = 0; i < 16; i += V.Count)
                V.Load(ref source[5], i - 2).Store(ref target[9], i + 1);
            for (int i = 0; i < 40; i++)
                Assert.Equal(i is >= 10 and < 26 ? i - 7 : 0, Element.ToDouble(target[i]));
            Assert.All(Enumerable.Range(0, 16 / V.Count), _ => Assert.Equal(default, V.Zero));
            return target;
        }
    }

    private readonly struct Powers : ILaneProgram
    {
        public T[] Run<V, T>() where V : struct, ILanes<V, T> where T : unmanaged
        {
            T[] exponents = [.. Enumerable.Range(-1024, 2048).Select(e => Element.FromDouble<T>(e))];
            for (int i = 0; i < exponents.Length; i += V.Count)
                V.Scale(V.Constant(1), V.Load(ref exponents[0], i)).Store(ref exponents[0], i);
            return exponents;
        }
    }

    /// <summary>Normal numbers from the smallest to the largest: their significands, then their exponents.</summary>
    private readonly struct Significands : ILaneProgram
    {
        public static T[] Numbers<T>() where T : unmanaged
        {
            double smallest =
                typeof(T) == typeof(float)
                    ? 1.1754943508222875e-38
                    : 2.2250738585072014e-308, largest = typeof(T) == typeof(float) ? float.MaxValue : double.MaxValue;
            double growth = Math.Exp((Math.Log(largest) - Math.Log(smallest)) / 1024);
            return [
                .. Enumerable.Range(0, 1020).Select(i => Element.FromDouble<T>(smallest * Math.Pow(growth, i))),
                .. new[] { smallest, 1, 2, largest }.Select(Element.FromDouble<T>)
            ];
        }

        public T[] Run<V, T>() where V : struct, ILanes<V, T> where T : unmanaged
        {
            T[] x = Numbers<T>(), result = new T[2 * x.Length];
            for (nint i = 0; i < x.Length; i += V.Count)
            {
                V.Significand(V.Load(ref x[0], i), out V exponent).Store(ref result[0], i);
                exponent.Store(ref result[0], i + x.Length);
            }

            return result;
        }
    }
}
