using RnnGen.Tests.Models;

namespace RnnGen.Networks;

/// <summary>Silero VAD at 8 kHz: 256 new samples behind 32 of the frame before.</summary>
[RnnModel(Steps = 16)]
[Input(288, Channels = 1)]
[Conv1d(
    130, Kernel = 128, Stride = 64, PaddingEnd = 32, PaddingMode = PaddingMode.Reflect, Over = Axis.Inner, Bias = false,
    Name = "stft_conv")]
[Magnitude(ComplexParts.Halves)]
[Conv1d(128, Padding = 1, Over = Axis.Inner, Activation = Activation.Relu, Name = "conv1")]
[Conv1d(64, Stride = 2, Padding = 1, Over = Axis.Inner, Activation = Activation.Relu, Name = "conv2")]
[Conv1d(64, Stride = 2, Padding = 1, Over = Axis.Inner, Activation = Activation.Relu, Name = "conv3")]
[Conv1d(128, Padding = 1, Over = Axis.Inner, Activation = Activation.Relu, Name = "conv4")]
[Rnn<Lstm>(128, Name = "lstm_cell")]
[Activation(Activation.Relu)]
[Conv1d(1, Kernel = 1, Name = "final_conv"), SigmoidCrossEntropy]
public sealed partial class Silero8k;

/// <summary>The places of Silero's weights in its files, which have PyTorch's names.</summary>
internal static class SileroWeights
{
    /// <summary>The file of tensors alone.</summary>
    public static IReadOnlyList<LayerWeights> OfTensors { get; } =
    [
        .. new[] { "stft_conv", "conv1", "conv2", "conv3", "conv4", "final_conv" }
            .Select(name => new LayerWeights(name, PyTorchLayout.Conv1d) { Prefix = $"{name}." }),
        new("lstm_cell", PyTorchLayout.LstmCell) { Prefix = "lstm_cell." },
    ];

    /// <summary>The names in the ONNX files, in whose branches the networks are.</summary>
    /// <param name="prefix">What all of them begin with.</param>
    public static IReadOnlyList<LayerWeights> OfGraph(string prefix) =>
    [
        new("stft_conv", OnnxLayout.Conv) { Names = [$"{prefix}stft.forward_basis_buffer"] },
        .. Enumerable.Range(0, 4).Select(i =>
            new LayerWeights($"conv{i + 1}", PyTorchLayout.Conv1d) { Prefix = $"{prefix}encoder.{i}.reparam_conv." }),
        new("lstm_cell", PyTorchLayout.LstmCell) { Prefix = $"{prefix}decoder.rnn." },
        new("final_conv", PyTorchLayout.Conv1d) { Prefix = $"{prefix}decoder.decoder.2." },
    ];
}
