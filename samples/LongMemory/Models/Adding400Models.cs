using RnnGen;

namespace LongMemory;

// The adding problem over 400 steps.

[RnnModel(Steps = 400)]
[Input(2)]
[Rnn<SimpleRnn>(64)]
[Pool(Pooling.Last)]
[Dense(1), SquaredError]
internal sealed partial class Adding400Rnn;

[RnnModel(Steps = 400)]
[Input(2)]
[Rnn<SimpleRnn>(64, Activation = Activation.Relu)]
[Pool(Pooling.Last)]
[Dense(1), SquaredError]
internal sealed partial class Adding400Irnn;

[RnnModel(Steps = 400)]
[Input(2)]
[Rnn<Lstm>(64)]
[Pool(Pooling.Last)]
[Dense(1), SquaredError]
internal sealed partial class Adding400Lstm;

[RnnModel(Steps = 400)]
[Input(2)]
[Rnn<Gru>(64)]
[Pool(Pooling.Last)]
[Dense(1), SquaredError]
internal sealed partial class Adding400Gru;

[RnnModel(Steps = 400)]
[Input(2)]
[Rnn<Mgu>(64)]
[Pool(Pooling.Last)]
[Dense(1), SquaredError]
internal sealed partial class Adding400Mgu;

[RnnModel(Steps = 400)]
[Input(2)]
[Rnn<IndRnn>(64, Depth = 2, Activation = Activation.Relu)]
[Pool(Pooling.Last)]
[Dense(1), SquaredError]
internal sealed partial class Adding400IndRnn;
