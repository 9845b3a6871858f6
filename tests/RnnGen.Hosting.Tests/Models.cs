namespace RnnGen.Hosting.Tests;

/// <summary>Numbers in, numbers out, as a server's model.</summary>
[RnnModel]
[Input(8)]
[Rnn<Gru>(32)]
[Dense(4), SigmoidCrossEntropy]
public sealed partial class Detector;

[RnnModel]
[OneHot(10)]
[Rnn<Lstm>(16)]
[Dense(10), SoftmaxCrossEntropy]
public sealed partial class Writer;

/// <summary>Outputs that are plain numbers, and so may be too large.</summary>
[RnnModel]
[Input(2)]
[Rnn<SimpleRnn>(4)]
[Dense(2), SquaredError]
public sealed partial class Meter;

/// <summary>It takes whole sequences.</summary>
[RnnModel]
[Input(2)]
[Rnn<Gru>(4, Direction = Direction.Bidirectional)]
[Dense(1), SquaredError]
public sealed partial class Marker;
