using RnnGen.Generated;

namespace RnnGen;

/// <summary>The inputs are real vectors, or with <see cref="Channels"/> grids [position][channel].</summary>
/// <param name="size">Numbers per step, of a grid its positions: 1 to 65,536.</param>
/// <remarks>A model may have several inputs, each with a name: <c>[Input]</c>s and <see cref="EmbeddingAttribute"/>s side by side. A step
/// then is one vector with the numbers of all, in the order of their attributes; a symbol is a whole number in it. The generated
/// <c>Inputs</c> lays them out.</remarks>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class InputAttribute(int size) : Attribute
{
    /// <summary>Numbers per step, of a grid its positions.</summary>
    public int Size { get; } = size;

    /// <summary>
    /// The numbers of a position, if a step's vector is a grid that a <see cref="Conv1dAttribute"/> may run along: a frame of samples has
    /// one channel. A step then has <see cref="Size"/> · <see cref="Channels"/> numbers, at most 65,536, position by position. The default
    /// is no grid.
    /// </summary>
    public int Channels { get; set; }

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
/// <remarks>Beside other inputs, or with a <see cref="Length"/>, a symbol is a whole number in a step's vector
/// (<see cref="InputAttribute"/>).</remarks>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class EmbeddingAttribute(int symbols, int width) : Attribute
{
    /// <summary>The number of symbols.</summary>
    public int Symbols { get; } = symbols;

    /// <summary>Numbers per vector.</summary>
    public int Width { get; } = width;

    /// <summary>
    /// The symbols of a step, such as the letters of a word: their vectors are a grid, a position for each symbol, that a layer may run
    /// along (<c>Over = Axis.Inner</c>). At least 1, and together at most 65,536 numbers; the default is one symbol, and no grid.
    /// </summary>
    public int Length { get; set; } = 1;

    /// <summary>
    /// True if training leaves the vectors as they are: they have no gradients and no optimiser state. The default is false.
    /// </summary>
    public bool Frozen { get; set; }

    /// <summary>The name of the source for layers below, in their <c>From</c>. The default is <c>input</c>.</summary>
    public string Name { get; set; } = "input";
}

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
