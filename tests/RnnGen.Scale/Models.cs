namespace RnnGen.Scale;

/// <summary>226 thousand parameters.</summary>
[RnnModel(Steps = 32)]
[OneHot(44)]
[Rnn<Lstm>(128, Depth = 2)]
[Dense(44), SoftmaxCrossEntropy]
internal sealed partial class Small;

/// <summary>3.5 million parameters.</summary>
[RnnModel(Steps = 32)]
[OneHot(128)]
[Rnn<Lstm>(512, Depth = 2)]
[Dense(128), SoftmaxCrossEntropy]
internal sealed partial class Large;
