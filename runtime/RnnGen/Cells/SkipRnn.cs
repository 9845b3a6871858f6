namespace RnnGen;

/// <summary>
/// Skip connections through time (Lin et al. 1996): besides the previous output, one of some steps before, h = f(W x + U h' + Ud h_{t−d} +
/// b), where f is the layer's <see cref="RnnAttribute{TCell}.Activation"/> and d is 2 unless the layer says <c>Constants = "delay = …"</c>,
/// 1 to 64. The state holds the last d outputs.
/// </summary>
/// <remarks>Its three matrices are tensors of their own: <c>rnn.W_l0</c>, <c>rnn.U_l0</c>, <c>rnn.Ud_l0</c>, and <c>rnn.b_l0</c>.</remarks>
[RnnCell]
public readonly partial struct SkipRnn
{
    private const int delay = 2;
    private readonly Weight W;
    private readonly Recurrent U, Ud;
    private readonly Bias b;

    /// <summary>One step.</summary>
    /// <param name="x">The input.</param>
    /// <param name="h">The previous output.</param>
    public Hidden Step(Input x, Hidden h) => Activation(W * x + U * h + Ud * Delay(h, delay) + b);
}
