namespace RnnGen.Compiler.Tests;

/// <summary>Classes that hold networks of fewer units.</summary>
[RnnModel(Steps = 32)]
[Input(1)]
[Rnn<Lstm>(16, Name = "rec1")]
[Dense(1, Name = "lin")]
[SquaredError(From = "lin + input")]
internal sealed partial class Amp16;

[RnnModel(Steps = 4)]
[Input(1), Rnn<Lstm>(64, Name = "rec1"), Dense(1, Name = "lin"), SquaredError(From = "lin+input")]
internal sealed partial class Amp64;

[RnnModel]
[Input(1), Rnn<Gru>(32, Name = "rec1"), Dense(1, Name = "lin"), SquaredError]
internal sealed partial class AmpGru32;

[RnnModel]
[Input(1), Rnn<Lstm>(16, Name = "lstm1"), Rnn<Lstm>(24, Name = "lstm2"), Dense(1, Name = "head"), SquaredError]
internal sealed partial class AmpNam;

[RnnModel]
[Input(1), Rnn<Gru>(16, Name = "rec1", Clip = 5), Dense(1, Name = "lin"), SquaredError]
internal sealed partial class AmpClipped;

/// <summary>NAM's WaveNet of two layers, with more channels.</summary>
[RnnModel]
[Input(1)]
[Dense(6, Bias = false, Name = "array1_in")]
[Conv1d(7, Kernel = 3, Name = "array1_1_conv")]
[Dense(7, Bias = false, Name = "array1_1_mix", From = "input")]
[Activation(Activation.Tanh, Name = "array1_1_z", From = "array1_1_conv + array1_1_mix")]
[Dense(6, Name = "array1_1_out")]
[Conv1d(7, Kernel = 3, Name = "array1_2_conv", From = "array1_in + array1_1_out")]
[Dense(7, Bias = false, Name = "array1_2_mix", From = "input")]
[Activation(Activation.Tanh, Name = "array1_2_z", From = "array1_2_conv + array1_2_mix")]
[Dense(1, Activation = Activation.Affine, ActivationAlpha = 0.5, Bias = false, Name = "array1_head", From = "array1_1_z + array1_2_z")]
[SquaredError]
internal sealed partial class AmpWaveNet;

[RnnModel]
[OneHot(7), Rnn<Lstm>(16, Direction = Direction.Bidirectional), Dense(3), SoftmaxCrossEntropy]
internal sealed partial class Tagger16;
