namespace RnnGen.Onnx;

/// <summary>Dense layers and element-wise functions as nodes.</summary>
internal sealed class DenseNodes(GraphWriter graph, SafetensorsFile weights)
{
    /// <summary>W x + b as a MatMul, whose matrix is W transposed, and an Add.</summary>
    public string Add(string path, string x, bool bias)
    {
        SafetensorsTensor tensor = weights.Find($"{path}.weight")
            ?? throw new InvalidDataException($"The weights have no tensor {path}.weight, so they are not this model's.");
        float[] matrix = Tensors.Read(weights, tensor.Name);
        int size = (int)tensor.Shape[0], inputs = (int)tensor.Shape[1];
        float[] transposed = new float[matrix.Length];
        for (int i = 0; i < matrix.Length; i++)
            transposed[(i % inputs * size) + (i / inputs)] = matrix[i];
        string product = graph.Add("MatMul", [x, graph.Matrix($"{path}.weight", [inputs, size], transposed, axis: 1)]);
        return bias ? graph.Add("Add", [product, graph.Constant($"{path}.bias", [size], Tensors.Read(weights, $"{path}.bias"))]) : product;
    }

    public string Activate(string x, Function function) => function.Kind switch
    {
        Activation.Linear => x,
        Activation.Affine => graph.Add("Add", [Scale(x, function.Alpha), graph.Constant("beta", [1], [(float)function.Beta])]),
        Activation.ScaledTanh => Scale(graph.Add("Tanh", [Scale(x, function.Beta)]), function.Alpha),
        Activation.HardSigmoid =>
            graph.Add("HardSigmoid", [x], GraphWriter.Real("alpha", function.Alpha), GraphWriter.Real("beta", function.Beta)),
        // Gelu is an operator since opset 20, Swish since 24.
        Activation.Gelu => graph.Add("Mul", [Scale(x, 0.5), graph.Add("Add", [Erf(x), graph.Constant("one", [1], [1])])]),
        Activation.Silu => graph.Add("Mul", [x, graph.Add("Sigmoid", [x])]),
        var kind when function.HasAlpha => graph.Add($"{kind}", [x], GraphWriter.Real("alpha", function.Alpha)),
        var kind => graph.Add($"{kind}", [x]),
    };

    /// <summary>erf(x / √2).</summary>
    private string Erf(string x) => graph.Add("Erf", [graph.Add("Div", [x, graph.Constant("root", [1], [MathF.Sqrt(2)])])]);

    private string Scale(string x, double factor) => graph.Add("Mul", [x, graph.Constant("factor", [1], [(float)factor])]);
}
