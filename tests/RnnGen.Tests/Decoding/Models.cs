namespace RnnGen.Tests;

// Generated models that decoding is tested with, or refuses.

[RnnModel(Steps = 6)]
[OneHot(5)]
[Rnn<Lstm>(9)]
[Dense(5), SoftmaxCrossEntropy]
public sealed partial class SmallLstm;

[RnnModel(Steps = 6, Precision = Precision.Double)]
[Embedding(5, 3)]
[Rnn<Gru>(7, Depth = 2)]
[Dense(5), SoftmaxCrossEntropy]
public sealed partial class SmallDoubleGru;

[RnnModel(Steps = 4)]
[OneHot(5)]
[Rnn<Gru>(4, Direction = Direction.Bidirectional)]
[Dense(5), SoftmaxCrossEntropy]
public sealed partial class BothDirections;

[RnnModel(Steps = 4)]
[OneHot(5)]
[Rnn<Gru>(4)]
[Dense(3), SoftmaxCrossEntropy]
public sealed partial class OtherSymbols;

[RnnModel(Steps = 4)]
[OneHot(5)]
[Rnn<Gru>(4, Name = "rnn")]
[Dense(2), SoftmaxCrossEntropy]
[Dense(3, From = "rnn"), SoftmaxCrossEntropy]
public sealed partial class TwoClasses;

[RnnModel(Steps = 4)]
[OneHot(5)]
[Rnn<Gru>(4)]
[Pool(Pooling.Last)]
[Dense(5), SoftmaxCrossEntropy]
public sealed partial class Pooled;
