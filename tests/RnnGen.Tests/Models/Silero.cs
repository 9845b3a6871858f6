namespace RnnGen.Tests.Models;

/// <summary>
/// Silero VAD at 16 kHz: whether somebody speaks in 32 ms of sound, 512 new samples behind 64 of the frame before. The first convolution
/// is a Fourier transform of four windows.
/// </summary>
[RnnModel(Steps = 16)]
[Input(576, Channels = 1)]
[Conv1d(
    258, Kernel = 256, Stride = 128, PaddingEnd = 64, PaddingMode = PaddingMode.Reflect, Over = Axis.Inner, Bias = false,
    Name = "stft_conv")]
[Magnitude(ComplexParts.Halves)]
[Conv1d(128, Padding = 1, Over = Axis.Inner, Activation = Activation.Relu, Name = "conv1")]
[Conv1d(64, Stride = 2, Padding = 1, Over = Axis.Inner, Activation = Activation.Relu, Name = "conv2")]
[Conv1d(64, Stride = 2, Padding = 1, Over = Axis.Inner, Activation = Activation.Relu, Name = "conv3")]
[Conv1d(128, Padding = 1, Over = Axis.Inner, Activation = Activation.Relu, Name = "conv4")]
[Rnn<Lstm>(128, Name = "lstm_cell")]
[Activation(Activation.Relu)]
[Conv1d(1, Kernel = 1, Name = "final_conv"), SigmoidCrossEntropy]
public sealed partial class Silero;
