namespace RnnGen;

/// <summary>
/// LSTM with peepholes (Gers and Schmidhuber 2000): the gates i and f also see the previous cell state, o sees the new one, each through a
/// vector. ONNX's LSTM with its input P.
/// </summary>
/// <remarks>
/// Gates stack in PyTorch's order: i, f, g, o. The vectors Pi, Pf, Po are tensors of their own, such as <c>rnn.Pi_l0</c>.
/// </remarks>
[RnnCell]
public readonly partial struct PeepholeLstm
{
    private readonly Weight Wi, Wf, Wg, Wo;
    private readonly Recurrent Ui, Uf, Ug, Uo;
    private readonly PerUnit Pi, Pf, Po;
    private readonly Bias bi;
    [ForgetBias] private readonly Bias bf;
    private readonly Bias bg, bo;

    /// <summary>One step.</summary>
    /// <param name="x">The input.</param>
    /// <param name="h">The previous output.</param>
    /// <param name="c">The previous cell state.</param>
    public (Hidden h, Hidden c) Step(Input x, Hidden h, Hidden c)
    {
        var i = GateActivation(Wi * x + Ui * h + Pi * c + bi);
        var f = GateActivation(Wf * x + Uf * h + Pf * c + bf);
        var g = Activation(Wg * x + Ug * h + bg);
        var memory = f * c + i * g;
        var o = GateActivation(Wo * x + Uo * h + Po * memory + bo);
        return (o * OutputActivation(memory), memory);
    }
}
