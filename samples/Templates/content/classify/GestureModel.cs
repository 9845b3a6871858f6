using RnnGen;

/// <summary>Reads a sequence of points (x, y), of any length up to the steps, and gives the probability of each class.</summary>
[RnnModel(Steps = 40)]
[Input(2)]
[Rnn<Lstm>(32)]
[Pool(Pooling.Last)]
[Dense(3), SoftmaxCrossEntropy]
public sealed partial class GestureModel;
