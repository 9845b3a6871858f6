using RnnGen.Generated;

namespace RnnGen;

/// <summary>
/// Layer normalisation (Ba et al. 2016) of every vector by itself: y = γ ⊙ (x − mean) / √(variance + ε) + β, with the biased variance over
/// the vector's numbers; γ and β are learned, a number each for every number of the vector.
/// </summary>
/// <remarks>
/// PyTorch's <c>LayerNorm</c>, and its parameters' names: <c>weight</c> is γ, which begins with 1, <c>bias</c> is β, which begins with 0.
/// It takes at least two numbers.
/// </remarks>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class LayerNormAttribute : ParameterLayerAttribute
{
    /// <summary>ε, finite and above 0. The default is 1e-5, as in PyTorch and ONNX; Keras has 1e-3.</summary>
    public double Epsilon { get; set; } = 1e-5;

    /// <summary>True if there is a learned γ. The default is true.</summary>
    public bool Gain { get; set; } = true;

    /// <summary>True if there is a learned β. The default is true.</summary>
    public bool Bias { get; set; } = true;
}

/// <summary>
/// RMS normalisation (Zhang and Sennrich 2019) of every vector by itself: y = γ ⊙ x / √(mean(x²) + ε), with a learned γ and without a mean.
/// </summary>
/// <remarks>PyTorch's <c>RMSNorm</c>, and its parameter's name: <c>weight</c> is γ, which begins with 1.</remarks>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class RmsNormAttribute : ParameterLayerAttribute
{
    /// <summary>
    /// ε, finite and above 0. The default is 1e-5, as in ONNX; PyTorch's own is the distance from 1 to the next number, 1.2e-7 for floats.
    /// </summary>
    public double Epsilon { get; set; } = 1e-5;

    /// <summary>True if there is a learned γ. The default is true.</summary>
    public bool Gain { get; set; } = true;
}

/// <summary>
/// Group normalisation (Wu and He 2018) of every vector by itself: <see cref="LayerNormAttribute">layer normalisation</see> within each
/// group of neighbouring numbers, with a γ and a β for every number.
/// </summary>
/// <remarks>
/// It is computed step by step, so that it streams: PyTorch's <c>GroupNorm</c> on [rows, numbers], not on [rows, numbers, steps], where
/// mean and variance also run over time. The parameters have PyTorch's names: <c>weight</c> is γ, which begins with 1, <c>bias</c> is β,
/// which begins with 0.
/// </remarks>
/// <param name="groups">Groups: a divisor of the numbers of a vector that leaves at least two for each.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class GroupNormAttribute(int groups) : ParameterLayerAttribute
{
    /// <summary>Groups.</summary>
    public int Groups { get; } = groups;

    /// <summary>ε, finite and above 0. The default is 1e-5, as in PyTorch and ONNX; Keras has 1e-3.</summary>
    public double Epsilon { get; set; } = 1e-5;

    /// <summary>True if there is a learned γ. The default is true.</summary>
    public bool Gain { get; set; } = true;

    /// <summary>True if there is a learned β. The default is true.</summary>
    public bool Bias { get; set; } = true;
}
