using RnnGen;

/// <summary>Reads a character and gives the probability of each to come next.</summary>
[RnnModel(Steps = 64)]
[OneHot(96)]
[Rnn<Lstm>(128)]
[Dense(96), SoftmaxCrossEntropy]
public sealed partial class CharModel;
