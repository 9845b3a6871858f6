namespace RnnGen.Training.Tests;

/// <summary>An output for each step, with dropout: so masks matter.</summary>
[RnnModel(Steps = 6)]
[Input(2)]
[Rnn<Gru>(5, Dropout = 0.25, Depth = 2)]
[Dense(1), SquaredError]
internal sealed partial class StepModel;

/// <summary>One class for a sequence.</summary>
[RnnModel(Steps = 6)]
[OneHot(5)]
[Rnn<Lstm>(6)]
[Pool(Pooling.Last)]
[Dense(3), SoftmaxCrossEntropy]
internal sealed partial class ClassModel;

/// <summary>The same in double.</summary>
[RnnModel(Steps = 6, Precision = Precision.Double)]
[OneHot(5)]
[Rnn<Lstm>(6)]
[Dense(5), SoftmaxCrossEntropy]
internal sealed partial class DoubleTextModel;

/// <summary>Predicts the next symbol, with states that are carried.</summary>
[RnnModel(Steps = 8)]
[OneHot(7)]
[Rnn<Lstm>(10)]
[Dropout(0.2)]
[Dense(7), SoftmaxCrossEntropy]
internal sealed partial class TextModel;

/// <summary>The next three numbers of a series from the last six.</summary>
[RnnModel(Steps = 6)]
[Input(1)]
[Rnn<Gru>(6)]
[Pool(Pooling.Last)]
[Dense(3), SquaredError]
internal sealed partial class ForecastModel;

/// <summary>Two outputs, one of classes.</summary>
[RnnModel(Steps = 4)]
[Input(2)]
[Rnn<Gru>(5, Name = "rnn")]
[Dense(3, From = "rnn"), SoftmaxCrossEntropy]
[Dense(2, From = "rnn"), SquaredError]
internal sealed partial class TwoHeads;

[Encoder(Steps = 7)]
[Embedding(4, 6)]
[Rnn<Gru>(8)]
internal static class Source;

[Decoder(Steps = 6, Start = 4, End = 4)]
[Embedding(5, 6)]
[Rnn<Gru>(8)]
[Dropout(0.2)]
[Dense(5), SoftmaxCrossEntropy]
internal static class Target;

/// <summary>Symbols into symbols.</summary>
[Seq2Seq(typeof(Source), typeof(Target))]
internal sealed partial class PairModel;
