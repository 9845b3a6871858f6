using System.ComponentModel;

namespace RnnGen.Generated;

/// <summary>The common properties of convolutions.</summary>
/// <param name="channels">Outputs at each place.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class ConvolutionAttribute(int channels) : ParameterLayerAttribute
{
    /// <summary>Outputs at each place.</summary>
    public int Channels { get; } = channels;

    /// <summary>The places that an output sees, 1 to 65,536. The default is 3.</summary>
    public int Kernel { get; set; } = 3;

    /// <summary>From one of these places to the next, 1 to 65,536. The default is 1.</summary>
    public int Dilation { get; set; } = 1;

    /// <summary>From one output to the next along the positions of a step, 1 to 65,536. The default is 1.</summary>
    public int Stride { get; set; } = 1;

    /// <summary>Places that are added at both ends of a step's positions, 0 to 65,536. The default is 0.</summary>
    public int Padding { get; set; }

    /// <summary>Places that are added at the end. The default is <see cref="Padding"/>.</summary>
    public int PaddingEnd { get; set; }

    /// <summary>The numbers at the added places. The default is <see cref="PaddingMode.Zeros"/>.</summary>
    public PaddingMode PaddingMode { get; set; }

    /// <summary>
    /// Groups of neighbouring channels, each of which is convolved alone: a divisor of the input's channels and of the outputs'. As many as
    /// channels make it depthwise. The default is 1.
    /// </summary>
    public int Groups { get; set; } = 1;

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
