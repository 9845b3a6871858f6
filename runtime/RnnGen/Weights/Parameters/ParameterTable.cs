using System.ComponentModel;
using RnnGen.Numerics;

namespace RnnGen.Generated;

/// <summary>
/// Rows of a parameter tensor that lie in one place of a model's parameter buffer. Row r and column k of the slice are at
/// <c>Offset + (r / Lanes) · BlockStride + r % Lanes + k · DepthStride</c>, counted in elements.
/// </summary>
/// <param name="FirstRow">The tensor's row that is the slice's row 0.</param>
/// <param name="Rows">The number of rows.</param>
/// <param name="Offset">The offset of row 0, column 0.</param>
/// <param name="Lanes">Rows that lie side by side: the panel's width.</param>
/// <param name="BlockStride">From one block of <paramref name="Lanes"/> rows to the next.</param>
/// <param name="DepthStride">From one column to the next.</param>
/// <param name="Role">The rows' role in the model, which decides how they are initialised.</param>
/// <param name="FanIn">The number of terms of a unit's sum.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct ParameterSlice(
    int FirstRow, int Rows, int Offset, int Lanes, int BlockStride, int DepthStride, ParameterRole Role = ParameterRole.Input,
    int FanIn = 0)
{
    /// <summary>A column of a recurrent layer's panels: [block][k][column][16 lanes].</summary>
    /// <param name="role">The role of the matrix.</param>
    /// <param name="firstRow">The tensor's first row.</param>
    /// <param name="hidden">Units.</param>
    /// <param name="offset">The offset of the panels.</param>
    /// <param name="depth">k: the columns of the tensor.</param>
    /// <param name="columns">Columns of the panels.</param>
    /// <param name="column">Its index.</param>
    public static ParameterSlice Column(ParameterRole role, int firstRow, int hidden, int offset, int depth, int columns, int column) =>
        new(
            firstRow, hidden, offset + (column * Panels.Lanes), Panels.Lanes, depth * columns * Panels.Lanes, columns * Panels.Lanes, role,
            hidden);

    /// <summary>
    /// Neighbouring gates of a recurrent layer's tensor: a <see cref="Column"/> of each, side by side in one group of panels.
    /// </summary>
    /// <param name="role">The role of the matrices.</param>
    /// <param name="firstRow">The tensor's first row.</param>
    /// <param name="hidden">Units: rows of a gate.</param>
    /// <param name="offset">The offset of the panels.</param>
    /// <param name="depth">k: the columns of the tensor.</param>
    /// <param name="columns">Columns of the panels.</param>
    /// <param name="gates">The column of each gate, in the order of the tensor.</param>
    public static ParameterSlice[] Gates(
        ParameterRole role, int firstRow, int hidden, int offset, int depth, int columns, ReadOnlySpan<int> gates)
    {
        var slices = new ParameterSlice[gates.Length];
        for (int gate = 0; gate < gates.Length; gate++)
            slices[gate] = Column(role, firstRow + (gate * hidden), hidden, offset, depth, columns, gates[gate]);
        return slices;
    }

    /// <summary>A dense layer's matrix: [panel of 4 blocks][k][block][16 lanes], with a narrower panel for the rest.</summary>
    /// <param name="outputs">Rows of the tensor.</param>
    /// <param name="inputs">Columns of the tensor.</param>
    /// <param name="offset">The offset of the panels.</param>
    public static ParameterSlice[] Dense(int outputs, int inputs, int offset)
    {
        int blocks = (outputs + Panels.Lanes - 1) / Panels.Lanes;
        var slices = new ParameterSlice[blocks];
        for (int block = 0; block < blocks; block++)
        {
            int panel = block / 4 * 4;
            int width = Math.Min(4, blocks - panel) * Panels.Lanes;
            int start = offset + (panel * Panels.Lanes * inputs) + ((block - panel) * Panels.Lanes);
            int first = block * Panels.Lanes;
            slices[block] =
                new(first, Math.Min(Panels.Lanes, outputs - first), start, Panels.Lanes, 0, width, ParameterRole.DenseWeight, inputs);
        }

        return slices;
    }

    /// <summary>True if the slice holds the tensor's row <paramref name="row"/>.</summary>
    internal bool Covers(int row) => (uint)(row - FirstRow) < (uint)Rows;

    /// <summary>The offset in the buffer of the tensor's row <paramref name="row"/> and column <paramref name="column"/>.</summary>
    internal int IndexOf(int row, int column)
    {
        int r = row - FirstRow;
        return checked(Offset + (r / Lanes * BlockStride) + (r % Lanes) + (column * DepthStride));
    }
}

/// <summary>The role of a parameter in a model.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum ParameterRole
{
    /// <summary>A recurrent layer's weights of its input.</summary>
    Input,

    /// <summary>A recurrent layer's weights of a hidden vector.</summary>
    Recurrent,

    /// <summary>A recurrent layer's bias.</summary>
    Bias,

    /// <summary>A recurrent layer's bias marked <see cref="ForgetBiasAttribute"/>.</summary>
    ForgetBias,

    /// <summary>A vector that a cell's equations use element-wise.</summary>
    PerUnit,

    /// <summary>The vectors of an embedding.</summary>
    Embedding,

    /// <summary>A dense layer's weights, or a vector of an attention's score.</summary>
    DenseWeight,

    /// <summary>A dense layer's bias.</summary>
    DenseBias,

    /// <summary>The factors of a normalisation.</summary>
    Gain,

    /// <summary>The bias of a normalisation.</summary>
    NormBias,

    /// <summary>The slopes of a rectifier below 0.</summary>
    Slope,
}

/// <summary>
/// A parameter tensor as PyTorch would name and shape it, and where a model keeps its values.
/// </summary>
/// <param name="Name">For instance <c>rnn.weight_ih_l0</c>.</param>
/// <param name="Rows">The first dimension.</param>
/// <param name="Columns">The second dimension; 0 for a vector, which then has the shape [Rows].</param>
/// <param name="Slices">The places of the values. Rows that no slice covers have no parameter of their own: they read as 0.</param>
/// <param name="Folded">
/// The places to which rows without a parameter of their own are added on import: PyTorch trains two biases per gate,
/// and a cell with one takes their sum.
/// </param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record ParameterInfo(string Name, int Rows, int Columns, ParameterSlice[] Slices, ParameterSlice[] Folded)
{
    /// <summary>The tensor's name.</summary>
    public string Name { get; } = Name ?? throw new ArgumentNullException(nameof(Name));

    /// <summary>The place of its values.</summary>
    public ParameterSlice[] Slices { get; } = Slices ?? throw new ArgumentNullException(nameof(Slices));

    /// <summary>The places to which rows without a parameter of their own are added on import.</summary>
    public ParameterSlice[] Folded { get; } = Folded ?? throw new ArgumentNullException(nameof(Folded));

    /// <summary>
    /// Of a convolution the places that an output sees: the tensor is [Rows, Columns / Kernel, Kernel], and the slices' columns are
    /// [place][channel], as a window of its input is. 0 for other tensors.
    /// </summary>
    public int Kernel { get; init; }

    /// <summary>
    /// Of a convolution over both axes the places of a step: the tensor is [Rows, Columns / Kernel, Kernel / Positions, Positions]. 0 for
    /// other tensors.
    /// </summary>
    public int Positions { get; init; }

    /// <summary>True if it is not trained: it has no gradient, and an update leaves it as it is.</summary>
    public bool IsFrozen { get; init; }

    /// <summary>The tensor's dimensions.</summary>
    internal int[] Shape => Columns == 0 ? [Rows] : Kernel == 0 ? [Rows, Columns] : [Rows, Columns / Kernel, .. KernelShape];

    /// <summary>The last dimensions of a convolution.</summary>
    internal int[] KernelShape => Positions == 0 ? [Kernel] : [Kernel / Positions, Positions];

    /// <summary>The values of a row.</summary>
    internal int Width => Math.Max(Columns, 1);

    /// <summary>The column of the slices that has a row's value number <paramref name="column"/>.</summary>
    internal int DepthOf(int column) => Kernel <= 1 ? column : (column % Kernel * (Columns / Kernel)) + (column / Kernel);
}
