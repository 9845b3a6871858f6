using RnnGen.Generated;

namespace RnnGen;

/// <summary>A recurrent layer, or several alike. Attributes of this type stack in the order they are written.</summary>
/// <typeparam name="TCell">A type marked <see cref="RnnCellAttribute"/>: <see cref="Lstm"/>, <see cref="Gru"/>, <see cref="SimpleRnn"/>, or
/// your own.</typeparam>
/// <param name="hidden">Units, 1 to 16,384.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class RnnAttribute<TCell>(int hidden) : ParameterLayerAttribute where TCell : struct
{
    /// <summary>Units.</summary>
    public int Hidden { get; } = hidden;

    /// <summary>The number of such layers, one on top of the other, 1 to 64. The default is 1.</summary>
    public int Depth { get; set; } = 1;

    /// <summary>
    /// The axis that it runs along. The default is <see cref="Axis.Time"/>. With <see cref="Axis.Inner"/> the positions of a step's grid
    /// are its sequence: it begins with zeros at the first position of every step, keeps nothing for the next one, and gives a grid of as
    /// many positions. <see cref="FirstState"/>, <see cref="Dropout"/>, <see cref="RecurrentDropout"/> and <see cref="Zoneout"/> are for
    /// time.
    /// </summary>
    public Axis Over { get; set; }

    /// <summary>The direction along the axis. The default is <see cref="Direction.Forward"/>.</summary>
    public Direction Direction { get; set; }

    /// <summary>
    /// The operation that makes one output of both directions of a bidirectional layer. The default is <see cref="Merge.Concat"/>.
    /// </summary>
    public Merge Merge { get; set; }

    /// <summary>
    /// True if what the layer takes, one vector per sequence as wide as the layer, is its first state instead of its input (1→N). The cell
    /// then has no input: its products with one are left out. The default is false.
    /// </summary>
    public bool FirstState { get; set; }

    /// <summary>
    /// The share of outputs that training drops between the layers of <see cref="Depth"/>, 0 to below 1, as PyTorch's <c>dropout</c>. The
    /// default is 0.
    /// </summary>
    public double Dropout { get; set; }

    /// <summary>True if the cell's biases exist. Without them they are 0 and are no parameters. The default is true.</summary>
    public bool Bias { get; set; } = true;

    /// <summary>
    /// The function that <c>Activation</c> in the cell's equations stands for: the candidate's. The default is
    /// <see cref="RnnGen.Activation.Tanh"/>.
    /// </summary>
    public Activation Activation { get; set; } = Activation.Tanh;

    /// <summary>
    /// α of <see cref="Activation"/>, finite. The default is ONNX's, which each member of <see cref="RnnGen.Activation"/> gives.
    /// </summary>
    public double ActivationAlpha { get; set; }

    /// <summary>β of <see cref="Activation"/>, finite. The default is ONNX's.</summary>
    public double ActivationBeta { get; set; }

    /// <summary>
    /// The function that <c>GateActivation</c> stands for: the gates'. The default is <see cref="RnnGen.Activation.Sigmoid"/>. Keras:
    /// <c>recurrent_activation</c>.
    /// </summary>
    public Activation GateActivation { get; set; } = Activation.Sigmoid;

    /// <summary>α of <see cref="GateActivation"/>, finite. The default is ONNX's.</summary>
    public double GateAlpha { get; set; }

    /// <summary>β of <see cref="GateActivation"/>, finite. The default is ONNX's.</summary>
    public double GateBeta { get; set; }

    /// <summary>
    /// The function that <c>OutputActivation</c> stands for: the one between a cell state and the output. The default is
    /// <see cref="RnnGen.Activation.Tanh"/>. ONNX's h.
    /// </summary>
    public Activation OutputActivation { get; set; } = Activation.Tanh;

    /// <summary>α of <see cref="OutputActivation"/>, finite. The default is ONNX's.</summary>
    public double OutputAlpha { get; set; }

    /// <summary>β of <see cref="OutputActivation"/>, finite. The default is ONNX's.</summary>
    public double OutputBeta { get; set; }

    /// <summary>
    /// Above 0: the arguments of <c>Activation</c> and <c>GateActivation</c> are clipped to ±this, as ONNX's <c>clip</c> does; the cell
    /// state is not. Without it nothing is.
    /// </summary>
    public double Clip { get; set; }

    /// <summary>
    /// For cells with a field of the type <see cref="RnnGen.Projection"/>, and needed there: units of the first state, which is the layer's
    /// output, 1 to <see cref="Hidden"/>. PyTorch: <c>proj_size</c>.
    /// </summary>
    public int Projection { get; set; }

    /// <summary>
    /// Variational dropout (Gal and Ghahramani 2016), at least 0 and less than 1: in training each state, wherever a
    /// <see cref="Recurrent"/> is multiplied by it, loses this share of its units, the same ones at all steps of a sequence; the others
    /// grow to make up for it. The default is 0. Keras: <c>recurrent_dropout</c>.
    /// </summary>
    public double RecurrentDropout { get; set; }

    /// <summary>
    /// Zoneout (Krueger et al. 2017), at least 0 and less than 1: in training each unit of each state keeps its value with this probability
    /// at every step; in use the new state is the mean of the two. The default is 0.
    /// </summary>
    public double Zoneout { get; set; }

    /// <summary>Other values for the cell's <c>const</c> fields: <c>"alpha = 0.95, delay = 3"</c>.</summary>
    public string Constants { get; set; } = "";
}

/// <summary>The direction in which a recurrent layer runs through time.</summary>
public enum Direction
{
    /// <summary>From the first step to the last.</summary>
    Forward,

    /// <summary>From the last step of a sequence to the first. Such a model needs whole sequences and has no <c>Step</c>.</summary>
    Reverse,

    /// <summary>Two layers, one each way, whose outputs are merged.</summary>
    Bidirectional,
}

/// <summary>The operation that makes one output of f and r, those of the forward and the reverse layer.</summary>
public enum Merge
{
    /// <summary>[f, r]: twice as wide. PyTorch's, and Keras' default.</summary>
    Concat,

    /// <summary>f + r.</summary>
    Sum,

    /// <summary>(f + r) / 2.</summary>
    Mean,

    /// <summary>f ⊙ r.</summary>
    Multiply,

    /// <summary>W [f, r] + b: a learned map back to the layer's width.</summary>
    Linear,
}
