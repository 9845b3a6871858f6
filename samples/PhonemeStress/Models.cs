using RnnGen;

namespace PhonemeStress;

// A tag for every symbol (N→N). What a symbol's tag is depends on what comes before and after it, so layers run both ways.

[RnnModel(Steps = 20)]
[Embedding(Symbols, 24)]
[Rnn<Lstm>(64, Depth = 2, Direction = Direction.Bidirectional, Dropout = 0.2)]
[Dense(Tags), SoftmaxCrossEntropy]
internal sealed partial class StressModel
{
    /// <summary>How many different phonemes there may be.</summary>
    public const int Symbols = 40;

    /// <summary>No vowel, and the stresses 0, 1 and 2.</summary>
    public const int Tags = 4;
}

[RnnModel(Steps = 64)]
[Embedding(Symbols, 96)]
[Dropout(0.3)]
[Rnn<Lstm>(96, Direction = Direction.Bidirectional)]
[Dropout(0.3)]
[Dense(Tags), SoftmaxCrossEntropy]
internal sealed partial class PosModel
{
    /// <summary>How many different words, and kinds of unknown words, there may be.</summary>
    public const int Symbols = 16_384;

    /// <summary>How many different tags a file may have.</summary>
    public const int Tags = 64;
}
