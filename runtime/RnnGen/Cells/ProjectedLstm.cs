namespace RnnGen;

/// <summary>
/// LSTM with a recurrent projection (Sak et al. 2014): <see cref="Lstm"/> whose output is a smaller vector, h = P (o ⊙ tanh(c)). PyTorch's
/// LSTM with <c>proj_size</c>, here <see cref="RnnAttribute{TCell}.Projection"/>.
/// </summary>
/// <remarks>Tensors as PyTorch has them: weight_hh_l0 is [4 · hidden, projection], weight_hr_l0 is P, [projection, hidden].</remarks>
[RnnCell]
public readonly partial struct ProjectedLstm
{
    private readonly Weight Wi, Wf, Wg, Wo;
    private readonly Recurrent Ui, Uf, Ug, Uo;
    private readonly Bias bi;
    [ForgetBias] private readonly Bias bf;
    private readonly Bias bg, bo;
    private readonly Projection P;

    /// <summary>One step.</summary>
    /// <param name="x">The input.</param>
    /// <param name="h">The previous output, of the projection's size.</param>
    /// <param name="c">The previous cell state.</param>
    public (Hidden h, Hidden c) Step(Input x, Hidden h, Hidden c)
    {
        var i = GateActivation(Wi * x + Ui * h + bi);
        var f = GateActivation(Wf * x + Uf * h + bf);
        var g = Activation(Wg * x + Ug * h + bg);
        var o = GateActivation(Wo * x + Uo * h + bo);
        var memory = f * c + i * g;
        return (P * (o * OutputActivation(memory)), memory);
    }
}
