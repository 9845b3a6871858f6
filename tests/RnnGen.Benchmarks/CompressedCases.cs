namespace RnnGen.Benchmarks;

/// <summary>Single steps with weights in fewer bytes.</summary>
internal static class CompressedCases
{
    public static IEnumerable<Case> All =>
    [
        Stream("lstm.int8", 4, 64, new CompressedLstm64(1).ToInt8()),
        Stream("lstm.int8", 4, 128, new CompressedLstm128(1).ToInt8()),
        Stream("lstm.int8", 4, 256, new CompressedLstm256(1).ToInt8()),
        Stream("lstm.int8", 4, 512, new CompressedLstm512(1).ToInt8()),
        Stream("lstm.bf16", 4, 64, new CompressedLstm64(1).ToBFloat16()),
        Stream("lstm.bf16", 4, 128, new CompressedLstm128(1).ToBFloat16()),
        Stream("lstm.bf16", 4, 256, new CompressedLstm256(1).ToBFloat16()),
        Stream("lstm.bf16", 4, 512, new CompressedLstm512(1).ToBFloat16()),
        Stream("gru.int8", 3, 128, new CompressedGru128(1).ToInt8()),
        Stream("gru.int8", 3, 512, new CompressedGru512(1).ToInt8()),
        Stream("gru.bf16", 3, 128, new CompressedGru128(1).ToBFloat16()),
        Stream("gru.bf16", 3, 512, new CompressedGru512(1).ToBFloat16()),
    ];

    private static Case Stream<TState>(string cell, int gates, int size, IRnnInference<float, float, TState> model)
        where TState : struct, IRnnState<float>
    {
        float[] x = [.. Enumerable.Range(0, size).Select(i => 0.1f * MathF.Sin(i))], y = new float[size];
        TState state = default;
        return new($"{cell},stream,{size},{size},1,1,1", 4.0 * gates * size * size, () => model.Forward(x, ref state, y));
    }
}

[RnnModel(Steps = 1), Input(64), Rnn<Lstm>(64), SquaredError, Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
internal sealed partial class CompressedLstm64;

[RnnModel(Steps = 1), Input(128), Rnn<Lstm>(128), SquaredError, Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
internal sealed partial class CompressedLstm128;

[RnnModel(Steps = 1), Input(256), Rnn<Lstm>(256), SquaredError, Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
internal sealed partial class CompressedLstm256;

[RnnModel(Steps = 1), Input(512), Rnn<Lstm>(512), SquaredError, Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
internal sealed partial class CompressedLstm512;

[RnnModel(Steps = 1), Input(128), Rnn<Gru>(128), SquaredError, Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
internal sealed partial class CompressedGru128;

[RnnModel(Steps = 1), Input(512), Rnn<Gru>(512), SquaredError, Compressed(WeightFormat.Int8), Compressed(WeightFormat.BFloat16)]
internal sealed partial class CompressedGru512;
