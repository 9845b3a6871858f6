namespace RnnGen.Orleans.Tests;

[RnnModel]
[Input(4)]
[Rnn<Lstm>(16)]
[Dense(2), SquaredError]
public sealed partial class Meter;

/// <summary>What <see cref="Meter"/> was before somebody changed it.</summary>
[RnnModel]
[Input(4)]
[Rnn<Lstm>(12)]
[Dense(2), SquaredError]
public sealed partial class OlderMeter;

[RnnModel]
[OneHot(10)]
[Rnn<Gru>(8)]
[Dense(10), SoftmaxCrossEntropy]
public sealed partial class Writer;

[RnnModel(Precision = Precision.Double)]
[Input(1)]
[Rnn<Gru>(6)]
[Dense(1), SquaredError]
public sealed partial class Exact;

/// <summary>The page's.</summary>
[RnnModel]
[Input(8)]
[Rnn<Gru>(32)]
[Dense(4), SigmoidCrossEntropy]
public sealed partial class Detector;
