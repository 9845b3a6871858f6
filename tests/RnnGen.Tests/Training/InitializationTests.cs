using RnnGen.Generated;
using RnnGen.Numerics;
using Xunit;

namespace RnnGen.Tests;

public class InitializationTests
{
    private const int Units = 40, Inputs = 25;

    public static TheoryData<int, int> Shapes => new() { { 40, 40 }, { 40, 13 }, { 13, 40 }, { 1, 5 }, { 1, 1 } };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void HeAndGlorotDrawRecurrentWeightsWithOrthonormalColumnsOrRows(int rows, int columns)
    {
        foreach (Initialization initialization in new[] { Initialization.He, Initialization.Glorot })
        {
            double[] u = Draw(initialization, ParameterRole.Recurrent, rows, columns);
            int count = Math.Min(rows, columns);
            for (int i = 0; i < count; i++)
            {
                for (int j = 0; j < count; j++)
                {
                    double product = rows >= columns
                        ? Enumerable.Range(0, rows).Sum(k => u[(k * columns) + i] * u[(k * columns) + j])
                        : Enumerable.Range(0, columns).Sum(k => u[(i * columns) + k] * u[(j * columns) + k]);
                    Assert.Equal(i == j ? 1 : 0, product, 1e-14);
                }
            }
        }

        double[] gained = Draw(Initialization.Glorot with { Gain = 2 }, ParameterRole.Recurrent, rows, columns);
        Assert.Equal(4.0 * Math.Min(rows, columns), gained.Sum(value => value * value), 1e-12);
    }

    [Theory]
    [InlineData(ParameterRole.Input)]
    [InlineData(ParameterRole.DenseWeight)]
    public void HeKeepsTheVarianceThroughARectifier(ParameterRole role)
    {
        double[] w = Draw(Initialization.He, role, Units, Inputs);
        double limit = Math.Sqrt(6.0 / Inputs);
        Assert.All(w, value => Assert.InRange(value, -limit, limit));
        Assert.True(w.Max() > 0.98 * limit && w.Min() < -0.98 * limit);
        Assert.Equal(2.0 / Inputs, w.Average(value => value * value), 0.008);
        Assert.Equal(0, w.Average(), 0.03);
    }

    [Fact]
    public void GlorotSeesADenseMatrixAsAWhole()
    {
        // 8 inputs and 70 outputs, which lie in parts of 16.
        ParameterView<float> view = new Models.EmbeddedGru(1, Initialization.Glorot).Parameters["dense.weight"];
        float[] w = new float[view.Count];
        view.CopyTo(w);
        double limit = Math.Sqrt(6.0 / (8 + 70));
        Assert.All(w, value => Assert.InRange(value, -limit, limit));
        Assert.True(w.Max() > 0.98 * limit && w.Min() < -0.98 * limit);
    }

    [Fact]
    public void UniformHasItsLimitWhateverIsDrawn()
    {
        foreach (ParameterRole role in Enum.GetValues<ParameterRole>()
            .Except([ParameterRole.Gain, ParameterRole.NormBias, ParameterRole.Slope]))
        {
            double[] w = Draw(Initialization.Uniform(0.3), role, Units, Inputs);
            Assert.All(w, value => Assert.InRange(value, -0.3, 0.3));
            Assert.Equal(0.03, w.Average(value => value * value), 0.004);
        }
    }

    [Fact]
    public void IdentityKeepsAStateAsItIs()
    {
        double[] u = Draw(Initialization.Identity(), ParameterRole.Recurrent, Units, Units);
        for (int i = 0; i < u.Length; i++)
            Assert.Equal(i / Units == i % Units ? 1 : 0, u[i]);
        Assert.Equal([0.5, 0, 0, 0, 0.5, 0], Draw(Initialization.Identity(0.5), ParameterRole.Recurrent, 2, 3));

        foreach (ParameterRole role in new[] { ParameterRole.Input, ParameterRole.DenseWeight })
        {
            Assert.Equal(1e-6, Draw(Initialization.Identity(), role, Units, Inputs).Average(value => value * value), 1.5e-7);
            Assert.Equal(
                0.04, Draw(Initialization.Identity() with { InputDeviation = 0.2 }, role, Units, Inputs).Average(value => value * value),
                0.006);
        }
    }

    [Fact]
    public void HeAndIdentityStartWithBiasesOf0AndEmbeddingsOfVariance1()
    {
        foreach (Initialization initialization in new[] { Initialization.He, Initialization.Identity() })
        {
            foreach (ParameterRole role in new[]
            {
                ParameterRole.Bias, ParameterRole.ForgetBias, ParameterRole.DenseBias, ParameterRole.PerUnit
            })
                Assert.All(Draw(initialization, role, Units, 0), value => Assert.Equal(0, value));
            Assert.Equal(1, Draw(initialization, ParameterRole.Embedding, 100, Units).Average(value => value * value), 0.1);
        }
    }

    [Fact]
    public void NormalizationsAndSlopesBeginAsTheyDoInPyTorchHoweverAllElseIsDrawn()
    {
        Initialization[] all =
            [Initialization.PyTorch, Initialization.Glorot, Initialization.He, Initialization.Uniform(0.1), Initialization.Identity()];
        foreach (Initialization initialization in all)
        {
            Assert.All(Draw(initialization, ParameterRole.Gain, Units, 0), value => Assert.Equal(1, value));
            Assert.All(Draw(initialization, ParameterRole.NormBias, Units, 0), value => Assert.Equal(0, value));
            Assert.All(Draw(initialization, ParameterRole.Slope, Units, 0), value => Assert.Equal(0.25, value));
        }
    }

    [Fact]
    public void SeedsDecideAndNumbersOutsideTheirRangeAreRefused()
    {
        Assert.Equal(Draw(Initialization.He, ParameterRole.Input, 9, 9), Draw(Initialization.He, ParameterRole.Input, 9, 9));
        Assert.NotEqual(Draw(Initialization.He, ParameterRole.Input, 9, 9), Draw(Initialization.He, ParameterRole.Input, 9, 9, seed: 2));
        Assert.Equal(Initialization.Uniform(0.1), Initialization.Uniform(0.1));
        foreach (double bad in new[] { -0.1, double.NaN, double.PositiveInfinity })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => Initialization.Uniform(bad));
            Assert.Throws<ArgumentOutOfRangeException>(() => Initialization.Identity() with { InputDeviation = bad });
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => Initialization.Identity(double.NaN));
    }

    private static double[] Draw(Initialization initialization, ParameterRole role, int rows, int columns, ulong seed = 1)
    {
        int width = Math.Max(columns, 1);
        AlignedBuffer<double> buffer = new(rows * width);
        ParameterInfo info = new("w", rows, columns, [new(0, rows, 0, 1, width, 1, role, width)], []);
        initialization.Apply([info], buffer, seed);
        return buffer.Span.ToArray();
    }
}
