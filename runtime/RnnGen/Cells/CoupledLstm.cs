namespace RnnGen;

/// <summary>
/// LSTM whose input and forget gates are one (Greff et al. 2017): what is forgotten is what is written, f = 1 − i. ONNX's LSTM with
/// input_forget = 1.
/// </summary>
/// <remarks>Gates stack as i, g, o.</remarks>
[RnnCell]
public readonly partial struct CoupledLstm
{
    private readonly Weight Wi, Wg, Wo;
    private readonly Recurrent Ui, Ug, Uo;
    private readonly Bias bi, bg, bo;

    /// <summary>One step.</summary>
    /// <param name="x">The input.</param>
    /// <param name="h">The previous output.</param>
    /// <param name="c">The previous cell state.</param>
    public (Hidden h, Hidden c) Step(Input x, Hidden h, Hidden c)
    {
        var i = GateActivation(Wi * x + Ui * h + bi);
        var g = Activation(Wg * x + Ug * h + bg);
        var o = GateActivation(Wo * x + Uo * h + bo);
        var memory = (1 - i) * c + i * g;
        return (o * OutputActivation(memory), memory);
    }
}
