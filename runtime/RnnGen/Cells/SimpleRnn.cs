namespace RnnGen;

/// <summary>
/// The simple recurrent network (Elman 1990): h = f(W x + U h + b), where f is the layer's <see cref="RnnAttribute{TCell}.Activation"/>, tanh by default.
/// PyTorch's RNN, Keras' SimpleRNN, ONNX's RNN.
/// </summary>
[RnnCell]
public readonly partial struct SimpleRnn
{
    private readonly Weight W;
    private readonly Recurrent U;
    private readonly Bias b;

    /// <summary>One step.</summary>
    /// <param name="x">The input.</param>
    /// <param name="h">The previous output.</param>
    public Hidden Step(Input x, Hidden h) => Activation(W * x + U * h + b);
}

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

/// <summary><see cref="LeakyRnn"/> whose units each learn how much they keep: α = σ(a), with a a parameter of the unit.</summary>
[RnnCell]
public readonly partial struct LearnedLeakyRnn
{
    private readonly Weight W;
    private readonly Recurrent U;
    private readonly Bias b;
    private readonly PerUnit a;

    /// <summary>One step.</summary>
    /// <param name="x">The input.</param>
    /// <param name="h">The previous output.</param>
    public Hidden Step(Input x, Hidden h)
    {
        var keep = Sigmoid(a);
        return keep * h + (1 - keep) * Activation(W * x + U * h + b);
    }
}

/// <summary>
/// Skip connections through time (Lin et al. 1996): besides the previous output, one of some steps before, h = f(W x + U h' + Ud h_{t−d} + b), where f
/// is the layer's <see cref="RnnAttribute{TCell}.Activation"/> and d is 2 unless the layer says <c>Constants = "delay = …"</c>, 1 to 64. The state
/// holds the last d outputs.
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

/// <summary>
/// <see cref="SkipRnn"/> without the link to the previous step: h = f(W x + Ud h_{t−d} + b). Gradients reach d times as far in the same number of products.
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
