namespace RnnGen.Compiler.Tests;

/// <summary>What the files of <see cref="AmpFiles"/> declare, compiled at build.</summary>
[RnnModel(Steps = 32)]
[Input(1)]
[Rnn<Lstm>(12, Name = "rec1")]
[Dense(1, Name = "lin")]
[SquaredError(From = "lin + input")]
internal sealed partial class BuiltGuitarMl;

[RnnModel(Steps = 32)]
[Input(1)]
[Rnn<Lstm>(5, Name = "lstm1")]
[Rnn<Lstm>(5, Name = "lstm2")]
[Dense(1, Name = "head")]
[SquaredError]
internal sealed partial class BuiltNam;

[RnnModel(Steps = 32)]
[Input(1)]
[Rnn<Gru>(9, Name = "rec1")]
[Dense(1, Name = "lin")]
[SquaredError]
internal sealed partial class BuiltGru;

/// <summary>A network with a memory of inputs and a memory of its own.</summary>
[RnnModel(Steps = 8)]
[Input(2)]
[Conv1d(3, Kernel = 2, Activation = Activation.Tanh, Over = Axis.Time, Dilation = 2)]
[Rnn<Gru>(6)]
[Dense(3)]
[SquaredError]
internal sealed partial class BuiltMixed;

[RnnModel(Steps = 6)]
[OneHot(7)]
[Rnn<Lstm>(5, Direction = Direction.Bidirectional)]
[Dense(3)]
[SoftmaxCrossEntropy]
internal sealed partial class BuiltTagger;

[RnnModel(Steps = 4)]
[OneHot(7)]
[Rnn<Gru>(6)]
[Dense(7)]
[SoftmaxCrossEntropy]
internal sealed partial class BuiltText;
