namespace RnnGen;

/// <summary>
/// LSTM with layer normalisation (Ba et al. 2016): <see cref="Lstm"/> whose products with the input, with the previous output, and whose
/// cell state on its way out are each normalised over the units and scaled: i, f, o = σ((1 + p) ⊙ N(W x) + (1 + q) ⊙ N(U h') + b), g =
/// tanh((1 + p) ⊙ N(W x) + (1 + q) ⊙ N(U h') + b), c = f ⊙ c' + i ⊙ g, h = o ⊙ tanh((1 + pc) ⊙ N(c) + bc). Each gate is normalised by
/// itself.
/// </summary>
/// <remarks>
/// Gates stack as i, f, g, o; the gains are 1 + p and 1 + q, where p and q are tensors of their own (<c>rnn.pi_l0</c>, …). At 0, which is
/// where <see cref="Initialization.Glorot"/> starts vectors, the gains are 1, as the paper starts them.
/// </remarks>
[RnnCell]
public readonly partial struct LayerNormLstm
{
    private readonly Weight Wi, Wf, Wg, Wo;
    private readonly Recurrent Ui, Uf, Ug, Uo;
    private readonly PerUnit pi, pf, pg, po, qi, qf, qg, qo, pc, bc;
    private readonly Bias bi;
    [ForgetBias] private readonly Bias bf;
    private readonly Bias bg, bo;

    /// <summary>One step.</summary>
    /// <param name="x">The input.</param>
    /// <param name="h">The previous output.</param>
    /// <param name="c">The previous cell state.</param>
    public (Hidden h, Hidden c) Step(Input x, Hidden h, Hidden c)
    {
        var i = GateActivation((1 + pi) * Normalize(Wi * x) + (1 + qi) * Normalize(Ui * h) + bi);
        var f = GateActivation((1 + pf) * Normalize(Wf * x) + (1 + qf) * Normalize(Uf * h) + bf);
        var g = Activation((1 + pg) * Normalize(Wg * x) + (1 + qg) * Normalize(Ug * h) + bg);
        var o = GateActivation((1 + po) * Normalize(Wo * x) + (1 + qo) * Normalize(Uo * h) + bo);
        var memory = f * c + i * g;
        return (o * OutputActivation((1 + pc) * Normalize(memory) + bc), memory);
    }
}
