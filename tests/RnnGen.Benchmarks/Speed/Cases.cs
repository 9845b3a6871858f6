namespace RnnGen.Benchmarks;

/// <summary>Every row of the peers' measurement, on RnnGen.</summary>
internal static class Cases
{
    public static IEnumerable<Case> All =>
    [
        Case.Stream("lstm", 1, 8, 1, () => new Lstm1x8x1(1)),
        Case.Stream("lstm", 1, 16, 1, () => new Lstm1x16x1(1)),
        Case.Stream("lstm", 1, 40, 1, () => new Lstm1x40x1(1)),
        Case.Stream("lstm", 32, 32, 1, () => new Lstm32x32x1(1)),
        Case.Stream("lstm", 64, 64, 1, () => new Lstm64x64x1(1)),
        Case.Stream("lstm", 128, 128, 1, () => new Lstm128x128x1(1)),
        Case.Stream("lstm", 128, 128, 2, () => new Lstm128x128x2(1)),
        Case.Stream("lstm", 256, 256, 1, () => new Lstm256x256x1(1)),
        Case.Stream("lstm", 512, 512, 1, () => new Lstm512x512x1(1)),
        Case.Sequence("lstm", 32, 32, 1, () => new Lstm32x32x1(1)),
        Case.Sequence("lstm", 64, 64, 1, () => new Lstm64x64x1(1)),
        Case.Sequence("lstm", 128, 128, 2, () => new Lstm128x128x2(1)),
        Case.Sequence("lstm", 256, 256, 1, () => new Lstm256x256x1(1)),
        Case.Sequence("lstm", 512, 512, 1, () => new Lstm512x512x1(1)),
        Case.Train("lstm", 64, 128, 1, 64, 32, () => new LstmTrain64x128x1(1)),
        Case.TrainSymbols("lstm", 65, 128, 2, 64, 32, () => new LstmTrain65x128x2(1)),
        Case.Train("lstm", 32, 32, 1, 100, 16, () => new LstmTrain32x32x1(1)),
        Case.Train("lstm", 64, 256, 2, 64, 32, () => new LstmTrain64x256x2(1)),
        Case.Train("lstm", 1, 40, 1, 2048, 1, () => new LstmTrain1x40x1(1)),
        Case.Train("lstm", 128, 512, 1, 32, 64, () => new LstmTrain128x512x1(1)),
        Case.Stream("gru", 1, 8, 1, () => new Gru1x8x1(1)),
        Case.Stream("gru", 1, 16, 1, () => new Gru1x16x1(1)),
        Case.Stream("gru", 1, 40, 1, () => new Gru1x40x1(1)),
        Case.Stream("gru", 32, 32, 1, () => new Gru32x32x1(1)),
        Case.Stream("gru", 64, 64, 1, () => new Gru64x64x1(1)),
        Case.Stream("gru", 128, 128, 1, () => new Gru128x128x1(1)),
        Case.Stream("gru", 128, 128, 2, () => new Gru128x128x2(1)),
        Case.Stream("gru", 256, 256, 1, () => new Gru256x256x1(1)),
        Case.Stream("gru", 512, 512, 1, () => new Gru512x512x1(1)),
        Case.Sequence("gru", 32, 32, 1, () => new Gru32x32x1(1)),
        Case.Sequence("gru", 64, 64, 1, () => new Gru64x64x1(1)),
        Case.Sequence("gru", 128, 128, 2, () => new Gru128x128x2(1)),
        Case.Sequence("gru", 256, 256, 1, () => new Gru256x256x1(1)),
        Case.Sequence("gru", 512, 512, 1, () => new Gru512x512x1(1)),
        Case.Train("gru", 64, 128, 1, 64, 32, () => new GruTrain64x128x1(1)),
        Case.TrainSymbols("gru", 65, 128, 2, 64, 32, () => new GruTrain65x128x2(1)),
        Case.Train("gru", 32, 32, 1, 100, 16, () => new GruTrain32x32x1(1)),
        Case.Train("gru", 64, 256, 2, 64, 32, () => new GruTrain64x256x2(1)),
        Case.Train("gru", 1, 40, 1, 2048, 1, () => new GruTrain1x40x1(1)),
        Case.Train("gru", 128, 512, 1, 32, 64, () => new GruTrain128x512x1(1)),
    ];
}
