using RnnGen;

namespace LongMemory;

// Parity: bits in, whether the number of ones so far is odd out (N→N).

[RnnModel(Steps = Parity.Bits)]
[Input(1)]
[Rnn<SimpleRnn>(16)]
[Dense(1), SigmoidCrossEntropy]
internal sealed partial class ParityRnn;

[RnnModel(Steps = Parity.Bits)]
[Input(1)]
[Rnn<SimpleRnn>(16, Activation = Activation.Relu)]
[Dense(1), SigmoidCrossEntropy]
internal sealed partial class ParityIrnn;

[RnnModel(Steps = Parity.Bits)]
[Input(1)]
[Rnn<Lstm>(16)]
[Dense(1), SigmoidCrossEntropy]
internal sealed partial class ParityLstm;

[RnnModel(Steps = Parity.Bits)]
[Input(1)]
[Rnn<Gru>(16)]
[Dense(1), SigmoidCrossEntropy]
internal sealed partial class ParityGru;

[RnnModel(Steps = Parity.Bits)]
[Input(1)]
[Rnn<Mgu>(16)]
[Dense(1), SigmoidCrossEntropy]
internal sealed partial class ParityMgu;

[RnnModel(Steps = Parity.Bits)]
[Input(1)]
[Rnn<IndRnn>(16, Depth = 2, Activation = Activation.Relu)]
[Dense(1), SigmoidCrossEntropy]
internal sealed partial class ParityIndRnn;
