using RnnGen;

namespace Pronounce;

// The encoder reads the letters of a word, both ways; the decoder writes its phones. At each phone it looks at all letters, and what it saw
// there goes with the phone into its next step (input feeding).

[Encoder(Steps = Letters.Longest)]
[Embedding(Letters.Count, 64)]
[Dropout(0.2)]
[Rnn<Lstm>(128, Depth = 2, Direction = Direction.Bidirectional, Dropout = 0.2)]
internal static class Spelling;

[Decoder(Steps = Phones.Longest + 1, Start = Phones.End, End = Phones.End)]
[Embedding(Phones.Count + 1, 64)]
[Dropout(0.2, Name = "last")]
[Rnn<Lstm>(192, Name = "rnn", From = "last, context'")]
[Attention<AdditiveScore>(128, Name = "context")]
[Dropout(0.2, From = "rnn, context")]
[Dense(Phones.Count + 1), SoftmaxCrossEntropy]
internal static class Pronunciation;

[Seq2Seq(typeof(Spelling), typeof(Pronunciation))]
internal sealed partial class Pronouncer;
