using RnnGen;

namespace Voice;

// Both take the square roots of a spectrum's 257 magnitudes, 16 ms after 16 ms.

/// <summary>Whether somebody speaks.</summary>
[RnnModel(Steps = 128)]
[Input(257)]
[Dense(48, Activation = Activation.Relu, Name = "bands")]
[Rnn<Gru>(64)]
[Dense(1), SigmoidCrossEntropy]
internal sealed partial class SpeechModel;

/// <summary>How much of each frequency is speech: a mask, and by it the square roots of the clean magnitudes.</summary>
[RnnModel(Steps = 128)]
[Input(257)]
[Dense(64, Activation = Activation.Relu, Name = "bands")]
[Rnn<Gru>(96, Name = "gru")]
[Dense(257, Activation = Activation.Sigmoid, Name = "mask", From = "bands, gru")]
[Activation(Activation.Relu, From = "mask * input"), SquaredError]    // none is negative: they stay as they are
internal sealed partial class MaskModel;
