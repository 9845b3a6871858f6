using RnnGen;

namespace LongMemory;

// The embedded Reber grammar: symbols in, the next symbol out (N→N).

[RnnModel(Steps = EmbeddedReber.MostSteps)]
[OneHot(7)]
[Rnn<SimpleRnn>(16)]
[Dense(7), SoftmaxCrossEntropy]
internal sealed partial class ReberRnn;

[RnnModel(Steps = EmbeddedReber.MostSteps)]
[OneHot(7)]
[Rnn<SimpleRnn>(16, Activation = Activation.Relu)]
[Dense(7), SoftmaxCrossEntropy]
internal sealed partial class ReberIrnn;

[RnnModel(Steps = EmbeddedReber.MostSteps)]
[OneHot(7)]
[Rnn<Lstm>(16)]
[Dense(7), SoftmaxCrossEntropy]
internal sealed partial class ReberLstm;

[RnnModel(Steps = EmbeddedReber.MostSteps)]
[OneHot(7)]
[Rnn<Gru>(16)]
[Dense(7), SoftmaxCrossEntropy]
internal sealed partial class ReberGru;

[RnnModel(Steps = EmbeddedReber.MostSteps)]
[OneHot(7)]
[Rnn<Mgu>(16)]
[Dense(7), SoftmaxCrossEntropy]
internal sealed partial class ReberMgu;

[RnnModel(Steps = EmbeddedReber.MostSteps)]
[OneHot(7)]
[Rnn<IndRnn>(16, Depth = 2, Activation = Activation.Relu)]
[Dense(7), SoftmaxCrossEntropy]
internal sealed partial class ReberIndRnn;
