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

// Two inputs side by side: a word, and its letters, along which a convolution looks at three neighbours at a time.

[RnnModel(Steps = 64)]
[Embedding(Symbols, 128, Name = "word")]
[Embedding(Letters, 32, Length = LongestWord, Name = "letters")]
[Conv1d(128, Kernel = 3, Padding = 1, Activation = Activation.Relu, Over = Axis.Inner)]
[Pool(Pooling.Max, Over = Axis.Inner, Name = "spelling")]
[Dropout(0.5, From = "word, spelling")]
[Rnn<Lstm>(160, Direction = Direction.Bidirectional)]
[Dropout(0.5)]
[Dense(Tags), SoftmaxCrossEntropy]
internal sealed partial class PosModel
{
    /// <summary>How many different words, and kinds of unknown words, there may be.</summary>
    public const int Symbols = 16_384;

    /// <summary>How many different letters there may be.</summary>
    public const int Letters = 128;

    /// <summary>Letters of a word that are read.</summary>
    public const int LongestWord = 16;

    /// <summary>A batch's words and letters, side by side.</summary>
    public static float[] InputsOf(Batches batches)
    {
        float[] inputs = new float[batches.Symbols.Length * InputSize];
        new Inputs { Word = batches.Symbols, Letters = batches.Letters }.CopyTo(inputs);
        return inputs;
    }

    /// <summary>How many different tags a file may have.</summary>
    public const int Tags = 64;
}
