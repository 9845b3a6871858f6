namespace RnnGen;

/// <summary>
/// Gated recurrent unit (Cho et al. 2014) as PyTorch and cuDNN have it, Keras by default, ONNX with linear_before_reset = 1: the reset gate
/// applies after the matrix product, and z keeps the old state. r, z = σ(W x + U h + b), n = tanh(W x + b + r ⊙ (U h + b')), h = (1 − z) ⊙
/// n + z ⊙ h.
/// </summary>
/// <remarks>
/// Gates stack in PyTorch's order: r, z, n. The candidate keeps both biases, the gates' two are one. σ is the layer's
/// <see cref="RnnAttribute{TCell}.GateActivation"/>, tanh its <see cref="RnnAttribute{TCell}.Activation"/>: ONNX's f and g.
/// </remarks>
[RnnCell]
public readonly partial struct Gru
{
    private readonly Weight Wr, Wz, Wn;
    private readonly Recurrent Ur, Uz, Un;
    private readonly Bias br, bz, bn, un;

    /// <summary>One step.</summary>
    /// <param name="x">The input.</param>
    /// <param name="h">The previous output.</param>
    public Hidden Step(Input x, Hidden h)
    {
        var r = GateActivation(Wr * x + Ur * h + br);
        var z = GateActivation(Wz * x + Uz * h + bz);
        var n = Activation(Wn * x + bn + r * (Un * h + un));
        return (1 - z) * n + z * h;
    }
}
