using RnnGen.Generated;

namespace RnnGen;

/// <summary>
/// The softmax: y_i = e^x_i / Σ e^x_j, over the numbers of every vector, or of each number alone over the steps of a sequence. As the last
/// layer of a classifier it is not needed: <see cref="SoftmaxCrossEntropyAttribute"/> has its own.
/// </summary>
/// <remarks>Over time steps behind a sequence's length have the weight 0, and the model takes whole sequences only.</remarks>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class SoftmaxAttribute : LayerAttribute
{
    /// <summary>
    /// <see cref="Axis.Inner"/>, the default, for the numbers of every vector; <see cref="Axis.Time"/> for the steps of a sequence.
    /// </summary>
    public Axis Over { get; set; } = Axis.Inner;
}

/// <summary>The logarithm of the softmax: y_i = x_i − ln Σ e^x_j.</summary>
/// <remarks>Over time results behind a sequence's length are 0, and the model takes whole sequences only.</remarks>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class LogSoftmaxAttribute : LayerAttribute
{
    /// <inheritdoc cref="SoftmaxAttribute.Over"/>
    public Axis Over { get; set; } = Axis.Inner;
}

/// <summary>A rectifier with learned slopes (He et al. 2015): y = max(x, 0) + a min(x, 0), with an a for each number of a vector.</summary>
/// <remarks>
/// PyTorch's <c>PReLU(num_parameters=…)</c>, and its parameter's name: <c>weight</c> is a, which begins with 0.25. The derivative at 0 is
/// a.
/// </remarks>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class PReluAttribute : ParameterLayerAttribute
{
    /// <summary>True for one a for all numbers, as PyTorch's <c>PReLU()</c> has. The default is false.</summary>
    public bool Shared { get; set; }
}

/// <summary>
/// Numbers in units of their own spread: y = (x − mean) ⊙ scale, with a mean and a scale for each number of a vector, which training leaves
/// as they are. As the first layer it takes plain inputs, and inverted as the last one it gives plain outputs.
/// </summary>
/// <remarks>
/// <para>
/// The parameters <c>mean</c> and <c>scale</c> begin with 0 and 1. <see cref="Standardization.Adapt{T}(ParameterSet{T}, string,
/// ReadOnlySpan{T})"/> sets them from data, once before training; they are saved and loaded with the weights. Where it is not inverted,
/// <c>scale</c> is 1 / deviation, otherwise the deviation. Keras: <c>Normalization</c>.
/// </para>
/// <para>A loss behind an inverted one is in plain units: weigh it, or choose the learning rate by it.</para>
/// </remarks>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class StandardizeAttribute : LayerAttribute
{
    /// <summary>True for y = x ⊙ scale + mean, from units of the spread to plain ones. The default is false.</summary>
    public bool Invert { get; set; }
}
