using RnnGen;

namespace LongMemory;

// The adding problem over 100 steps: a number and a mark in, the sum of two numbers out at the end (N→1).

[RnnModel(Steps = 100)]
[Input(2)]
[Rnn<SimpleRnn>(64)]
[Pool(Pooling.Last)]
[Dense(1), SquaredError]
internal sealed partial class Adding100Rnn;

[RnnModel(Steps = 100)]
[Input(2)]
[Rnn<SimpleRnn>(64, Activation = Activation.Relu)]
[Pool(Pooling.Last)]
[Dense(1), SquaredError]
internal sealed partial class Adding100Irnn;

[RnnModel(Steps = 100)]
[Input(2)]
[Rnn<Lstm>(64)]
[Pool(Pooling.Last)]
[Dense(1), SquaredError]
internal sealed partial class Adding100Lstm;

[RnnModel(Steps = 100)]
[Input(2)]
[Rnn<Gru>(64)]
[Pool(Pooling.Last)]
[Dense(1), SquaredError]
internal sealed partial class Adding100Gru;

[RnnModel(Steps = 100)]
[Input(2)]
[Rnn<Mgu>(64)]
[Pool(Pooling.Last)]
[Dense(1), SquaredError]
internal sealed partial class Adding100Mgu;

[RnnModel(Steps = 100)]
[Input(2)]
[Rnn<IndRnn>(64, Depth = 2, Activation = Activation.Relu)]
[Pool(Pooling.Last)]
[Dense(1), SquaredError]
internal sealed partial class Adding100IndRnn;
