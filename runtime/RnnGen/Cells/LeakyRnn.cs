namespace RnnGen;

/// <summary>
/// Leaky units (Bengio et al. 2013; echo state networks' leaky integrators): h = α h' + (1 − α) f(W x + U h' + b), where f is the layer's
/// <see cref="RnnAttribute{TCell}.Activation"/> and α the same for all units, 0.9 unless the layer says <c>Constants = "alpha = …"</c>.
/// </summary>
[RnnCell]
public readonly partial struct LeakyRnn
{
    private const double alpha = 0.9;
    private readonly Weight W;
    private readonly Recurrent U;
    private readonly Bias b;

    /// <summary>One step.</summary>
    /// <param name="x">The input.</param>
    /// <param name="h">The previous output.</param>
    public Hidden Step(Input x, Hidden h) => alpha * h + (1 - alpha) * Activation(W * x + U * h + b);
}
