namespace RnnGen.Compiler.Tests;

/// <summary>Classes that hold networks of fewer units.</summary>
[RnnModel(Steps = 32)]
[Input(1)]
[Rnn<Lstm>(16, Name = "rec1")]
[Dense(1, Name = "lin")]
[SquaredError(From = "lin + input")]
internal sealed partial class Amp16;

[RnnModel(Steps = 4)]
[Input(1), Rnn<Lstm>(64, Name = "rec1"), Dense(1, Name = "lin"), SquaredError(From = "lin+input")]
internal sealed partial class Amp64;

[RnnModel]
[Input(1), Rnn<Gru>(32, Name = "rec1"), Dense(1, Name = "lin"), SquaredError]
internal sealed partial class AmpGru32;

[RnnModel]
[Input(1), Rnn<Lstm>(16, Name = "lstm1"), Rnn<Lstm>(24, Name = "lstm2"), Dense(1, Name = "head"), SquaredError]
internal sealed partial class AmpNam;

[RnnModel]
[Input(1), Rnn<Gru>(16, Name = "rec1", Clip = 5), Dense(1, Name = "lin"), SquaredError]
internal sealed partial class AmpClipped;
