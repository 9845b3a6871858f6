using System.Runtime.Intrinsics;
using RnnGen.Numerics;
using Xunit;

namespace RnnGen.Tests.Numerics;

public class FunctionsFloatTests
{
    private const int Batch = 1 << 16;

    // A prime, so that all low bits occur; software vectors are slow.
    private static readonly uint Stride = Vector128.IsHardwareAccelerated ? 211u : 4001u;

    private delegate void Check(float x, float y);

    [Fact]
    public void TanhIsWithin5Ulp()
    {
        OverAllFloats(new Tanh(), (x, y) =>
        {
            double exact = Math.Tanh(x);
            if (Math.Abs(y - exact) > 5 * Ulp(exact))
                Assert.Fail($"tanh {x:R} = {y:R}");
        });
    }

    [Fact]
    public void TanhNeverExceeds1()
    {
        // Every single float of the range in which roundings could do it.
        float[] values = new float[Batch];
        uint stride = Vector128.IsHardwareAccelerated ? 1u : 97u;
        for (uint bits = BitConverter.SingleToUInt32Bits(6); bits < BitConverter.SingleToUInt32Bits(9); bits += Batch * stride)
        {
            for (uint i = 0; i < Batch; i++)
                values[i] = BitConverter.UInt32BitsToSingle(bits + (i * stride));
            Apply(new Tanh(), values);
            foreach (float y in values)
            {
                if (!(y is > 0.9999f and <= 1))
                    Assert.Fail($"{y:R}");
            }
        }
    }

    [Fact]
    public void SigmoidIsWithinItsAbsoluteBoundAndAProbability()
    {
        OverAllFloats(new Sigmoid(), (x, y) =>
        {
            if (!(y >= 0 && y <= 1 && Math.Abs(y - (1 / (1 + Math.Exp(-x)))) <= 1.8e-7))
                Assert.Fail($"sigmoid {x:R} = {y:R}");
        });
    }

    [Fact]
    public void ExpIsWithinItsBoundFromUnderflowToOverflow()
    {
        OverAllFloats(new Exp(), (x, y) =>
        {
            double exact = Math.Exp(x);
            bool good =
                exact >= float.MaxValue * (1 + Math.ScaleB(1, -25))
                    ? float.IsPositiveInfinity(y)
                    : Math.Abs(y - exact) <= 1.01 * Ulp(exact);
            if (!good)
                Assert.Fail($"exp {x:R} = {y:R}");
        });
    }

    [Fact]
    public void SoftplusIsWithin3Ulp()
    {
        OverAllFloats(new Softplus(), (x, y) =>
        {
            // Far below 0 it is e^x; elsewhere the sum keeps more digits than a float has.
            double exact =
                x < -18 ? Math.Exp(x) - (Math.Exp(2.0 * x) / 2) : Math.Max(x, 0.0) + Math.Log(1 + Math.Exp(-Math.Abs((double)x)));
            if (float.IsFinite(x) ? !(Math.Abs(y - exact) <= 3 * Ulp(exact)) : y != Math.Max(x, 0))
                Assert.Fail($"softplus {x:R} = {y:R}");
        });
    }

    [Fact]
    public void SpecialValues()
    {
        const float Infinity = float.PositiveInfinity, NaN = float.NaN;
        SameBits.Assert(
            [0, -0f, 1, -1, NaN, 1e-42f, 1, -1], Of(new Tanh(), [0, -0f, Infinity, -Infinity, NaN, 1e-42f, 8.1f, -8.1f]), "tanh");
        SameBits.Assert([0.5f, 0.5f, 1, 0, NaN, 1, 0], Of(new Sigmoid(), [0, -0f, Infinity, -Infinity, NaN, 20, -20]), "sigmoid");
        SameBits.Assert(
            [1, 1, Infinity, 0, NaN, Infinity, 0, float.Epsilon], Of(new Exp(), [0, -0f, Infinity, -Infinity, NaN, 88.73f, -104, -103.2f]),
            "exp");
        SameBits.Assert([Infinity, 0, NaN, 0.6931472f, 100, 0], Of(new Softplus(), [Infinity, -Infinity, NaN, 0, 100, -200]), "softplus");
        SameBits.Assert([0, -0f, Infinity, 0, NaN, 3, 0], Of(new Relu(), [0, -0f, Infinity, -Infinity, NaN, 3, -3]), "relu");
    }

    private static void OverAllFloats<TProgram>(TProgram function, Check check) where TProgram : IFunction
    {
        float[] x = new float[Batch], y = new float[Batch];
        for (ulong first = 0; first <= uint.MaxValue; first += Batch * Stride)
        {
            for (uint i = 0; i < Batch; i++)
                x[i] = BitConverter.UInt32BitsToSingle((uint)Math.Min(first + ((ulong)i * Stride), uint.MaxValue));
            x.CopyTo(y, 0);
            Apply(function, y);
            for (int i = 0; i < Batch; i++)
            {
                if (!float.IsNaN(x[i]))
                    check(x[i], y[i]);
                else if (!float.IsNaN(y[i]))
                    Assert.Fail("NaN became a number");
            }
        }
    }

    private static float[] Of<TFunction>(TFunction function, float[] x) where TFunction : IFunction
    {
        float[] padded = [.. x, .. new float[16 - x.Length]];
        Apply(function, padded);
        return padded[..x.Length];
    }

    private static void Apply<TFunction>(TFunction function, float[] values) where TFunction : IFunction =>
        Widest.Run(new FunctionKernel<TFunction>(function, values.Length), ref values[0], ref values[0], ref values[0], ref values[0]);

    private static double Ulp(double exact) =>
        exact == 0 ? float.Epsilon : Math.ScaleB(1, Math.Max(Math.ILogB(exact), -126) - 23);
}
