namespace RnnGen;

/// <summary>
/// <see cref="Gru"/> with the update gate the other way round: z takes the new, h = (1 − z) ⊙ h + z ⊙ n (the form of many tutorials after
/// Cho et al. 2014). Exactly <see cref="Gru"/> with Wz, Uz and bz negated.
/// </summary>
/// <remarks>Gates stack in PyTorch's order: r, z, n.</remarks>
[RnnCell]
public readonly partial struct GruTakeNew
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
        return (1 - z) * h + z * n;
    }
}
