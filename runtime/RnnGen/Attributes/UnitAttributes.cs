using RnnGen.Generated;

namespace RnnGen;

/// <summary>
/// The softmax over the numbers of every vector: y_i = e^x_i / Σ e^x_j. As the last layer of a classifier it is not needed:
/// <see cref="SoftmaxCrossEntropyAttribute"/> has its own.
/// </summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class SoftmaxAttribute : LayerAttribute;

/// <summary>The logarithm of the softmax over the numbers of every vector: y_i = x_i − ln Σ e^x_j.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class LogSoftmaxAttribute : LayerAttribute;

/// <summary>A rectifier with learned slopes (He et al. 2015): y = max(x, 0) + a min(x, 0), with an a for each number of a vector.</summary>
/// <remarks>
/// PyTorch's <c>PReLU(num_parameters=…)</c>, and its parameter's name: <c>weight</c> is a, which begins with 0.25. The derivative at 0 is
/// a.
/// </remarks>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class PReluAttribute : LayerAttribute
{
    /// <summary>True for one a for all numbers, as PyTorch's <c>PReLU()</c> has. The default is false.</summary>
    public bool Shared { get; set; }
}
