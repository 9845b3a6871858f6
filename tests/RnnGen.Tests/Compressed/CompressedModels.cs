namespace RnnGen.Tests.CompressedWeights;

// Models with everything that a compressed one can hold: for tests of their own, and for those that need a process.

[RnnModel(Steps = 4)]
[OneHot(21)]
[Rnn<Lstm>(33, Depth = 2)]
[Dense(21), SoftmaxCrossEntropy]
[Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
public sealed partial class SmallChar;

/// <summary>A loop through the step before, zoneout, a projection, delays, normalisation, two heads.</summary>
[RnnModel(Steps = 4)]
[Input(3)]
[Dropout(0.2, Name = "dropped")]
[Rnn<ProjectedLstm>(20, Projection = 7, Name = "rnn", From = "dropped, out'", Zoneout = 0.1, RecurrentDropout = 0.2)]
[Rnn<DelayedRnn>(9, Name = "late")]
[Rnn<LayerNormLstm>(6, Name = "norm")]
[Dense(5, Activation = Activation.Softplus, Name = "out"), SquaredError]
[Dense(4, From = "rnn, late'"), SoftmaxCrossEntropy]
[Compressed(WeightFormat.BFloat16), Compressed(WeightFormat.Int8)]
public sealed partial class SmallEverything;

[RnnModel(Steps = 4)]
[Embedding(50, 75)]
[Rnn<GruResetBefore>(18)]
[Dense(70, Activation = Activation.Tanh), SigmoidCrossEntropy]
[Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
public sealed partial class SmallEmbedded;

/// <summary>Whole sequences: both directions, a learned merge, attention over time.</summary>
[RnnModel(Steps = 6)]
[Embedding(20, 5)]
[Rnn<Lstm>(11, Depth = 2, Direction = Direction.Bidirectional, Merge = Merge.Linear)]
[Pool(Pooling.Attention, Units = 7)]
[Dense(3), SoftmaxCrossEntropy]
[Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
public sealed partial class SmallClassifier;

[RnnModel(Steps = 4)]
[Input(3), Feedback(2)]
[Dense(16, Activation = Activation.Tanh)]
[Dense(2), SquaredError]
[Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
public sealed partial class SmallFeedback;

/// <summary>No recurrent layer, and so no state.</summary>
[RnnModel(Steps = 4)]
[Input(3)]
[Dense(33), LayerNorm, PRelu]
[Dense(18, Name = "dense"), GroupNorm(3)]
[Dense(18), RmsNorm, PRelu(Shared = true, Name = "bent"), Softmax(From = "dense + bent")]
[Dense(5), SquaredError]
[Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
public sealed partial class SmallUnits;

[RnnModel(Steps = 5)]
[Input(6, Once = true)]
[Rnn<Lstm>(6, FirstState = true)]
[Dense(4), SoftmaxCrossEntropy]
[Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
public sealed partial class SmallDescriber;

/// <summary>Grids: a spectrum of frames, convolved within a step and over time.</summary>
[RnnModel(Steps = 6)]
[Input(20, Channels = 1)]
[Conv1d(18, Kernel = 8, Stride = 4, PaddingEnd = 4, PaddingMode = PaddingMode.Reflect, Over = Axis.Inner, Bias = false, Name = "stft")]
[Magnitude(ComplexParts.Halves)]
[Conv1d(17, Kernel = 3, Stride = 2, Padding = 1, Over = Axis.Inner, Activation = Activation.Relu, Name = "within")]
[Conv1d(6, Dilation = 2, Name = "over")]
[Rnn<Gru>(9)]
[Dense(3), SquaredError]
[Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
public sealed partial class SmallFrames;
