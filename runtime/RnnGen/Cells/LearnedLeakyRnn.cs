namespace RnnGen;

/// <summary><see cref="LeakyRnn"/> whose units each learn how much they keep: α = σ(a), with a a parameter of the unit.</summary>
[RnnCell]
public readonly partial struct LearnedLeakyRnn
{
    private readonly Weight W;
    private readonly Recurrent U;
    private readonly Bias b;
    private readonly PerUnit a;

    /// <summary>One step.</summary>
    /// <param name="x">The input.</param>
    /// <param name="h">The previous output.</param>
    public Hidden Step(Input x, Hidden h)
    {
        var keep = Sigmoid(a);
        return keep * h + (1 - keep) * Activation(W * x + U * h + b);
    }
}
