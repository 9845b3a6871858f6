namespace RnnGen;

/// <summary>
/// Makes a partial class a recurrent network. The attributes beside it declare, from top to bottom, the source of the
/// inputs, the layers and the loss; the generator writes everything else.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface, Inherited = false)]
public sealed class RnnModelAttribute : Attribute
{
    /// <summary>How many steps BPTT is unrolled over, 1 to 65,536. The default is 32.</summary>
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
}

/// <summary>The inputs are symbols 0…<paramref name="symbols"/> − 1, each seen as a unit vector. No product is computed: a symbol picks a column.</summary>
/// <param name="symbols">How many symbols there are, 1 to 65,536.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class OneHotAttribute(int symbols) : Attribute
{
    /// <summary>How many symbols there are.</summary>
    public int Symbols { get; } = symbols;
}

/// <summary>The inputs are symbols 0…<paramref name="symbols"/> − 1, each of which has a learned vector.</summary>
/// <param name="symbols">How many symbols there are, 1 to 1,048,576.</param>
/// <param name="width">Numbers per vector, 1 to 65,536.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class EmbeddingAttribute(int symbols, int width) : Attribute
{
    /// <summary>How many symbols there are.</summary>
    public int Symbols { get; } = symbols;

    /// <summary>Numbers per vector.</summary>
    public int Width { get; } = width;
}

/// <summary>A recurrent layer, or several alike. Attributes of this type stack in the order they are written.</summary>
/// <typeparam name="TCell">A type marked <see cref="RnnCellAttribute"/>: <see cref="Lstm"/>, <see cref="Gru"/>, <see cref="SimpleRnn"/>, or your own.</typeparam>
/// <param name="hidden">Units, 1 to 16,384.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class RnnAttribute<TCell>(int hidden) : Attribute where TCell : struct
{
    /// <summary>Units.</summary>
    public int Hidden { get; } = hidden;

    /// <summary>How many such layers lie on each other, 1 to 64. The default is 1.</summary>
    public int Depth { get; set; } = 1;

    /// <summary>Whether the cell's biases exist. Without them they are 0 and are no parameters. The default is true.</summary>
    public bool Bias { get; set; } = true;

    /// <summary>What the function <c>Activation</c> in the cell's equations stands for. The default is <see cref="RnnGen.Activation.Tanh"/>.</summary>
    public Activation Activation { get; set; } = Activation.Tanh;
}

/// <summary>A fully connected layer on the last recurrent layer, applied at every step: y = f(W h + b).</summary>
/// <param name="size">Outputs, 1 to 65,536.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class DenseAttribute(int size) : Attribute
{
    /// <summary>Outputs.</summary>
    public int Size { get; } = size;

    /// <summary>The function f. The default is <see cref="RnnGen.Activation.Linear"/>.</summary>
    public Activation Activation { get; set; } = Activation.Linear;
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
}
