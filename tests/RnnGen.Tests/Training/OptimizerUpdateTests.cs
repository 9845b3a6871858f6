using System.Runtime.InteropServices;
using System.Security.Cryptography;
using RnnGen.Numerics;
using Xunit;

namespace RnnGen.Tests;

public class OptimizerUpdateTests
{
    // Not a multiple of 16, 8, 4 or 2: every width also has a rest.
    private const int Length = 1003, Padding = 40;

    public static TheoryData<string> Names() => [.. Optimizers.Keys];

    internal static readonly Dictionary<string, Optimizer> Optimizers = new()
    {
        ["Adam"] = new Adam(),
        ["Adam, other numbers"] = new Adam(0.02) { Beta1 = 0.3, Beta2 = 0.8, Epsilon = 1e-3, WeightDecay = 0.1 },
        ["AdamW"] = new AdamW(0.01),
        ["AdamW, other numbers"] = new AdamW(0.02) { Beta1 = 0, Beta2 = 0.5, WeightDecay = 0.3 },
        ["Sgd"] = new Sgd(0.1),
        ["Sgd, decay"] = new Sgd(0.1) { WeightDecay = 0.2 },
        ["Sgd, momentum"] = new Sgd(0.05) { Momentum = 0.9, WeightDecay = 0.01 },
        ["Sgd, dampening"] = new Sgd(0.05) { Momentum = 0.8, Dampening = 0.4 },
        ["Sgd, Nesterov"] = new Sgd(0.05) { Momentum = 0.9, Nesterov = true, WeightDecay = 0.01 },
        ["RmsProp"] = new RmsProp(),
        ["RmsProp, other numbers"] = new RmsProp(0.02) { Alpha = 0.5, Epsilon = 1e-4, WeightDecay = 0.1 },
        ["RmsProp, momentum"] = new RmsProp(0.01) { Momentum = 0.9 },
        ["Adagrad"] = new Adagrad(),
        ["Adagrad, other numbers"] = new Adagrad(0.05) { InitialAccumulator = 0.1, Epsilon = 1e-3, WeightDecay = 0.1 },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void DoublesFollowTheDefinition(string name) => Compare<double>(Optimizers[name], 1e-11);

    [Theory]
    [MemberData(nameof(Names))]
    public void FloatsFollowTheDefinition(string name) => Compare<float>(Optimizers[name], 2e-4);

    [Theory]
    [MemberData(nameof(Names))]
    public void PaddingStaysZero(string name)
    {
        Optimizer optimizer = Optimizers[name];
        var (parameters, gradients) = Random<float>(1);
        OptimizerState<float> state = optimizer.CreateState<float>(Length);
        for (int step = 0; step < 10; step++)
            optimizer.Update(state, parameters, gradients, optimizer.LearningRate);
        Assert.All(parameters.Span[^Padding..].ToArray(), value => Assert.Equal(0, BitConverter.SingleToInt32Bits(value)));
        Assert.DoesNotContain(parameters.Span[..^Padding].ToArray(), value => !float.IsFinite(value));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ElementsDoNotDependOnTheirPlace(string name)
    {
        // Element 1002 is updated by scalars, element 0 by vectors: same numbers, same bits.
        Optimizer optimizer = Optimizers[name];
        AlignedBuffer<float> parameters = new(Length), gradients = new(Length);
        OptimizerState<float> state = optimizer.CreateState<float>(Length);
        Random random = new(5);
        parameters.Span.Fill(0.7f);
        for (int step = 0; step < 30; step++)
        {
            gradients.Span.Fill(random.NextSingle() - 0.5f);
            optimizer.Update(state, parameters, gradients, optimizer.LearningRate, 0.3);
        }

        Assert.Single(parameters.Span.ToArray().Distinct());
    }

    [Fact]
    public void AllMachinesGiveTheSameBits()
    {
        // The digest was taken at 512 bits; tests run at every width.
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Optimizer optimizer in Optimizers.Values)
        {
            Run<float>(optimizer, hash);
            Run<double>(optimizer, hash);
        }

        Assert.Equal("035c767f456e42d5", Convert.ToHexStringLower(hash.GetHashAndReset())[..16]);
    }

    [Fact]
    public void UpdatesAllocateNothing()
    {
        foreach (Optimizer optimizer in Optimizers.Values)
        {
            var (parameters, gradients) = Random<float>(1);
            OptimizerState<float> state = optimizer.CreateState<float>(Length);
            Allocations.AssertNone(() => optimizer.Update(state, parameters, gradients, 0.01));
        }
    }

    [Fact]
    public void DefaultsAreThoseOfPyTorch()
    {
        Assert.Equal(
            (1e-3, 0.9, 0.999, 1e-8, 0.0),
            (new Adam().LearningRate, new Adam().Beta1, new Adam().Beta2, new Adam().Epsilon, new Adam().WeightDecay));
        Assert.Equal(
            (1e-3, 0.9, 0.999, 1e-8, 0.01),
            (new AdamW().LearningRate, new AdamW().Beta1, new AdamW().Beta2, new AdamW().Epsilon, new AdamW().WeightDecay));
        Assert.Equal(
            (1e-3, 0.0, 0.0, false, 0.0),
            (new Sgd().LearningRate, new Sgd().Momentum, new Sgd().Dampening, new Sgd().Nesterov, new Sgd().WeightDecay));
        Assert.Equal(
            (1e-2, 0.99, 1e-8, 0.0, 0.0),
            (new RmsProp().LearningRate, new RmsProp().Alpha, new RmsProp().Epsilon, new RmsProp().Momentum, new RmsProp().WeightDecay));
        Assert.Equal(
            (1e-2, 0.0, 1e-10, 0.0),
            (new Adagrad().LearningRate, new Adagrad().InitialAccumulator, new Adagrad().Epsilon, new Adagrad().WeightDecay));
        Assert.Equal(2e-3f, new Adam(2e-3f).LearningRate);
        Assert.Equal(new Adam(0.1) { Beta1 = 0.5 }, new Adam(0.1) { Beta1 = 0.5 });
    }

    [Fact]
    public void HyperparametersOutsideTheirRangeAreRefused()
    {
        foreach (double bad in new[] { -1e-9, double.NaN, double.PositiveInfinity })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(bad));
            Assert.Throws<ArgumentOutOfRangeException>(() => new Adam() with { LearningRate = bad });
            Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd { WeightDecay = bad });
            Assert.Throws<ArgumentOutOfRangeException>(() => new Adagrad { InitialAccumulator = bad });
        }

        foreach (double bad in new[] { -0.1, 1, double.NaN })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => new Adam { Beta1 = bad });
            Assert.Throws<ArgumentOutOfRangeException>(() => new AdamW { Beta2 = bad });
            Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd { Momentum = bad });
            Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd { Dampening = bad });
            Assert.Throws<ArgumentOutOfRangeException>(() => new RmsProp { Alpha = bad });
            Assert.Throws<ArgumentOutOfRangeException>(() => new RmsProp { Momentum = bad });
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam { Epsilon = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new RmsProp { Epsilon = 1e-40 });
        Assert.Equal((1e-30, 1.0), (new Adam { Epsilon = 1e-30 }.Epsilon, new RmsProp { Epsilon = 1 }.Epsilon));
        Assert.Throws<InvalidOperationException>(() => new Sgd { Nesterov = true }.CreateState<float>(1));
        Assert.Throws<InvalidOperationException>(() => new Sgd { Nesterov = true, Momentum = 0.9, Dampening = 0.1 }.CreateState<float>(1));
    }

    [Fact]
    public void MisuseIsRefusedAndChangesNothing()
    {
        Adam adam = new();
        var (parameters, gradients) = Random<float>(1);
        float[] before = parameters.Span.ToArray();
        OptimizerState<float> state = adam.CreateState<float>(Length);
        Assert.Throws<ArgumentException>(() => adam.Update(state, new(Length + 1), gradients, 0.1));
        Assert.Throws<ArgumentException>(() => adam.Update(state, parameters, new(Length - 1), 0.1));
        Assert.Throws<ArgumentException>(() => new AdamW().Update(state, parameters, gradients, 0.1));
        Assert.Throws<ArgumentException>(() => new Sgd { Momentum = 0.5 }.Update(
            new Sgd().CreateState<float>(Length), parameters, gradients, 0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => adam.Update(state, parameters, gradients, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => adam.Update(state, parameters, gradients, 0.1, double.NaN));
        Assert.Equal(0, state.Step);
        Assert.Equal(before, parameters.Span.ToArray());
    }

    [Theory]
    [InlineData(0.999, 0)]
    [InlineData(0.999, 1)]
    [InlineData(0.9, 100)]
    [InlineData(0.9999, 123_456)]
    [InlineData(0, 5)]
    [InlineData(0.9, long.MaxValue)]
    public void PowersAreRight(double value, long exponent) =>
        // What counts is their difference from 1.
        Assert.Equal(Math.Pow(value, exponent), Optimizer.Power(value, exponent), 1e-15);

    private static void Compare<T>(Optimizer optimizer, double tolerance) where T : unmanaged
    {
        var (parameters, gradients) = Random<T>(1);
        OptimizerState<T> state = optimizer.CreateState<T>(Length);
        OptimizerReference[] references = [.. Enumerable.Range(0, Length).Select(_ => new OptimizerReference(optimizer))];
        double[] expected = [.. parameters.Span.ToArray().Select(Element.ToDouble)];
        for (int step = 1; step <= 60; step++)
        {
            double rate = optimizer.LearningRate / step, scale = 1.0 / (1 + (step % 3));
            Randomize(gradients, step + 1);
            optimizer.Update(state, parameters, gradients, rate, scale);
            for (int i = 0; i < Length; i++)
                expected[i] = references[i].Update(expected[i], Element.ToDouble(gradients.Span[i]) * scale, rate);
        }

        Assert.Equal(60, state.Step);
        for (int i = 0; i < Length; i++)
            Assert.InRange(Element.ToDouble(parameters.Span[i]), expected[i] - tolerance, expected[i] + tolerance);
    }

    private static void Run<T>(Optimizer optimizer, IncrementalHash hash) where T : unmanaged
    {
        var (parameters, gradients) = Random<T>(1);
        OptimizerState<T> state = optimizer.CreateState<T>(Length);
        for (int step = 1; step <= 20; step++)
        {
            Randomize(gradients, step + 1);
            double norm = Clip.Norm(gradients);
            optimizer.Update(state, parameters, gradients, optimizer.LearningRate, Clip.Scale(norm, 3));
            Clip.ByValue(gradients, 0.25);
            optimizer.Update(state, parameters, gradients, optimizer.LearningRate);
        }

        hash.AppendData(MemoryMarshal.AsBytes(parameters.Span));
    }

    private static (AlignedBuffer<T> Parameters, AlignedBuffer<T> Gradients) Random<T>(int seed) where T : unmanaged
    {
        AlignedBuffer<T> parameters = new(Length), gradients = new(Length);
        Randomize(parameters, seed);
        Randomize(gradients, seed + 1);
        return (parameters, gradients);
    }

    private static void Randomize<T>(AlignedBuffer<T> buffer, int seed) where T : unmanaged
    {
        Random random = new(seed);
        for (int i = 0; i < Length - Padding; i++)
            buffer.Span[i] = Element.FromDouble<T>((random.NextDouble() * 2) - 1);
    }
}
