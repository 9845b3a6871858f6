using RnnGen.Generated;

namespace RnnGen;

/// <summary>
/// Makes a partial class a recurrent network. The attributes beside it declare, from top to bottom, the source of the
/// inputs, the layers and the loss; the generator writes everything else.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface, Inherited = false)]
public sealed class RnnModelAttribute : Attribute
{
    /// <summary>The number of steps that BPTT is unrolled over, 1 to 65,536. The default is 32.</summary>
    public int Steps { get; set; } = 32;

    /// <summary>The type all numbers of the model have. The default is <see cref="Precision.Float"/>.</summary>
    public Precision Precision { get; set; }
}

/// <summary>The type of a model's numbers.</summary>
public enum Precision
{
    /// <summary><see cref="float"/>, 32 bits.</summary>
    Float,

    /// <summary><see cref="double"/>, 64 bits: for checking gradients, not for speed.</summary>
    Double,
}

/// <summary>The inputs are real vectors.</summary>
/// <param name="size">Numbers per step, 1 to 65,536.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class InputAttribute(int size) : Attribute
{
    /// <summary>Numbers per step.</summary>
    public int Size { get; } = size;

    /// <summary>
    /// True if a sequence has one input instead of one per step (1→N): <see cref="RepeatAttribute"/> gives it to every step,
    /// <see cref="RnnAttribute{TCell}.FirstState"/> makes it the first state. The default is false.
    /// </summary>
    public bool Once { get; set; }

    /// <summary>The name of the source for layers below, in their <c>From</c>. The default is <c>input</c>.</summary>
    public string Name { get; set; } = "input";
}

/// <summary>
/// The inputs are symbols 0…<paramref name="symbols"/> − 1, each seen as a unit vector. No product is computed: a symbol picks a column.
/// </summary>
/// <param name="symbols">The number of symbols, 1 to 65,536.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class OneHotAttribute(int symbols) : Attribute
{
    /// <summary>The number of symbols.</summary>
    public int Symbols { get; } = symbols;

    /// <summary>The name of the source for layers below, in their <c>From</c>. The default is <c>input</c>.</summary>
    public string Name { get; set; } = "input";
}

/// <summary>The inputs are symbols 0…<paramref name="symbols"/> − 1, each of which has a learned vector.</summary>
/// <param name="symbols">The number of symbols, 1 to 1,048,576.</param>
/// <param name="width">Numbers per vector, 1 to 65,536.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class EmbeddingAttribute(int symbols, int width) : Attribute
{
    /// <summary>The number of symbols.</summary>
    public int Symbols { get; } = symbols;

    /// <summary>Numbers per vector.</summary>
    public int Width { get; } = width;

    /// <summary>The name of the source for layers below, in their <c>From</c>. The default is <c>input</c>.</summary>
    public string Name { get; set; } = "input";
}

/// <summary>A recurrent layer, or several alike. Attributes of this type stack in the order they are written.</summary>
/// <typeparam name="TCell">A type marked <see cref="RnnCellAttribute"/>: <see cref="Lstm"/>, <see cref="Gru"/>, <see cref="SimpleRnn"/>, or
/// your own.</typeparam>
/// <param name="hidden">Units, 1 to 16,384.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class RnnAttribute<TCell>(int hidden) : LayerAttribute where TCell : struct
{
    /// <summary>Units.</summary>
    public int Hidden { get; } = hidden;

    /// <summary>The number of such layers, one on top of the other, 1 to 64. The default is 1.</summary>
    public int Depth { get; set; } = 1;

    /// <summary>The direction through time. The default is <see cref="Direction.Forward"/>.</summary>
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

/// <summary>A fully connected layer, applied at every step (or once, behind a <see cref="PoolAttribute"/>): y = f(W x + b).</summary>
/// <param name="size">Outputs, 1 to 65,536.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class DenseAttribute(int size) : LayerAttribute
{
    /// <summary>Outputs.</summary>
    public int Size { get; } = size;

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

/// <summary>One vector out of a sequence (N→1). What stands below has one output, one target and one loss per sequence.</summary>
/// <remarks>
/// Only the steps inside a sequence's length count; a sequence of length 0 gives zeros, and what stands below goes on from these.
/// </remarks>
/// <param name="kind">The operation.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class PoolAttribute(Pooling kind) : LayerAttribute
{
    /// <summary>The kind of pooling.</summary>
    public Pooling Kind { get; } = kind;

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
}

/// <summary>Gives a vector that there is once per sequence to every step (1→N).</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class RepeatAttribute : LayerAttribute;

/// <summary>
/// Joins the outputs of the step before to what it takes: an output-recurrent network (Jordan 1986). Training puts the targets of the step
/// before in their place (teacher forcing): between recurrent layers no step then waits for another. In use they are the model's own
/// outputs, which <c>State</c> carries from step to step; a <c>default</c> state begins with zeros.
/// </summary>
/// <param name="size">Numbers of an output, those of all heads together. All targets must be numbers, not classes, and one per
/// step.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class FeedbackAttribute(int size) : LayerAttribute
{
    /// <summary>Numbers of an output.</summary>
    public int Size { get; } = size;
}

/// <summary>An element-wise function.</summary>
public enum Activation
{
    /// <summary>tanh(x).</summary>
    Tanh,

    /// <summary>The logistic function 1 / (1 + e^−x).</summary>
    Sigmoid,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>x.</summary>
    Linear,

    /// <summary>α x + β. α = 1, β = 0 by default.</summary>
    Affine,

    /// <summary>x where x &gt; 0, elsewhere α x. α = 0.01 by default.</summary>
    LeakyRelu,

    /// <summary>x where x &gt; α, elsewhere 0. α = 1 by default.</summary>
    ThresholdedRelu,

    /// <summary>α tanh(β x). α = β = 1 by default.</summary>
    ScaledTanh,

    /// <summary>max(0, min(1, α x + β)). α = 0.2, β = 0.5 by default, as in ONNX and Keras 2; PyTorch and Keras 3 have α = 1/6.</summary>
    HardSigmoid,

    /// <summary>x where x &gt; 0, elsewhere α (e^x − 1). α = 1 by default.</summary>
    Elu,

    /// <summary>x / (1 + |x|).</summary>
    Softsign,

    /// <summary>ln(1 + e^x).</summary>
    Softplus,
}

/// <summary>
/// Also generates a class for the model's weights in fewer bytes, to be used and not to be trained: <c>Int8</c> or <c>BFloat16</c> within
/// the model's, and a method that makes one, <c>ToInt8</c> or <c>ToBFloat16</c>. May stand once for each format. The model's numbers must
/// be floats.
/// </summary>
/// <param name="format">The format of the matrices.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class CompressedAttribute(WeightFormat format) : Attribute
{
    /// <summary>The format in which matrices are kept.</summary>
    public WeightFormat Format { get; } = format;
}

/// <summary>
/// The format of the weights of a compressed model's matrices. Vectors (biases and whatever is used element by element) stay floats.
/// </summary>
public enum WeightFormat
{
    /// <summary>The upper 16 bits of a float. Products and sums are those of floats.</summary>
    BFloat16,

    /// <summary>
    /// An integer of 8 bits, and a scale for each row. What a matrix multiplies is rounded to 8 bits too, with a scale for each vector, and
    /// the products are summed up exactly.
    /// </summary>
    Int8,
}
