using RnnGen.Generated;

namespace RnnGen;

/// <summary>
/// A convolution along one axis: at each place of its output a dense layer of the places that its kernel covers,
/// y[p, o] = f(b[o] + Σ_k Σ_c W[o, c, k] · x[p · stride + k · dilation − padding, c]).
/// </summary>
/// <remarks>
/// As in PyTorch's <c>Conv1d</c> the kernel is not flipped, and the weights have the shape [channels, input channels, kernel]. Over time it
/// is causal: an output takes its own step and earlier ones, padding = (kernel − 1) · dilation, and what it looks back on is part of
/// <c>State</c>. Of a grid it then takes the same position of each step.
/// </remarks>
/// <param name="channels">Outputs at each place, 1 to 65,536.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class Conv1dAttribute(int channels) : LayerAttribute
{
    /// <summary>Outputs at each place.</summary>
    public int Channels { get; } = channels;

    /// <summary>The places that an output sees, 1 to 65,536. The default is 3.</summary>
    public int Kernel { get; set; } = 3;

    /// <summary>From one of these places to the next, 1 to 65,536. The default is 1.</summary>
    public int Dilation { get; set; } = 1;

    /// <summary>
    /// From one output to the next, 1 to 65,536, within a step. The default is 1. Over time there is an output at every step.
    /// </summary>
    public int Stride { get; set; } = 1;

    /// <summary>Places that are added at both ends, 0 to 65,536, within a step. The default is 0.</summary>
    public int Padding { get; set; }

    /// <summary>Places that are added at the end. The default is <see cref="Padding"/>.</summary>
    public int PaddingEnd { get; set; }

    /// <summary>The numbers at the added places. The default is <see cref="PaddingMode.Zeros"/>.</summary>
    public PaddingMode PaddingMode { get; set; }

    /// <summary>The axis that it runs along. The default is <see cref="Axis.Time"/>.</summary>
    public Axis Over { get; set; }

    /// <summary>The function f. The default is <see cref="RnnGen.Activation.Linear"/>.</summary>
    public Activation Activation { get; set; } = Activation.Linear;

    /// <summary>
    /// α of <see cref="Activation"/>, finite. The default is ONNX's, which each member of <see cref="RnnGen.Activation"/> gives.
    /// </summary>
    public double ActivationAlpha { get; set; }

    /// <summary>β of <see cref="Activation"/>, finite. The default is ONNX's.</summary>
    public double ActivationBeta { get; set; }

    /// <summary>True if there is a bias b. The default is true.</summary>
    public bool Bias { get; set; } = true;
}

/// <summary>An axis of what flows through a model.</summary>
public enum Axis
{
    /// <summary>The steps of a sequence.</summary>
    Time,

    /// <summary>The positions of a step's grid.</summary>
    Inner,
}

/// <summary>The numbers that stand beyond the ends of a grid.</summary>
public enum PaddingMode
{
    /// <summary>Zeros.</summary>
    Zeros,

    /// <summary>The grid, mirrored at its first and last position, which are not repeated (PyTorch's <c>reflect</c>).</summary>
    Reflect,
}
