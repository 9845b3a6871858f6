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
        ["DynamicQuantizeLSTM"] = QuantizedOperators.Lstm,
        ["DequantizeLinear"] = QuantizedOperators.Dequantize,
        ["QuantizeLinear"] = QuantizedOperators.Quantize,
        ["Gemm"] = DenseOperators.Gemm,
        ["MatMul"] = DenseOperators.MatMul,
        ["Conv"] = GridOperators.Conv,
        ["Pad"] = GridOperators.Pad,
        ["MaxPool"] = GridOperators.Pool,
        ["AveragePool"] = GridOperators.Pool,
        ["GlobalMaxPool"] = GridOperators.Pool,
        ["GlobalAveragePool"] = GridOperators.Pool,
        ["Add"] = Elementwise.Arithmetic,
        ["Sub"] = Elementwise.Arithmetic,
        ["Mul"] = Elementwise.Arithmetic,
        ["Div"] = Elementwise.Arithmetic,
        ["Neg"] = Elementwise.Neg,
        ["Pow"] = Elementwise.Pow,
        ["Clip"] = Elementwise.Clip,
        ["Sqrt"] = Elementwise.Math,
        ["Reciprocal"] = Elementwise.Math,
        ["Exp"] = Elementwise.Math,
        ["Abs"] = Elementwise.Math,
        ["Sin"] = Elementwise.Math,
        ["Cos"] = Elementwise.Math,
        ["Erf"] = Elementwise.Math,
        ["Max"] = Elementwise.Math,
        ["Min"] = Elementwise.Math,
        ["Log"] = DenseOperators.Log,
        ["BatchNormalization"] = Elementwise.BatchNormalization,
        ["LayerNormalization"] = Statistics.Layer,
        ["RMSNormalization"] = Statistics.Layer,
        ["SimplifiedLayerNormalization"] = Statistics.Layer,
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
        ["Swish"] = DenseOperators.Swish,
        ["Selu"] = DenseOperators.Selu,
        ["PRelu"] = DenseOperators.PRelu,
        ["Softmax"] = DenseOperators.Softmax,
        ["LogSoftmax"] = DenseOperators.Softmax,
        ["Identity"] = LayoutOperators.Identity,
        ["Cast"] = LayoutOperators.Cast,
        ["CastLike"] = LayoutOperators.Identity,
        ["Dropout"] = LayoutOperators.Dropout,
        ["Transpose"] = LayoutOperators.Transpose,
        ["Squeeze"] = LayoutOperators.Squeeze,
        ["Unsqueeze"] = LayoutOperators.Unsqueeze,
        ["Reshape"] = ReshapeOperators.Reshape,
        ["Flatten"] = ReshapeOperators.Flatten,
        ["Expand"] = ShapeOperators.Expand,
        ["Tile"] = ShapeOperators.Expand,
        ["Concat"] = SelectionOperators.Concat,
        ["Slice"] = SelectionOperators.Slice,
        ["Split"] = SelectionOperators.Split,
        ["Gather"] = SelectionOperators.Gather,
        ["OneHot"] = SelectionOperators.OneHot,
        ["ReduceMean"] = ReductionOperators.Apply,
        ["ReduceSum"] = ReductionOperators.Apply,
        ["ReduceMax"] = ReductionOperators.Apply,
        ["ReduceMin"] = ReductionOperators.Apply,
        ["ReduceProd"] = ReductionOperators.Apply,
        ["Constant"] = ShapeOperators.Constant,
        ["ConstantOfShape"] = ShapeOperators.ConstantOfShape,
        ["Shape"] = ShapeOperators.Shape,
        ["Size"] = ShapeOperators.Size,
        ["Range"] = ShapeOperators.Range,
        ["If"] = Branches.Apply,
        ["Loop"] = Loops.Loop,
        ["Scan"] = Loops.Scan,
    };

    private static readonly Dictionary<string, string> Reasons = new(StringComparer.Ordinal)
    {
        ["ConvTranspose"] = "RnnGen has no transposed convolutions",
        ["Multinomial"] = "it draws at random",
        ["RandomNormal"] = "it draws at random",
        ["RandomNormalLike"] = "it draws at random",
        ["RandomUniform"] = "it draws at random",
        ["RandomUniformLike"] = "it draws at random",
        ["Bernoulli"] = "it draws at random",
    };

    /// <summary>Operators of ONNX Runtime's own that are taken.</summary>
    private static readonly HashSet<string> Microsoft = ["DynamicQuantizeLSTM", "DequantizeLinear", "QuantizeLinear", "Gelu"];

    private static readonly HashSet<string> OfOnnxRuntime = ["SimplifiedLayerNormalization"];

    /// <exception cref="NotTakenException">RnnGen has nothing that does what the node does.</exception>
    public static void Apply(NodeContext node)
    {
        bool isForeign = node.Node.Domain is not ("" or "ai.onnx");
        if (isForeign && !(node.Node.Domain == "com.microsoft"
            && (Microsoft.Contains(node.Operator) || OfOnnxRuntime.Contains(node.Operator))))
            throw new NotTakenException($"its operator is not ONNX's but '{node.Node.Domain}'s");
        if (!Table.TryGetValue(node.Operator, out var apply) && (Computing.TryApply(node) || Folding.TryApply(node)))
            return;
        if (apply is null)
            throw new NotTakenException(Reasons.GetValueOrDefault(node.Operator, "RnnGen has no such layer"));
        // What is known before the graph runs is computed here and now.
        if (!Folding.TryApply(node) && !Computing.TryApply(node))
            apply(node);
    }
}
