namespace RnnGen;

/// <summary>
/// Independently recurrent network (Li et al. 2018): each unit sees only itself, h = f(W x + u ⊙ h + b), where f is the layer's
/// <see cref="RnnAttribute{TCell}.Activation"/>; the paper uses ReLU.
/// </summary>
[RnnCell]
public readonly partial struct IndRnn
{
    private readonly Weight W;
    private readonly PerUnit u;
    private readonly Bias b;

    /// <summary>One step.</summary>
    /// <param name="x">The input.</param>
    /// <param name="h">The previous output.</param>
    public Hidden Step(Input x, Hidden h) => Activation(W * x + u * h + b);
}
