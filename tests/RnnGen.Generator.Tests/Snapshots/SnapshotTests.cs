using Microsoft.CodeAnalysis;
using VerifyTests;
using VerifyXunit;

namespace RnnGen.Generator.Tests.Snapshots;

/// <summary>
/// What the generator writes, to be read: small models, each for something that the others do not have. Members are shown where they
/// differ, kernels always.
/// </summary>
public class SnapshotTests
{
    /// <summary>The README's model: one-hot inputs, two layers, softmax.</summary>
    [Fact]
    public Task CharModel() => Verify(["CharModel.g", "CharModel.Kernels.g"], """
        [RnnModel(Steps = 3)]
        [OneHot(96)]
        [Rnn<Lstm>(128, Depth = 2)]
        [Dense(96), SoftmaxCrossEntropy]
        public sealed partial class CharModel;
        """);

    /// <summary>Two biases in one gate, and real inputs whose gradients can be had.</summary>
    [Fact]
    public Task GruModel() => Verify(["GruModel.Kernels.g"], """
        [RnnModel(Steps = 2), Input(3), Rnn<Gru>(16), Dense(1), SquaredError]
        public sealed partial class GruModel;
        """);

    /// <summary>A matrix product of a computed vector: two stages forward, two back.</summary>
    [Fact]
    public Task GruResetBeforeModel() => Verify(["GruResetBeforeModel.Kernels.g"], """
        [RnnModel(Steps = 2), Input(3), Rnn<GruResetBefore>(20), SquaredError]
        public sealed partial class GruResetBeforeModel;
        """);

    /// <summary>The smallest model there is: no biases, no dense layer, one gate.</summary>
    [Fact]
    public Task ReluModel() => Verify(["ReluModel.Kernels.g"], """
        [RnnModel(Steps = 2, Precision = Precision.Double), Input(1), Rnn<SimpleRnn>(8, Activation = Activation.Relu, Bias = false), SquaredError]
        public sealed partial class ReluModel;
        """);

    /// <summary>Learned vectors for symbols; a dense layer with a function; labels that are yes or no.</summary>
    [Fact]
    public Task TaggingModel() => Verify(["Text.TaggingModel.g", "Text.TaggingModel.Kernels.g"], """
        namespace Text;

        [RnnModel(Steps = 2), Embedding(1000, 12), Rnn<Gru>(16), Dense(5, Activation = Activation.Tanh), SigmoidCrossEntropy]
        public sealed partial class TaggingModel;
        """);

    /// <summary>Several inputs in one vector: a word, its letters, and numbers.</summary>
    [Fact]
    public Task WordModel() => Verify(["WordModel.g", "WordModel.Kernels.g"], """
        [RnnModel(Steps = 2)]
        [Embedding(1000, 12, Name = "word")]
        [Embedding(40, 8, Length = 6, Name = "letters")]
        [Input(3, Name = "place")]
        [Pool(Pooling.Max, Over = Axis.Inner, From = "letters", Name = "spelling")]
        [Rnn<Gru>(16, From = "word, spelling, place"), SquaredError]
        public sealed partial class WordModel;
        """);

    /// <summary>A grid: convolutions within a step and over time, whose past is in the state.</summary>
    [Fact]
    public Task FrameModel() => Verify(["FrameModel.g", "FrameModel.Kernels.g"], """
        [RnnModel(Steps = 3)]
        [Input(40, Channels = 1)]
        [Conv1d(34, Kernel = 16, Stride = 8, PaddingEnd = 8, PaddingMode = PaddingMode.Reflect, Over = Axis.Inner, Bias = false)]
        [Magnitude(ComplexParts.Halves)]
        [Conv1d(16, Kernel = 2, Dilation = 3, Activation = Activation.Relu, Name = "memory")]
        [Rnn<Gru>(8), SquaredError]
        public sealed partial class FrameModel;
        """);

    /// <summary>Layers that differ in cell, width and options.</summary>
    [Fact]
    public Task MixedModel() => Verify(["MixedModel.Kernels.g"], """
        [RnnModel(Steps = 2)]
        [Input(3)]
        [Rnn<Lstm>(24)]
        [Rnn<SimpleRnn>(16, Activation = Activation.Sigmoid)]
        [Rnn<Gru>(7, Bias = false)]
        [SquaredError]
        public sealed partial class MixedModel;
        """);

    /// <summary>A cell of one's own, with a peephole and a division: what is added to the cell, and the model's kernels.</summary>
    [Fact]
    public Task PeepholeModel() => Verify(["Peephole.Cell.g", "PeepholeModel.Kernels.g"], """
        [RnnCell]
        public readonly partial struct Peephole
        {
            private readonly Weight Wg, Wc;
            private readonly Recurrent Ug, Uc;
            [ForgetBias] private readonly Bias bg;
            private readonly Bias bc;
            private readonly PerUnit pg;

            public (Hidden h, Hidden c) Step(Input x, Hidden h, Hidden c)
            {
                var g = Sigmoid(Wg * x + Ug * h + pg * c + bg);
                var cNew = g * c + (1 - g) * (Wc * x + Uc * h + bc);
                return (cNew / (1 + Relu(cNew)), cNew);
            }
        }

        [RnnModel(Steps = 2), Input(4), Rnn<Peephole>(16), SquaredError]
        public sealed partial class PeepholeModel;
        """);

    /// <summary>No recurrent layer: normalisations, a rectifier with learned slopes, the logarithm of a softmax.</summary>
    [Fact]
    public Task UnitModel() => Verify(["UnitModel.Kernels.g"], """
        [RnnModel(Steps = 2)]
        [Input(3)]
        [Dense(20), LayerNorm, PRelu]
        [Dense(12), GroupNorm(4, Bias = false, Name = "groups")]
        [Dense(2), LogSoftmax]
        [SquaredError]
        public sealed partial class UnitModel;
        """);

    /// <summary>More steps than are unrolled.</summary>
    [Fact]
    public Task LongModel() => Verify(["LongModel.Kernels.g"], """
        [RnnModel(Steps = 300), OneHot(10), Rnn<SimpleRnn>(16), SoftmaxCrossEntropy]
        public sealed partial class LongModel;
        """);

    /// <summary>A sequence to one class: both directions, the last state of each, dropout in between.</summary>
    [Fact]
    public Task ClassifierModel() => Verify(["ClassifierModel.g", "ClassifierModel.Kernels.g"], """
        [RnnModel(Steps = 3)]
        [Embedding(50, 8)]
        [Rnn<Gru>(16, Direction = Direction.Bidirectional)]
        [Pool(Pooling.Last), Dropout(0.5)]
        [Dense(4), SoftmaxCrossEntropy]
        public sealed partial class ClassifierModel;
        """);

    /// <summary>A graph with names, joins and two heads; a layer with recurrent dropout and zoneout.</summary>
    [Fact]
    public Task TwoHeadsModel() => Verify(["TwoHeadsModel.Kernels.g"], """
        [RnnModel(Steps = 2)]
        [Input(5), Dense(6, Activation = Activation.LeakyRelu, Name = "dense")]
        [Rnn<SimpleRnn>(16, RecurrentDropout = 0.25, Zoneout = 0.1, Name = "rnn")]
        [Dense(1), SigmoidCrossEntropy]
        [Dense(3, From = "rnn, dense, input"), SquaredError(Weight = 0.5)]
        public sealed partial class TwoHeadsModel;
        """);

    /// <summary>Losses that equations define: of this project, built in, and quantiles.</summary>
    [Fact]
    public Task ForecastModel() => Verify(["ForecastModel.g", "ForecastModel.Kernels.g", "LaplaceLoss.Loss.g"], """
        [RnnModel(Steps = 2)]
        [Input(3), Rnn<SimpleRnn>(16, Name = "rnn")]
        [Dense(2, From = "rnn"), Loss<LaplaceLoss>(Constants = "floor = 0.1", Weight = 0.5)]
        [Dense(4, From = "rnn"), Quantiles(0.1, 0.9)]
        [Loss<HuberLoss>(From = "rnn")]
        public sealed partial class ForecastModel;

        [RnnLoss]
        public readonly partial struct LaplaceLoss
        {
            private const double floor = 0.01;

            public static Hidden Loss(Hidden centre, Hidden spread, Hidden target)
            {
                var scale = floor + Softplus(spread);
                return Abs(target - centre) / scale + Log(2 * scale);
            }
        }
        """);

    /// <summary>One vector to a sequence, and the outputs that come back.</summary>
    [Fact]
    public Task GeneratorModels() => Verify(["Melody.Kernels.g", "Control.Kernels.g"], """
        [RnnModel(Steps = 2), Input(4, Once = true), Dense(16), Rnn<MguCell>(16, FirstState = true), Dense(2), SquaredError]
        public sealed partial class Melody;

        [RnnModel(Steps = 2), Input(3), Feedback(2), Dense(8, Activation = Activation.Tanh), Dense(2), SquaredError]
        public sealed partial class Control;

        [RnnCell]
        public readonly partial struct MguCell
        {
            private readonly Weight Wf, Wn;
            private readonly Recurrent Uf, Un;
            private readonly Bias bf, bn;

            public Hidden Step(Input x, Hidden h)
            {
                var f = GateActivation(Wf * x + Uf * h + bf);
                var n = Activation(Wn * x + Un * (f * h) + bn);
                return (1 - f) * h + f * n;
            }
        }
        """);

    /// <summary>A sequence to a sequence: a bidirectional encoder, its last states as the decoder's first, attention, and the context fed to the next step.</summary>
    [Fact]
    public Task Translator() => Verify(["Translator.g", "Translator.Kernels.g"], """
        [Encoder(Steps = 3), Embedding(10, 16), Rnn<Gru>(24, Direction = Direction.Bidirectional)]
        public static class Source;

        [Decoder(Steps = 2, Start = 0, End = 1)]
        [Embedding(12, 16)]
        [Rnn<SimpleRnn>(32, Name = "rnn", From = "input, context'")]
        [Attention<AdditiveScore>(20, Name = "context")]
        [Dense(12, From = "rnn, context"), SoftmaxCrossEntropy]
        public static class Target;

        [Seq2Seq(typeof(Source), typeof(Target))]
        public sealed partial class Translator;
        """);

    /// <summary>Weights in fewer bytes: the class that uses them, and kernels with products of its own.</summary>
    [Fact]
    public Task CompressedModel() => Verify(["CompressedModel.g", "CompressedModel.Int8.Kernels.g"], """
        [RnnModel(Steps = 2), Embedding(10, 20), Rnn<Gru>(24), Dense(5), SoftmaxCrossEntropy]
        [Compressed(WeightFormat.Int8)]
        public sealed partial class CompressedModel;
        """);

    /// <summary>A dense layer's output of the step before: a loop of operations, and a state that carries it.</summary>
    [Fact]
    public Task RefiningModel() => Verify(["RefiningModel.g", "RefiningModel.Kernels.g"], """
        [RnnModel(Steps = 2)]
        [Input(3)]
        [Rnn<SimpleRnn>(16, From = "input, glimpse'")]
        [Dense(5, Activation = Activation.Tanh, Name = "glimpse")]
        [Dense(2), SquaredError]
        public sealed partial class RefiningModel;
        """);

    private static Task Verify(string[] names, string source, [System.Runtime.CompilerServices.CallerFilePath] string sourceFile = "")
    {
        var (result, output) = Compiler.Generate(Compiler.Compile("using RnnGen;\n" + source));
        Assert.DoesNotContain(result.Diagnostics, d => d.Severity == DiagnosticSeverity.Error);
        Assert.DoesNotContain(Compiler.Problems(output), d => d.Id != "CS1591" || d.Location.SourceTree!.FilePath != Compiler.FileName);
        var sources = result.GeneratedSources.ToDictionary(s => Path.GetFileNameWithoutExtension(s.HintName), s => s.SourceText.ToString());
        return Verifier.Verify(names.Select(n => new Target("cs", sources[n], n)), sourceFile: sourceFile);
    }
}
