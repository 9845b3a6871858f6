namespace RnnGen;

/// <summary>
/// Output-recurrent network (Jordan 1986): what comes back is the output, not the hidden vector: h = f(W x + V y' + b), y = g(P h), where f
/// is the layer's <see cref="RnnAttribute{TCell}.Activation"/>, g its <see cref="RnnAttribute{TCell}.OutputActivation"/>, and y has
/// <see cref="RnnAttribute{TCell}.Projection"/> units.
/// </summary>
/// <remarks>Tensors are named as PyTorch's: weight_hh_l0 is V, [hidden, projection], weight_hr_l0 is P, [projection, hidden].</remarks>
[RnnCell]
public readonly partial struct JordanRnn
{
    private readonly Weight W;
    private readonly Recurrent V;
    private readonly Bias b;
    private readonly Projection P;

    /// <summary>One step.</summary>
    /// <param name="x">The input.</param>
    /// <param name="y">The previous output, of the projection's size.</param>
    public Hidden Step(Input x, Hidden y)
    {
        var h = Activation(W * x + V * y + b);
        return OutputActivation(P * h);
    }
}
