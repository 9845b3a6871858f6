namespace RnnGen.Tests.Models;

// Models that are declared as a user declares them: for streaming, allocation, JIT and width tests.

[RnnModel(Steps = 8)]
[OneHot(21)]
[Rnn<Lstm>(33, Depth = 2)]
[Dense(21), SoftmaxCrossEntropy]
public sealed partial class CharLstm;

[RnnModel(Steps = 6)]
[Embedding(30, 9)]
[Rnn<Gru>(20)]
[Rnn<GruResetBefore>(8)]
[Dense(70, Activation = Activation.Tanh), SigmoidCrossEntropy]
public sealed partial class EmbeddedGru;

[RnnModel(Steps = 5)]
[Input(3)]
[Rnn<SimpleRnn>(40, Activation = Activation.Relu)]
[Rnn<Leaky>(18)]
[SquaredError]
public sealed partial class Regression;

[RnnModel(Steps = 5, Precision = Precision.Double)]
[Input(2)]
[Rnn<Lstm>(7)]
[Dense(3, Activation = Activation.Sigmoid), SquaredError]
public sealed partial class DoubleRegression;

/// <summary>A cell that is not built in: a learned leak per unit.</summary>
[RnnCell]
public readonly partial struct Leaky
{
    private readonly Weight W;
    private readonly Recurrent U;
    private readonly Bias b;
    private readonly PerUnit leak;

    public Hidden Step(Input x, Hidden h)
    {
        var keep = Sigmoid(leak);
        return keep * h + (1 - keep) * Tanh(W * x + U * h + b);
    }
}
