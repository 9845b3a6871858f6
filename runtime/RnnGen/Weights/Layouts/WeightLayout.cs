namespace RnnGen;

/// <summary>
/// A framework's layout of the weights of a kind of layer: the tensors' names, the order of the gates, whether they are rows or columns,
/// and what is joined to one tensor. <see cref="PyTorchLayout"/>, <see cref="KerasLayout"/>, <see cref="TensorFlowLayout"/> and
/// <see cref="OnnxLayout"/> have them. A layout is told, never guessed: see <see cref="LayerWeights"/>.
/// </summary>
public sealed class WeightLayout
{
    internal WeightLayout(string name) => Name = name;

    /// <summary>For instance <c>Keras GRU</c>.</summary>
    public string Name { get; }

    /// <summary>
    /// The names of a layer's tensors, behind <see cref="LayerWeights.Prefix"/>; those of a layer without biases lack theirs. Empty where
    /// the names are PyTorch's, which models have too.
    /// </summary>
    public IReadOnlyList<string> Tensors { get; internal init; } = [];

    /// <summary>True if names have PyTorch's ending <c>_l0</c>, <c>_l0_reverse</c>, …</summary>
    internal bool HasLevels { get; init; }

    /// <summary>For each gate of the model's cell, its number in the file.</summary>
    internal int[] Gates { get; init; } = [0];

    /// <summary>The number of gates in the file.</summary>
    internal int FileGates { get; init; } = 1;

    /// <summary>True if matrices are [columns, rows], as Keras has them.</summary>
    internal bool IsTransposed { get; init; }

    /// <summary>True if every tensor has a first dimension for the directions, as ONNX's have.</summary>
    internal bool HasDirections { get; init; }

    /// <summary>True if weight_ih and weight_hh are one matrix of inputs and state, [inputs + units, gates].</summary>
    internal bool JoinsInputAndState { get; init; }

    /// <summary>The file's gate to whose bias the framework adds 1 when it runs; negative if there is none.</summary>
    internal int ForgetGate { get; init; } = -1;

    /// <summary>
    /// True if the reset acts behind the product, where the cell needs the second bias of its last gate; null where there is no such
    /// choice.
    /// </summary>
    internal bool? ResetsAfter { get; init; }

    /// <summary>
    /// The places of the model's tensors; a null one is nowhere, and zero. Empty where everything has PyTorch's names and shapes.
    /// </summary>
    internal IReadOnlyDictionary<string, LayoutRule?> Rules { get; init; } = new Dictionary<string, LayoutRule?>();

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>The place where a layout keeps one of a model's tensors.</summary>
/// <param name="Slot">The index of its tensor in the layout.</param>
/// <param name="Chunk">The index among its equal chunks.</param>
/// <param name="Chunks">The number of chunks.</param>
/// <param name="IsStacked">True if the chunks are a dimension of their own, not joined.</param>
/// <param name="HasGates">True if it has all gates, or one vector.</param>
internal sealed record LayoutRule(int Slot, int Chunk = 0, int Chunks = 1, bool IsStacked = false, bool HasGates = true);
