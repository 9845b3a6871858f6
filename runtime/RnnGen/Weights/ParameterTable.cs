namespace RnnGen;

/// <summary>
/// Rows of a parameter tensor that lie in one place of a model's parameter buffer. Row r and column k of the part are at
/// <c>Offset + (r / Lanes) · BlockStride + r % Lanes + k · DepthStride</c>, counted in elements.
/// </summary>
/// <param name="FirstRow">The tensor's row that is the part's row 0.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="Offset">Where row 0, column 0 lies.</param>
/// <param name="Lanes">Rows that lie side by side: the panel's width.</param>
/// <param name="BlockStride">From one block of <paramref name="Lanes"/> rows to the next.</param>
/// <param name="DepthStride">From one column to the next.</param>
public readonly record struct ParameterPart(int FirstRow, int Rows, int Offset, int Lanes, int BlockStride, int DepthStride)
{
    /// <summary>Whether the part holds the tensor's row <paramref name="row"/>.</summary>
    internal bool Covers(int row) => (uint)(row - FirstRow) < (uint)Rows;

    /// <summary>Where the tensor's row <paramref name="row"/> and column <paramref name="column"/> lie in the buffer.</summary>
    internal int IndexOf(int row, int column)
    {
        int r = row - FirstRow;
        return checked(Offset + (r / Lanes * BlockStride) + (r % Lanes) + (column * DepthStride));
    }
}

/// <summary>
/// A parameter tensor as PyTorch would name and shape it, and where a model keeps its values.
/// </summary>
/// <param name="Name">For instance <c>rnn.weight_ih_l0</c>.</param>
/// <param name="Rows">The first dimension.</param>
/// <param name="Columns">The second dimension; 0 for a vector, which then has the shape [Rows].</param>
/// <param name="Parts">Where the values lie. Rows that no part covers have no parameter of their own: they read as 0.</param>
/// <param name="Folded">
/// Where rows without a parameter of their own are added when they are imported: PyTorch trains two biases per gate,
/// and a cell with one takes their sum.
/// </param>
public sealed record ParameterInfo(string Name, int Rows, int Columns, ParameterPart[] Parts, ParameterPart[] Folded);
