namespace RnnGen;

/// <summary>
/// The place of a parameter's values in a file: element [row, column] is the tensor's element
/// <c>Offset + (Gates[row / Units] · Units + row % Units) · RowStride + column / Kernel · ColumnStride + column % Kernel · TapStride</c>.
/// </summary>
/// <param name="Name">The tensor's name in the file.</param>
/// <param name="Shape">The shape it must have there.</param>
/// <param name="Offset">Its first element that belongs to the parameter.</param>
/// <param name="Units">Rows of a gate.</param>
/// <param name="Gates">For each of the parameter's gates, its number in the file.</param>
/// <param name="RowStride">From one row to the next within a gate.</param>
/// <param name="ColumnStride">From one column to the next; of a convolution, from one channel to the next.</param>
internal sealed record TensorPlace(string Name, long[] Shape, long Offset, int Units, int[] Gates, int RowStride, int ColumnStride)
{
    /// <summary>Of a convolution, the columns of a channel; otherwise 1.</summary>
    public int Kernel { get; init; } = 1;

    /// <summary>Of a convolution, from one of a channel's columns to the next.</summary>
    public int TapStride { get; init; }

    /// <summary>The file's gate whose values lack <see cref="Shift"/>; negative if none does.</summary>
    public int ShiftedGate { get; init; } = -1;

    /// <summary>What the framework adds to that gate's values when it runs, and a model has in them.</summary>
    public double Shift { get; init; }

    /// <summary>The place of a tensor that has the parameter's own shape and order.</summary>
    public static TensorPlace Same<T>(string name, ParameterView<T> view) where T : unmanaged =>
        new(name, [.. view.Shape.Select(size => (long)size)], 0, view.Rows, [0], Math.Max(view.Columns, 1), 1);

    /// <summary>True if the tensor has the parameter's own shape and order, as <see cref="Same"/> makes it.</summary>
    public bool IsSame => Gates.Length == 1 && Offset == 0 && ColumnStride == 1 && Units * (long)RowStride == Count;

    /// <summary>The number of the tensor's elements.</summary>
    public long Count => Shape.Aggregate(1L, (count, size) => count * size);

    /// <summary>Takes the parameter's values, row by row, out of the tensor's.</summary>
    public void Gather<T>(ReadOnlySpan<T> tensor, Span<T> values, int rows, int columns) where T : unmanaged
    {
        for (int row = 0; row < rows; row++)
        {
            int place = RowAt(row);
            for (int column = 0; column < columns; column++)
                values[(row * columns) + column] = Shifted(tensor[place + ColumnAt(column)], row, Shift);
        }
    }

    /// <summary>Puts the parameter's values, row by row, where they belong in the tensor's.</summary>
    public void Scatter<T>(ReadOnlySpan<T> values, Span<T> tensor, int rows, int columns) where T : unmanaged
    {
        for (int row = 0; row < rows; row++)
        {
            int place = RowAt(row);
            for (int column = 0; column < columns; column++)
                tensor[place + ColumnAt(column)] = Shifted(values[(row * columns) + column], row, -Shift);
        }
    }

    private T Shifted<T>(T value, int row, double shift) where T : unmanaged =>
        Gates[row / Units] == ShiftedGate ? Element.FromDouble<T>(Element.ToDouble(value) + shift) : value;

    private int ColumnAt(int column) => (column / Kernel * ColumnStride) + (column % Kernel * TapStride);

    private int RowAt(int row) => checked((int)(Offset + ((((long)Gates[row / Units] * Units) + (row % Units)) * RowStride)));
}
