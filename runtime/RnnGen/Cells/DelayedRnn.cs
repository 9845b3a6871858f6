namespace RnnGen;

/// <summary>
/// <see cref="SkipRnn"/> without the link to the previous step: h = f(W x + Ud h_{t−d} + b). Gradients reach d times as far in the same
/// number of products.
/// </summary>
[RnnCell]
public readonly partial struct DelayedRnn
{
    private const int delay = 2;
    private readonly Weight W;
    private readonly Recurrent Ud;
    private readonly Bias b;

    /// <summary>One step.</summary>
    /// <param name="x">The input.</param>
    /// <param name="h">The previous output.</param>
    public Hidden Step(Input x, Hidden h) => Activation(W * x + Ud * Delay(h, delay) + b);
}
