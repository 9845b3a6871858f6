using RnnGen.Generated;

namespace RnnGen;

/// <summary>
/// A convolution along one axis: at each place of its output a dense layer of the places that its kernel covers,
/// y[p, o] = f(b[o] + Σ_k Σ_c W[o, c, k] · x[p · stride + k · dilation − padding, c]).
/// </summary>
/// <remarks>
/// As in PyTorch's <c>Conv1d</c> the kernel is not flipped, and the weights have the shape [channels, input channels / groups, kernel].
/// Over time it is causal: an output takes its own step and earlier ones, padding = (kernel − 1) · dilation, and what it looks back on is
/// part of
/// <c>State</c>. Of a grid it then takes the same position of each step.
/// </remarks>
/// <param name="channels">Outputs at each place, 1 to 65,536.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class Conv1dAttribute(int channels) : ConvolutionAttribute(channels)
{
    /// <summary>The axis that it runs along. The default is <see cref="Axis.Time"/>, which has neither stride nor padding.</summary>
    public Axis Over { get; set; }
}

/// <summary>
/// A convolution along both axes: over time, causally, and along the positions of each step. As in PyTorch's <c>Conv2d</c> of
/// [row][channel][step][position] the weights have the shape [channels, input channels / groups, steps of the kernel, kernel].
/// </summary>
/// <remarks>What it looks back on is part of <c>State</c>, as of a <see cref="Conv1dAttribute"/> over time.</remarks>
/// <param name="channels">Outputs at each position, 1 to 65,536.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class Conv2dAttribute(int channels) : ConvolutionAttribute(channels)
{
    /// <summary>The steps that an output sees, its own the last of them, 1 to 65,536. The default is 3.</summary>
    public int KernelSteps { get; set; } = 3;

    /// <summary>From one of these steps to the next, 1 to 65,536. The default is 1.</summary>
    public int StepDilation { get; set; } = 1;
}
