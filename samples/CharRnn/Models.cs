using RnnGen;

namespace CharRnn;

// Three networks that differ in their cell alone; RnnGen writes the rest of each class.

[RnnModel(Steps = Sizes.Steps)]
[OneHot(Sizes.Symbols)]
[Rnn<Lstm>(Sizes.Hidden, Depth = 2)]
[Dense(Sizes.Symbols), SoftmaxCrossEntropy]
[Compressed(WeightFormat.BFloat16), Compressed(WeightFormat.Int8)]
internal sealed partial class LstmModel;

[RnnModel(Steps = Sizes.Steps)]
[OneHot(Sizes.Symbols)]
[Rnn<Gru>(Sizes.Hidden, Depth = 2)]
[Dense(Sizes.Symbols), SoftmaxCrossEntropy]
[Compressed(WeightFormat.BFloat16), Compressed(WeightFormat.Int8)]
internal sealed partial class GruModel;

[RnnModel(Steps = Sizes.Steps)]
[OneHot(Sizes.Symbols)]
[Rnn<SimpleRnn>(Sizes.Hidden, Depth = 2)]
[Dense(Sizes.Symbols), SoftmaxCrossEntropy]
[Compressed(WeightFormat.BFloat16), Compressed(WeightFormat.Int8)]
internal sealed partial class SimpleModel;

/// <summary>What the networks have in common. A model's sizes are constants of the program, so these are too.</summary>
internal static class Sizes
{
    /// <summary>Steps that BPTT goes back.</summary>
    public const int Steps = 64;

    /// <summary>Units of a layer.</summary>
    public const int Hidden = 128;

    /// <summary>
    /// The most different characters a text may have; rarer ones are read as �. Memory is in blocks of 16, so 96 costs no more than Moby
    /// Dick's 83.
    /// </summary>
    public const int Symbols = 96;
}
