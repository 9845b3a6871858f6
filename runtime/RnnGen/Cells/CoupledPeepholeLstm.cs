namespace RnnGen;

/// <summary>
/// A <see cref="CoupledLstm"/> whose gates see the cell state: i = σ(Wi x + Ui h' + Pi ⊙ c' + bi), c = (1 − i) ⊙ c' + i ⊙ c̃, o = σ(Wo x +
/// Uo h' + Po ⊙ c + bo). ONNX LSTM with input_forget = 1 and P.
/// </summary>
/// <remarks>Gates stack as i, g, o.</remarks>
[RnnCell]
public readonly partial struct CoupledPeepholeLstm
{
    private readonly Weight Wi, Wg, Wo;
    private readonly Recurrent Ui, Ug, Uo;
    private readonly PerUnit Pi, Po;
    private readonly Bias bi, bg, bo;

    /// <summary>One step.</summary>
    /// <param name="x">The input.</param>
    /// <param name="h">The previous output.</param>
    /// <param name="c">The previous cell state.</param>
    public (Hidden h, Hidden c) Step(Input x, Hidden h, Hidden c)
    {
        var i = GateActivation(Wi * x + Ui * h + Pi * c + bi);
        var g = Activation(Wg * x + Ug * h + bg);
        var memory = (1 - i) * c + i * g;
        var o = GateActivation(Wo * x + Uo * h + Po * memory + bo);
        return (o * OutputActivation(memory), memory);
    }
}
