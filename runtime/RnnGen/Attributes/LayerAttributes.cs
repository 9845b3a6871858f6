using RnnGen.Generated;

namespace RnnGen;

/// <summary>
/// A fully connected layer, applied at every step (or once, behind a <see cref="PoolAttribute"/>): y = f(W x + b). Or over the steps of a
/// sequence, each number of a vector alone: y_t = f(Σ_s W[t, s] x_s + b_t).
/// </summary>
/// <remarks>
/// Over time it takes at most the model's <c>Steps</c> steps and the model takes whole sequences only; behind a sequence's length inputs
/// count as 0 and sums are 0. Keras' <c>Permute</c>, <c>Dense</c>, <c>Permute</c>.
/// </remarks>
/// <param name="size">Outputs, 1 to 65,536; over time the model's <c>Steps</c>.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class DenseAttribute(int size) : ParameterLayerAttribute
{
    /// <summary>Outputs.</summary>
    public int Size { get; } = size;

    /// <summary>
    /// <see cref="Axis.Inner"/>, the default, for the numbers of every vector; <see cref="Axis.Time"/> for the steps of a sequence.
    /// </summary>
    public Axis Over { get; set; } = Axis.Inner;

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

/// <summary>Applies a function to every number of what stands above: y = f(x).</summary>
/// <param name="function">The function f.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class ActivationAttribute(Activation function) : LayerAttribute
{
    /// <summary>The function f.</summary>
    public Activation Function { get; } = function;

    /// <summary>α of the function, finite. The default is ONNX's, which each member of <see cref="Activation"/> gives.</summary>
    public double Alpha { get; set; }

    /// <summary>β of the function, finite. The default is ONNX's.</summary>
    public double Beta { get; set; }
}

/// <summary>
/// Training sets a share of the numbers to 0 and divides the others by what is left (Srivastava et al. 2014); in use nothing happens.
/// </summary>
/// <param name="probability">The share that is dropped, 0 to below 1.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class DropoutAttribute(double probability) : LayerAttribute
{
    /// <summary>The share that is dropped.</summary>
    public double Probability { get; } = probability;
}

/// <summary>
/// One vector out of a sequence (N→1): what stands below has one output, one target and one loss per sequence. Or, along the positions of a
/// step's grid, one position out of several.
/// </summary>
/// <remarks>
/// Only the steps inside a sequence's length count; a sequence of length 0 gives zeros, and what stands below goes on from these.
/// </remarks>
/// <param name="kind">The operation.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class PoolAttribute(Pooling kind) : ParameterLayerAttribute
{
    /// <summary>The kind of pooling.</summary>
    public Pooling Kind { get; } = kind;

    /// <summary>
    /// The axis that it runs along. The default is <see cref="Axis.Time"/>. Along the positions of a step only <see cref="Pooling.Mean"/>,
    /// <see cref="Pooling.Max"/> and <see cref="Pooling.Last"/> do.
    /// </summary>
    public Axis Over { get; set; }

    /// <summary>Positions that become one, 1 to those of the grid. The default is all.</summary>
    public int Kernel { get; set; }

    /// <summary>
    /// From the first of these positions to the first of the next ones, 1 to 65,536. The default is <see cref="Kernel"/>.
    /// </summary>
    public int Stride { get; set; }

    /// <summary>
    /// For <see cref="Pooling.Attention"/>: units k of the score v · tanh(W h + b), 1 to 65,536; 0, the default, for the score v · h.
    /// </summary>
    public int Units { get; set; }
}

/// <summary>The operation that makes one vector of a sequence.</summary>
public enum Pooling
{
    /// <summary>
    /// That of the last step, for a reverse layer of its last step too: the first in time. Dropout in between changes nothing about that.
    /// </summary>
    Last,

    /// <summary>The mean over time.</summary>
    Mean,

    /// <summary>The mean over time weighted by the softmax over time of a learned score (Yang et al. 2016).</summary>
    Attention,

    /// <summary>The largest number, of each unit or channel alone. The first of several that are equal has the gradient.</summary>
    Max,

    /// <summary>The sum over time.</summary>
    Sum,
}

/// <summary>Gives a vector that there is once per sequence to every step (1→N).</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class RepeatAttribute : LayerAttribute;
