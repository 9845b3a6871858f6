namespace RnnGen.Mpi.Tests;

// Small models of every kind, each with numbers of both sizes.

/// <summary>Symbols, with noise of every kind.</summary>
[RnnModel(Steps = 5)]
[Embedding(7, 5)]
[Dropout(0.1)]
[Rnn<Lstm>(9, Depth = 2, Dropout = 0.2, RecurrentDropout = 0.1, Zoneout = 0.1)]
[Dense(7), SoftmaxCrossEntropy]
internal sealed partial class Noisy;

[RnnModel(Steps = 5, Precision = Precision.Double)]
[Embedding(7, 5)]
[Dropout(0.1)]
[Rnn<Lstm>(9, Depth = 2, Dropout = 0.2, RecurrentDropout = 0.1, Zoneout = 0.1)]
[Dense(7), SoftmaxCrossEntropy]
internal sealed partial class NoisyDouble;

/// <summary>Numbers, with weights, lengths and segments.</summary>
[RnnModel(Steps = 4)]
[Input(3)]
[Rnn<Gru>(10)]
[Dense(2), SquaredError]
internal sealed partial class Curve;

[RnnModel(Steps = 4, Precision = Precision.Double)]
[Input(3)]
[Rnn<Gru>(10)]
[Dense(2), SquaredError]
internal sealed partial class CurveDouble;

/// <summary>A source of symbols.</summary>
[Encoder(Steps = 6)]
[Embedding(8, 5)]
[Rnn<Gru>(7)]
[Dropout(0.2)]
internal static class Letters;

/// <summary>A target of symbols, which attends.</summary>
[Decoder(Steps = 5, Start = 8, End = 8)]
[Embedding(9, 4)]
[Rnn<Lstm>(7, From = "input, context'", Name = "rnn")]
[Attention<AdditiveScore>(6, Name = "context")]
[Dense(9, From = "rnn, context"), SoftmaxCrossEntropy]
internal static class Sounds;

[Seq2Seq(typeof(Letters), typeof(Sounds))]
internal sealed partial class Speller;

[Seq2Seq(typeof(Letters), typeof(Sounds), Precision = Precision.Double)]
internal sealed partial class SpellerDouble;

/// <summary>A source of numbers.</summary>
[Encoder(Steps = 6)]
[Input(3)]
[Rnn<Lstm>(8)]
internal static class Heard;

/// <summary>A target of numbers.</summary>
[Decoder(Steps = 5)]
[Input(2)]
[Rnn<Gru>(8)]
[Dense(2), SquaredError]
internal static class Spoken;

[Seq2Seq(typeof(Heard), typeof(Spoken))]
internal sealed partial class Transducer;

[Seq2Seq(typeof(Heard), typeof(Spoken), Precision = Precision.Double)]
internal sealed partial class TransducerDouble;
