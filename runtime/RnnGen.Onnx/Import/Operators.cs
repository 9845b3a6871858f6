using RnnGen.Onnx.Protos;

namespace RnnGen.Onnx;

/// <summary>Finds who takes an operator.</summary>
internal static class Operators
{
    private static readonly Dictionary<string, Action<NodeContext>> Table = new(StringComparer.Ordinal)
    {
        ["RNN"] = RecurrentOperators.Apply,
        ["LSTM"] = RecurrentOperators.Apply,
        ["GRU"] = RecurrentOperators.Apply,
        ["Gemm"] = DenseOperators.Gemm,
        ["MatMul"] = DenseOperators.MatMul,
        ["Conv"] = DenseOperators.Conv,
        ["Add"] = DenseOperators.Arithmetic,
        ["Sub"] = DenseOperators.Arithmetic,
        ["Mul"] = DenseOperators.Arithmetic,
        ["Div"] = DenseOperators.Arithmetic,
        ["Tanh"] = DenseOperators.Activate,
        ["Sigmoid"] = DenseOperators.Activate,
        ["Relu"] = DenseOperators.Activate,
        ["LeakyRelu"] = DenseOperators.Activate,
        ["ThresholdedRelu"] = DenseOperators.Activate,
        ["HardSigmoid"] = DenseOperators.Activate,
        ["Elu"] = DenseOperators.Activate,
        ["Softsign"] = DenseOperators.Activate,
        ["Softplus"] = DenseOperators.Activate,
        ["Gelu"] = DenseOperators.Gelu,
        ["Softmax"] = DenseOperators.Softmax,
        ["Identity"] = LayoutOperators.Identity,
        ["Cast"] = LayoutOperators.Cast,
        ["Dropout"] = LayoutOperators.Dropout,
        ["Transpose"] = LayoutOperators.Transpose,
        ["Squeeze"] = LayoutOperators.Squeeze,
        ["Unsqueeze"] = LayoutOperators.Unsqueeze,
        ["Reshape"] = ReshapeOperators.Reshape,
        ["Flatten"] = ReshapeOperators.Flatten,
        ["Expand"] = ShapeOperators.Expand,
        ["Concat"] = SelectionOperators.Concat,
        ["Slice"] = SelectionOperators.Slice,
        ["Split"] = SelectionOperators.Split,
        ["Gather"] = SelectionOperators.Gather,
        ["OneHot"] = SelectionOperators.OneHot,
        ["ReduceMean"] = ReductionOperators.Apply,
        ["ReduceSum"] = ReductionOperators.Apply,
        ["Constant"] = ShapeOperators.Constant,
        ["ConstantOfShape"] = ShapeOperators.ConstantOfShape,
        ["Shape"] = ShapeOperators.Shape,
        ["Size"] = ShapeOperators.Size,
        ["Equal"] = ShapeOperators.Compare,
        ["Not"] = ShapeOperators.Compare,
        ["And"] = ShapeOperators.Compare,
        ["Or"] = ShapeOperators.Compare,
        ["Greater"] = ShapeOperators.Compare,
        ["GreaterOrEqual"] = ShapeOperators.Compare,
        ["Less"] = ShapeOperators.Compare,
        ["LessOrEqual"] = ShapeOperators.Compare,
        ["If"] = Branches.Apply,
    };

    private static readonly Dictionary<string, string> Reasons = new(StringComparer.Ordinal)
    {
        ["LogSoftmax"] = "only a softmax at an output is imported; declare [LogSoftmax] by hand",
        ["Loop"] = "RnnGen has no loops but those over time inside its layers",
        ["Scan"] = "a cell of one's own would have to be read from its graph; write it as an [RnnCell]",
        ["LayerNormalization"] = "normalisations are not imported; declare [LayerNorm] by hand, and load its weights",
        ["BatchNormalization"] = "fold it into the layer before it exporting",
    };

    /// <exception cref="NotTakenException">RnnGen has nothing that does what the node does.</exception>
    public static void Apply(NodeContext node)
    {
        if (node.Node.Domain is not ("" or "ai.onnx"))
            throw new NotTakenException($"its operator is not ONNX's but '{node.Node.Domain}'s");
        if (!Table.TryGetValue(node.Operator, out var apply))
            throw new NotTakenException(Reasons.GetValueOrDefault(node.Operator, "RnnGen has no such layer"));
        // Whatever is left of a node all of whose inputs are constants is computed here and now.
        if (!Folding.TryApply(node))
            apply(node);
    }
}
