using RnnGen;

namespace Translate;

// The encoder reads the characters of a text, both ways; the decoder says words. At each word it looks at all characters, and what it saw
// there goes with the word into its next step.

[Encoder(Steps = Sizes.LongestText)]
[Embedding(Sizes.Characters, 32)]
[Rnn<Lstm>(64, Direction = Direction.Bidirectional)]
internal static class Written;

[Decoder(Steps = Sizes.LongestSpeech + 1, Start = Sizes.End, End = Sizes.End)]
[Embedding(Sizes.Words, 48, Name = "last")]
[Rnn<Lstm>(128, Name = "rnn", From = "last, context'")]
[Attention<AdditiveScore>(64, Name = "context")]
[Dropout(0.2, From = "rnn, context")]
[Dense(Sizes.Words), SoftmaxCrossEntropy]
internal static class Spoken;

[Seq2Seq(typeof(Written), typeof(Spoken))]
internal sealed partial class TranslationModel;

internal static class Sizes
{
    /// <summary>The most different characters, an unknown one included.</summary>
    public const int Characters = 96;

    /// <summary>The most different words, the end included.</summary>
    public const int Words = 256;

    /// <summary>The most characters of a text.</summary>
    public const int LongestText = 40;

    /// <summary>The most words said.</summary>
    public const int LongestSpeech = 24;

    /// <summary>The symbol before the first word and behind the last one.</summary>
    public const int End = 0;
}
