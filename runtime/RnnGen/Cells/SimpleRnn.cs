namespace RnnGen;

/// <summary>
/// The simple recurrent network (Elman 1990): h = f(W x + U h + b), where f is the layer's <see cref="RnnAttribute{TCell}.Activation"/>,
/// tanh by default. PyTorch's RNN, Keras' SimpleRNN, ONNX's RNN.
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
