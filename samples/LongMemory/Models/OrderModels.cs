using RnnGen;

namespace LongMemory;

// Temporal order: symbols in, one of four orders out at the end (N→1).

[RnnModel(Steps = TemporalOrder.MostSteps)]
[OneHot(TemporalOrder.Symbols)]
[Rnn<SimpleRnn>(32)]
[Pool(Pooling.Last)]
[Dense(TemporalOrder.Classes), SoftmaxCrossEntropy]
internal sealed partial class OrderRnn;

[RnnModel(Steps = TemporalOrder.MostSteps)]
[OneHot(TemporalOrder.Symbols)]
[Rnn<SimpleRnn>(32, Activation = Activation.Relu)]
[Pool(Pooling.Last)]
[Dense(TemporalOrder.Classes), SoftmaxCrossEntropy]
internal sealed partial class OrderIrnn;

[RnnModel(Steps = TemporalOrder.MostSteps)]
[OneHot(TemporalOrder.Symbols)]
[Rnn<Lstm>(32)]
[Pool(Pooling.Last)]
[Dense(TemporalOrder.Classes), SoftmaxCrossEntropy]
internal sealed partial class OrderLstm;

[RnnModel(Steps = TemporalOrder.MostSteps)]
[OneHot(TemporalOrder.Symbols)]
[Rnn<Gru>(32)]
[Pool(Pooling.Last)]
[Dense(TemporalOrder.Classes), SoftmaxCrossEntropy]
internal sealed partial class OrderGru;

[RnnModel(Steps = TemporalOrder.MostSteps)]
[OneHot(TemporalOrder.Symbols)]
[Rnn<Mgu>(32)]
[Pool(Pooling.Last)]
[Dense(TemporalOrder.Classes), SoftmaxCrossEntropy]
internal sealed partial class OrderMgu;

[RnnModel(Steps = TemporalOrder.MostSteps)]
[OneHot(TemporalOrder.Symbols)]
[Rnn<IndRnn>(32, Depth = 2, Activation = Activation.Relu)]
[Pool(Pooling.Last)]
[Dense(TemporalOrder.Classes), SoftmaxCrossEntropy]
internal sealed partial class OrderIndRnn;
