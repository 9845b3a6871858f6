using RnnGen;

namespace OwnCell;

/// <summary>
/// A cell of our own: a memory that is written through a gate and leaks, each unit at a speed that it learns. An LSTM computes anew at
/// every step what to forget; here that is one number per unit, and the cell has half the matrices.
/// </summary>
[RnnCell]
public readonly partial struct LeakyMemory
{
    private readonly Weight Wg, Wn;
    private readonly Recurrent Ug, Un;
    private readonly Bias bg, bn;
    private readonly PerUnit leak;

    /// <summary>One step: g = σ(W x + U h + b), n = tanh(W x + U h + b), m = σ(leak) ⊙ m + g ⊙ n, h = tanh(m).</summary>
    public (Hidden h, Hidden m) Step(Input x, Hidden h, Hidden m)
    {
        var g = Sigmoid(Wg * x + Ug * h + bg);
        var n = Tanh(Wn * x + Un * h + bn);
        var memory = Sigmoid(leak) * m + g * n;
        return (Tanh(memory), memory);
    }
}

/// <summary>Two numbers in, the sum so far out.</summary>
[RnnModel(Steps = 30)]
[Input(2)]
[Rnn<LeakyMemory>(32)]
[Dense(1), SquaredError]
internal sealed partial class AddingModel;
