namespace RnnGen.Benchmarks;

// The shapes of the peers' measurement: for streaming and sequences, then for training.

[RnnModel(Steps = 1), Input(1), Rnn<Lstm>(8), SquaredError]
internal sealed partial class Lstm1x8x1;

[RnnModel(Steps = 1), Input(1), Rnn<Lstm>(16), SquaredError]
internal sealed partial class Lstm1x16x1;

[RnnModel(Steps = 1), Input(1), Rnn<Lstm>(40), SquaredError]
internal sealed partial class Lstm1x40x1;

[RnnModel(Steps = 1), Input(32), Rnn<Lstm>(32), SquaredError]
internal sealed partial class Lstm32x32x1;

[RnnModel(Steps = 1), Input(64), Rnn<Lstm>(64), SquaredError]
[Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
internal sealed partial class Lstm64x64x1;

[RnnModel(Steps = 1), Input(128), Rnn<Lstm>(128), SquaredError]
[Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
internal sealed partial class Lstm128x128x1;

[RnnModel(Steps = 1), Input(128), Rnn<Lstm>(128, Depth = 2), SquaredError]
internal sealed partial class Lstm128x128x2;

[RnnModel(Steps = 1), Input(256), Rnn<Lstm>(256), SquaredError]
[Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
internal sealed partial class Lstm256x256x1;

[RnnModel(Steps = 1), Input(512), Rnn<Lstm>(512), SquaredError]
[Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
internal sealed partial class Lstm512x512x1;

[RnnModel(Steps = 64), Input(64), Rnn<Lstm>(128), SquaredError]
internal sealed partial class LstmTrain64x128x1;

[RnnModel(Steps = 64), OneHot(65), Rnn<Lstm>(128, Depth = 2), Dense(65), SoftmaxCrossEntropy]
internal sealed partial class LstmTrain65x128x2;

[RnnModel(Steps = 100), Input(32), Rnn<Lstm>(32), SquaredError]
internal sealed partial class LstmTrain32x32x1;

[RnnModel(Steps = 64), Input(64), Rnn<Lstm>(256, Depth = 2), SquaredError]
internal sealed partial class LstmTrain64x256x2;

[RnnModel(Steps = 2048), Input(1), Rnn<Lstm>(40), SquaredError]
internal sealed partial class LstmTrain1x40x1;

[RnnModel(Steps = 32), Input(128), Rnn<Lstm>(512), SquaredError]
internal sealed partial class LstmTrain128x512x1;

[RnnModel(Steps = 1), Input(1), Rnn<Gru>(8), SquaredError]
internal sealed partial class Gru1x8x1;

[RnnModel(Steps = 1), Input(1), Rnn<Gru>(16), SquaredError]
internal sealed partial class Gru1x16x1;

[RnnModel(Steps = 1), Input(1), Rnn<Gru>(40), SquaredError]
internal sealed partial class Gru1x40x1;

[RnnModel(Steps = 1), Input(32), Rnn<Gru>(32), SquaredError]
internal sealed partial class Gru32x32x1;

[RnnModel(Steps = 1), Input(64), Rnn<Gru>(64), SquaredError]
[Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
internal sealed partial class Gru64x64x1;

[RnnModel(Steps = 1), Input(128), Rnn<Gru>(128), SquaredError]
[Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
internal sealed partial class Gru128x128x1;

[RnnModel(Steps = 1), Input(128), Rnn<Gru>(128, Depth = 2), SquaredError]
internal sealed partial class Gru128x128x2;

[RnnModel(Steps = 1), Input(256), Rnn<Gru>(256), SquaredError]
[Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
internal sealed partial class Gru256x256x1;

[RnnModel(Steps = 1), Input(512), Rnn<Gru>(512), SquaredError]
[Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
internal sealed partial class Gru512x512x1;

[RnnModel(Steps = 64), Input(64), Rnn<Gru>(128), SquaredError]
internal sealed partial class GruTrain64x128x1;

[RnnModel(Steps = 64), OneHot(65), Rnn<Gru>(128, Depth = 2), Dense(65), SoftmaxCrossEntropy]
internal sealed partial class GruTrain65x128x2;

[RnnModel(Steps = 100), Input(32), Rnn<Gru>(32), SquaredError]
internal sealed partial class GruTrain32x32x1;

[RnnModel(Steps = 64), Input(64), Rnn<Gru>(256, Depth = 2), SquaredError]
internal sealed partial class GruTrain64x256x2;

[RnnModel(Steps = 2048), Input(1), Rnn<Gru>(40), SquaredError]
internal sealed partial class GruTrain1x40x1;

[RnnModel(Steps = 32), Input(128), Rnn<Gru>(512), SquaredError]
internal sealed partial class GruTrain128x512x1;
