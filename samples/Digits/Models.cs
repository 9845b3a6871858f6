using RnnGen;

namespace Digits;

// A picture is read row by row, as a sequence; what it shows is asked for at the end (N→1).

[RnnModel(Steps = 8)]
[Input(8)]
[Rnn<Lstm>(32)]
[Pool(Pooling.Last)]
[Dense(10), SoftmaxCrossEntropy]
internal sealed partial class SmallDigitModel;

[RnnModel(Steps = 28)]
[Input(28)]
[Rnn<Lstm>(128)]
[Pool(Pooling.Last)]
[Dense(10), SoftmaxCrossEntropy]
internal sealed partial class MnistModel;
