using System.Numerics;
using static RnnGen.Tests.ParameterValues;

namespace RnnGen.Tests.Models;

/// <summary>A score whose two vectors are nothing without each other.</summary>
[RnnAttention]
public readonly partial struct Twofold
{
    private readonly Map Wq, Wk;
    private readonly PerUnit outer, inner;

    /// <summary>The vector whose sum is the score.</summary>
    public Hidden Score(Hidden q, Hidden k) => outer * Tanh(inner * (Wq * q) * (Wk * k));
}

/// <summary>Numbers in layers of all kinds.</summary>
[Encoder(Steps = 4)]
[Input(3)]
[Dense(6, Activation = Activation.Relu)]
[Rnn<Lstm>(8, Depth = 2)]
public static class LayeredEncoder;

/// <summary>And again.</summary>
[Decoder(Steps = 4)]
[Input(2)]
[Rnn<Lstm>(9, Name = "lower")]
[Attention<Twofold>(5)]
[Attention<GeneralScore>(8)]
[Rnn<Gru>(7)]
[Dense(4, Activation = Activation.Tanh), Dense(2), SquaredError]
public static class LayeredDecoder;

/// <summary>Both.</summary>
[Seq2Seq(typeof(LayeredEncoder), typeof(LayeredDecoder), Bridge = Bridge.EveryState, Precision = Precision.Double)]
public sealed partial class Layered;

/// <summary>The names and shapes of an encoder's and a decoder's parameters, what they begin as, and that they survive a file.</summary>
public class JointParameterTests
{
    public static TheoryData<string, Initialization> Initializations => new()
    {
        { "PyTorch", Initialization.PyTorch },
        { "Glorot", Initialization.Glorot },
        { "He", Initialization.He },
        { "Uniform", Initialization.Uniform(0.1) },
        { "Identity", Initialization.Identity() with { InputDeviation = 0.1 } },
    };

    [Fact]
    public void NamesAndShapes()
    {
        Assert.Equal(
            [
                "bridge.h.bias 19",
                "bridge.h.weight 19 34",
                "decoder.context.Wk.weight 21 34",
                "decoder.context.Wq.weight 21 19",
                "decoder.context.v 21",
                "decoder.dense.bias 12",
                "decoder.dense.weight 12 53",
                "decoder.embedding.weight 12 7",
                "decoder.rnn.bias_hh_l0 76",
                "decoder.rnn.bias_ih_l0 76",
                "decoder.rnn.weight_hh_l0 76 19",
                "decoder.rnn.weight_ih_l0 76 41",
                "encoder.embedding.weight 13 9",
                "encoder.rnn.bias_hh_l0 51",
                "encoder.rnn.bias_hh_l0_reverse 51",
                "encoder.rnn.bias_ih_l0 51",
                "encoder.rnn.bias_ih_l0_reverse 51",
                "encoder.rnn.weight_hh_l0 51 17",
                "encoder.rnn.weight_hh_l0_reverse 51 17",
                "encoder.rnn.weight_ih_l0 51 9",
                "encoder.rnn.weight_ih_l0_reverse 51 9",
            ],
            Shapes(new Speller().Parameters));
        Assert.Equal(
            ["bridge.bias 18", "bridge.weight 18 10", "decoder.context.W.weight 18 10"],
            Shapes(new Transducer().Parameters).Where(s => s.StartsWith("bridge", StringComparison.Ordinal)
                || s.StartsWith("decoder.context", StringComparison.Ordinal)));
        Assert.Equal(
            [
                "bridge1.c.bias 9", "bridge1.c.weight 9 8", "bridge1.h.bias 9", "bridge1.h.weight 9 8", "bridge2.h.bias 7",
                "bridge2.h.weight 7 8",
                "decoder.attention1.Wk.weight 5 8", "decoder.attention1.Wq.weight 5 9", "decoder.attention1.inner 5",
                "decoder.attention1.outer 5",
                "decoder.attention2.W.weight 8 8",
                "decoder.dense1.bias 4", "decoder.dense1.weight 4 7", "decoder.dense2.bias 2", "decoder.dense2.weight 2 4",
                "decoder.lower.bias_hh_l0 36", "decoder.lower.bias_ih_l0 36", "decoder.lower.weight_hh_l0 36 9",
                "decoder.lower.weight_ih_l0 36 2",
                "decoder.rnn2.bias_hh_l0 21", "decoder.rnn2.bias_ih_l0 21", "decoder.rnn2.weight_hh_l0 21 7",
                "decoder.rnn2.weight_ih_l0 21 8",
                "encoder.dense.bias 6", "encoder.dense.weight 6 3",
                "encoder.rnn.bias_hh_l0 32", "encoder.rnn.bias_hh_l1 32", "encoder.rnn.bias_ih_l0 32", "encoder.rnn.bias_ih_l1 32",
                "encoder.rnn.weight_hh_l0 32 8", "encoder.rnn.weight_hh_l1 32 8", "encoder.rnn.weight_ih_l0 32 6",
                "encoder.rnn.weight_ih_l1 32 8",
            ],
            Shapes(new Layered().Parameters));
    }

    [Fact]
    public void ParametersAreAsManyAsTheFormulaSays()
    {
        const int Embeddings = (13 * 9) + (12 * 7), Encoder = 2 * ((3 * ((9 * 17) + (17 * 17) + 17)) + 17);
        const int Decoder = 4 * ((41 * 19) + (19 * 19) + 19);
        const int Attention = (21 * 34) + (21 * 19) + 21, Bridge = (19 * 34) + 19, Dense = (12 * 53) + 12;
        Assert.Equal(Embeddings + Encoder + Decoder + Attention + Bridge + Dense, Speller.ParameterCount);
    }

    /// <summary>
    /// Only biases may begin at 0: a score whose vectors did would leave its matrices without gradients, and two vectors each other, for
    /// ever.
    /// </summary>
    [Theory]
    [MemberData(nameof(Initializations))]
    public void WhatIsNoBiasBeginsWithNumbersOfItsOwn(string name, Initialization initialization)
    {
        Check(new Speller(3, initialization).Parameters);
        Check(new Layered(3, initialization).Parameters);

        void Check<T>(ParameterSet<T> parameters) where T : unmanaged, INumber<T>
        {
            foreach (var view in parameters.Where(v => !v.Name.Contains("bias", StringComparison.Ordinal)))
            {
                T[] values = Values(view);
                // The identity has some.
                bool mayBeZero = name == "Identity" && view.Name.Contains("weight_hh", StringComparison.Ordinal);
                Assert.True(mayBeZero || values.All(v => v != T.Zero), $"{name} {view.Name} has zeros");
                Assert.True(values.Distinct().Count() > 1, $"{name} {view.Name} is constant");
                Assert.All(values, v => Assert.InRange(double.CreateChecked(v), -5, 5));
            }
        }
    }

    /// <summary>A score's vector is the last layer of its network: units numbers make one.</summary>
    [Fact]
    public void TheVectorOfAScoreIsDrawnAsADenseLayerOfOneOutput()
    {
        Assert.All(Vector(Initialization.PyTorch), v => Assert.InRange(Math.Abs(v), 0, 1 / Math.Sqrt(21)));
        Assert.All(Vector(Initialization.Glorot), v => Assert.InRange(Math.Abs(v), 0, Math.Sqrt(6.0 / 22)));
        Assert.All(Vector(Initialization.He), v => Assert.InRange(Math.Abs(v), 0, Math.Sqrt(6.0 / 21)));
        Assert.True(Vector(Initialization.Glorot).Max(Math.Abs) > 0.6 * Math.Sqrt(6.0 / 22));
        Assert.True(Vector(Initialization.He).Max(Math.Abs) > 0.6 * Math.Sqrt(6.0 / 21));

        static float[] Vector(Initialization initialization) => Values(new Speller(5, initialization).Parameters["decoder.context.v"]);
    }

    [Theory]
    [MemberData(nameof(Initializations))]
    public void EverythingIsTrained(string name, Initialization initialization)
    {
        var model = new Layered(7, initialization);
        var trainer = model.CreateTrainer(new Adam(1e-2));
        double[] sources = Numbers.Random(1, 4 * 3 * 3), inputs = Numbers.Random(2, 4 * 3 * 2), targets = Numbers.Random(3, 4 * 3 * 2);
        var before = model.Parameters.ToDictionary(v => v.Name, Values);
        for (int i = 0; i < 3; i++)
            trainer.Step(sources, inputs, targets, default, default);
        foreach (var view in model.Parameters.Where(v => v.Name.Contains("attention", StringComparison.Ordinal)
            || v.Name.StartsWith("bridge", StringComparison.Ordinal)))
            Assert.True(before[view.Name].Zip(Values(view)).Any(p => p.First != p.Second), $"{name} {view.Name} has not moved");
    }

    [Fact]
    public void AFileHasBothParts()
    {
        using var folder = new TemporaryFolder();
        var (model, other) = (new Speller(seed: 1), new Speller(seed: 2));
        float[] expected = Say(model);
        Assert.NotEqual(expected, Say(other));
        model.Save(folder["speller.safetensors"]);
        other.Load(folder["speller.safetensors"]);
        Assert.Equal(expected, Say(other));
        Assert.Equal(model.Parameters.SelectMany(Values), other.Parameters.SelectMany(Values));
        var error = Assert.Throws<InvalidDataException>(() => new Transducer().Load(folder["speller.safetensors"]));
        Assert.Contains("decoder.context.W.weight", error.Message, StringComparison.Ordinal);

        static float[] Say(Speller model)
        {
            var memory = model.CreateMemory();
            model.Encode([5, 12, 0], memory);
            var state = memory.Start;
            var outputs = new float[3 * Speller.OutputSize];
            memory.Forward([11, 2, 3], ref state, outputs);
            return outputs;
        }
    }

    private static IEnumerable<string> Shapes<T>(ParameterSet<T> parameters) where T : unmanaged =>
        parameters.Select(v => $"{v.Name} {string.Join(' ', v.Shape)}").Order(StringComparer.Ordinal);
}
