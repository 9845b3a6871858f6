namespace RnnGen.Generator.Equations;

/// <summary>A matrix product inside a sum: matrix · operand.</summary>
/// <param name="Matrix">The parameter's index in the cell's declaration.</param>
/// <param name="Operand">The hidden vector; null for the layer's input.</param>
internal sealed record MatrixProduct(int Matrix, Node? Operand);

/// <summary>
/// Matrix products, biases and the input itself, where they are only ever used added up: one column of the pre-activations.
/// </summary>
internal sealed class Sum(int index)
{
    public int Index { get; } = index;

    public List<MatrixProduct> Products { get; } = [];

    /// <summary>True if the layer's input itself is added, element by element.</summary>
    public bool AddsInput { get; set; }

    /// <summary>The biases' indices in the cell's declaration.</summary>
    public List<int> Biases { get; } = [];
}
