using RnnGen;

namespace LongMemory;

// Copy memory: symbols in, the same symbols out after a pause (N→N).

[RnnModel(Steps = CopyMemory.AllSteps)]
[OneHot(CopyMemory.Symbols)]
[Rnn<SimpleRnn>(64)]
[Dense(CopyMemory.Alphabet), SoftmaxCrossEntropy]
internal sealed partial class CopyRnn;

[RnnModel(Steps = CopyMemory.AllSteps)]
[OneHot(CopyMemory.Symbols)]
[Rnn<SimpleRnn>(64, Activation = Activation.Relu)]
[Dense(CopyMemory.Alphabet), SoftmaxCrossEntropy]
internal sealed partial class CopyIrnn;

[RnnModel(Steps = CopyMemory.AllSteps)]
[OneHot(CopyMemory.Symbols)]
[Rnn<Lstm>(64)]
[Dense(CopyMemory.Alphabet), SoftmaxCrossEntropy]
internal sealed partial class CopyLstm;

[RnnModel(Steps = CopyMemory.AllSteps)]
[OneHot(CopyMemory.Symbols)]
[Rnn<Gru>(64)]
[Dense(CopyMemory.Alphabet), SoftmaxCrossEntropy]
internal sealed partial class CopyGru;

[RnnModel(Steps = CopyMemory.AllSteps)]
[OneHot(CopyMemory.Symbols)]
[Rnn<Mgu>(64)]
[Dense(CopyMemory.Alphabet), SoftmaxCrossEntropy]
internal sealed partial class CopyMgu;

[RnnModel(Steps = CopyMemory.AllSteps)]
[OneHot(CopyMemory.Symbols)]
[Rnn<IndRnn>(64, Depth = 2, Activation = Activation.Relu)]
[Dense(CopyMemory.Alphabet), SoftmaxCrossEntropy]
internal sealed partial class CopyIndRnn;
