namespace RnnGen;

/// <summary>
/// Long short-term memory (Hochreiter and Schmidhuber 1997) with forget gate (Gers et al. 2000), without peepholes: PyTorch's, Keras' and
/// ONNX's default. i, f, o = σ(W x + U h + b), g = tanh(W x + U h + b), c = f ⊙ c + i ⊙ g, h = o ⊙ tanh(c).
/// </summary>
/// <remarks>
/// Gates stack in PyTorch's order: i, f, g, o. One bias per gate; PyTorch's second one is added to it on import. σ is the layer's
/// <see cref="RnnAttribute{TCell}.GateActivation"/>, g's tanh its <see cref="RnnAttribute{TCell}.Activation"/>, and the tanh of c its
/// <see cref="RnnAttribute{TCell}.OutputActivation"/>: ONNX's f, g and h. Keras has one <c>activation</c> for the last two.
/// </remarks>
[RnnCell]
public readonly partial struct Lstm
{
    private readonly Weight Wi, Wf, Wg, Wo;
    private readonly Recurrent Ui, Uf, Ug, Uo;
    private readonly Bias bi;
    [ForgetBias] private readonly Bias bf;
    private readonly Bias bg, bo;

    /// <summary>One step.</summary>
    /// <param name="x">The input.</param>
    /// <param name="h">The previous output.</param>
    /// <param name="c">The previous cell state.</param>
    public (Hidden h, Hidden c) Step(Input x, Hidden h, Hidden c)
    {
        var i = GateActivation(Wi * x + Ui * h + bi);
        var f = GateActivation(Wf * x + Uf * h + bf);
        var g = Activation(Wg * x + Ug * h + bg);
        var o = GateActivation(Wo * x + Uo * h + bo);
        var memory = f * c + i * g;
        return (o * OutputActivation(memory), memory);
    }
}
