using RnnGen.Tests.Models;

namespace RnnGen.Worker;

// As much as a model unrolls: the sizes at which the JIT is most likely to give up.

[RnnModel(Steps = 64)]
[OneHot(65)]
[Rnn<Lstm>(128, Depth = 2)]
[Dense(65), SoftmaxCrossEntropy]
public sealed partial class BookLstm;

[RnnModel(Steps = 256)]
[Input(40)]
[Rnn<Gru>(100, Depth = 8)]
[Rnn<Leaky>(1000)]
[Dense(1000), SquaredError]
public sealed partial class DeepGru;

/// <summary>Two dozen activations in one stage.</summary>
[RnnCell]
public readonly partial struct Wide
{
    private readonly Weight Wa, Wb, Wc, Wd, We, Wf, Wg, Wh;
    private readonly Recurrent Ua, Ub, Uc, Ud, Ue, Uf, Ug, Uh;

    public (Hidden, Hidden) Step(Input x, Hidden h, Hidden c)
    {
        var a = Tanh(Wa * x + Ua * h);
        var b = Tanh(Wb * x + Ub * h + Tanh(a) * Sigmoid(c));
        var d = Sigmoid(Wc * x + Uc * h + Tanh(a * b) * Sigmoid(c - b));
        var e = Sigmoid(Wd * x + Ud * h + Tanh(d * b) * Sigmoid(a - b));
        var f = Tanh(We * x + Ue * h + Tanh(d * e) * Sigmoid(e - b));
        var g = Tanh(Wf * x + Uf * h + Tanh(d * f) * Sigmoid(f - a));
        var i = Tanh(Wg * x + Ug * h + Exp(-(g * g)) * Sigmoid(g - a));
        var j = Tanh(Wh * x + Uh * h + Exp(-(i * i)) * Sigmoid(i - a));
        return (Tanh(a + b * d + e * f + g * i + j), Tanh(c + j) * Sigmoid(c + i) * Tanh(f * c));
    }
}

[RnnModel(Steps = 16, Precision = Precision.Double)]
[Embedding(100, 20)]
[Rnn<Wide>(64)]
[Dense(100), SoftmaxCrossEntropy]
public sealed partial class WideModel;
