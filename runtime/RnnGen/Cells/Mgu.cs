namespace RnnGen;

/// <summary>
/// Minimal gated unit (Zhou et al. 2016): one gate both resets and updates. f = σ(W x + U h + b), n = tanh(W x + U (f ⊙ h) + b),
/// h = (1 − f) ⊙ h + f ⊙ n.
/// </summary>
/// <remarks>Gates stack as f, n.</remarks>
[RnnCell]
public readonly partial struct Mgu
{
    private readonly Weight Wf, Wn;
    private readonly Recurrent Uf, Un;
    private readonly Bias bf, bn;

    /// <summary>One step.</summary>
    /// <param name="x">The input.</param>
    /// <param name="h">The previous output.</param>
    public Hidden Step(Input x, Hidden h)
    {
        var f = GateActivation(Wf * x + Uf * h + bf);
        var n = Activation(Wn * x + Un * (f * h) + bn);
        return (1 - f) * h + f * n;
    }
}
