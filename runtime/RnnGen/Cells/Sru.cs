namespace RnnGen;

/// <summary>
/// Simple recurrent unit (Lei et al. 2018): no matrix multiplies a state, so the products of all steps are taken at once. The input stands
/// element by element beside them and must have as many numbers as there are units. f = σ(Wf x + vf ⊙ c + bf), r = σ(Wr x + vr ⊙ c + br), c
/// = f ⊙ c + (1 − f) ⊙ W x, h = r ⊙ g(c) + (1 − r) ⊙ x, where σ is the layer's <see cref="RnnAttribute{TCell}.GateActivation"/> and g its
/// <see cref="RnnAttribute{TCell}.OutputActivation"/>.
/// </summary>
[RnnCell]
public readonly partial struct Sru
{
    private readonly Weight W, Wf, Wr;
    private readonly PerUnit vf, vr;
    [ForgetBias] private readonly Bias bf;
    private readonly Bias br;

    /// <summary>One step.</summary>
    /// <param name="x">The input.</param>
    /// <param name="h">The previous output, which only the layer above reads.</param>
    /// <param name="c">The previous cell state.</param>
    public (Hidden h, Hidden c) Step(Input x, Hidden h, Hidden c)
    {
        var f = GateActivation(Wf * x + vf * c + bf);
        var r = GateActivation(Wr * x + vr * c + br);
        var memory = f * c + (1 - f) * (W * x);
        return (r * OutputActivation(memory) + (1 - r) * x, memory);
    }
}
