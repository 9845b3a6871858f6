using RnnGen;

namespace Classify;

// Each word, with the one before it, says how much it speaks for spam (evidence). A recurrent network that reads the whole mail says how
// much each is to be looked at (looks, all together 1). The score is the sum of their products, so what a word adds to it is exact, and not
// an explanation that is made up afterwards.

[RnnModel(Steps = MailText.Words)]
[Embedding(Sizes.Words, Sizes.Width), Dropout(0.4, Name = "words")]
[Conv1d(Sizes.Width, Kernel = 2, Activation = Activation.Tanh, Name = "pairs"), Dropout(0.4)]
[Dense(1, Name = "evidence")]
[Rnn<Gru>(Sizes.Units, Direction = Direction.Bidirectional, From = "words", Name = "read"), Dropout(0.4)]
[Dense(16, Activation = Activation.Tanh, Name = "key"), Dense(1, Name = "score"), Softmax(Over = Axis.Time, Name = "looks")]
[Pool(Pooling.Sum, From = "looks * evidence"), SigmoidCrossEntropy]
internal sealed partial class SpamModel;

/// <summary>The spam network with outputs at each word instead: the word's evidence, and how much it is looked at.</summary>
[RnnModel(Steps = MailText.Words)]
[Embedding(Sizes.Words, Sizes.Width, Name = "words")]
[Conv1d(Sizes.Width, Kernel = 2, Activation = Activation.Tanh, Name = "pairs")]
[Dense(1, Name = "evidence"), SquaredError]
[Rnn<Gru>(Sizes.Units, Direction = Direction.Bidirectional, From = "words", Name = "read")]
[Dense(16, Activation = Activation.Tanh, Name = "key"), Dense(1, Name = "score"), Softmax(Over = Axis.Time, Name = "looks"), SquaredError]
internal sealed partial class WordModel;

internal static class Sizes
{
    /// <summary>The most words of the vocabulary, the unknown one included.</summary>
    public const int Words = 8000;

    /// <summary>Numbers of a word.</summary>
    public const int Width = 32;

    /// <summary>Units of each direction.</summary>
    public const int Units = 32;
}
