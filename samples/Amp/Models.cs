using RnnGen;

namespace Amp;

/// <summary>The network that comes with the program: of GuitarML's kind.</summary>
[RnnModel(Steps = 128)]
[Input(1)]
[Rnn<Lstm>(12, Name = "rec1")]
[Dense(1, Name = "lin")]
[SquaredError(From = "lin + input")]
internal sealed partial class AmpModel;
