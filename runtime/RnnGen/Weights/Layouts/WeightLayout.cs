namespace RnnGen;

/// <summary>
/// How a framework lays out the weights of a kind of layer: the tensors' names, the order of the gates, whether they are rows or columns, and what is joined to
/// one tensor. <see cref="PyTorchLayout"/>, <see cref="KerasLayout"/> and <see cref="OnnxLayout"/> have them. A layout is told, never guessed: see <see cref="LayerWeights"/>.
/// </summary>
public sealed class WeightLayout
{
    internal WeightLayout(string name) => Name = name;

    /// <summary>For instance <c>Keras GRU</c>.</summary>
    public string Name { get; }

    /// <summary>
    /// The names of a layer's tensors, behind <see cref="LayerWeights.Prefix"/>; those of a layer without biases lack theirs. Empty where the names are PyTorch's,
    /// which models have too.
    /// </summary>
    public IReadOnlyList<string> Tensors { get; internal init; } = [];

    /// <summary>Whether names have PyTorch's ending <c>_l0</c>, <c>_l0_reverse</c>, …</summary>
    internal bool HasLevels { get; init; }

    /// <summary>For each gate of the model's cell, its number in the file.</summary>
    internal int[] Gates { get; init; } = [0];

    /// <summary>How many gates the file has.</summary>
    internal int FileGates { get; init; } = 1;

    /// <summary>Whether matrices are [columns, rows], as Keras has them.</summary>
    internal bool IsTransposed { get; init; }

    /// <summary>Whether every tensor has a first dimension for the directions, as ONNX's have.</summary>
    internal bool HasDirections { get; init; }

    /// <summary>Whether the reset acts behind the product, where the cell needs the second bias of its last gate; null where there is no such choice.</summary>
    internal bool? ResetsAfter { get; init; }

    /// <summary>Where the model's tensors are; a null one is nowhere, and zero. Empty where everything has PyTorch's names and shapes.</summary>
    internal IReadOnlyDictionary<string, LayoutRule?> Rules { get; init; } = new Dictionary<string, LayoutRule?>();

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>Where a layout keeps one of a model's tensors.</summary>
/// <param name="Slot">Which of the layout's tensors it is in.</param>
/// <param name="Part">Which of the equal parts of that.</param>
/// <param name="Parts">How many parts there are.</param>
/// <param name="IsStacked">Whether the parts are a dimension of their own, not joined.</param>
/// <param name="HasGates">Whether it has all gates, or one vector.</param>
internal sealed record LayoutRule(int Slot, int Part = 0, int Parts = 1, bool IsStacked = false, bool HasGates = true);
