namespace RnnGen;

/// <summary>
/// Gated recurrent unit as the textbooks have it, Keras with reset_after = False, ONNX with linear_before_reset = 0: the reset gate applies
/// before the matrix product, and z keeps the old state. r, z = σ(W x + U h + b), n = tanh(W x + U (r ⊙ h) + b), h = (1 − z) ⊙ n + z ⊙ h.
/// </summary>
/// <remarks>
/// Cho et al. 2014 write it so, with the reset before. Weights of the two forms are not interchangeable. Gates stack as in
/// <see cref="Gru"/>: r, z, n.
/// </remarks>
[RnnCell]
public readonly partial struct GruResetBefore
{
    private readonly Weight Wr, Wz, Wn;
    private readonly Recurrent Ur, Uz, Un;
    private readonly Bias br, bz, bn;

    /// <summary>One step.</summary>
    /// <param name="x">The input.</param>
    /// <param name="h">The previous output.</param>
    public Hidden Step(Input x, Hidden h)
    {
        var r = GateActivation(Wr * x + Ur * h + br);
        var z = GateActivation(Wz * x + Uz * h + bz);
        var n = Activation(Wn * x + Un * (r * h) + bn);
        return (1 - z) * n + z * h;
    }
}
