namespace RnnGen.Onnx;

/// <summary>Normalisations, softmax and rectifiers with learned slopes as nodes: along the last axis of a value.</summary>
internal sealed class UnitNodes(GraphWriter graph, SafetensorsFile weights, WeightNames names)
{
    private const double Epsilon = 1e-5;

    /// <summary>The value of a layer.</summary>
    /// <param name="layer">Its attribute.</param>
    /// <param name="x">What it takes.</param>
    /// <param name="width">Numbers of a vector.</param>
    /// <param name="isOnce">True if x is [rows, width], false if [steps, rows, width].</param>
    public string Add(DeclaredAttribute layer, string x, int width, bool isOnce)
    {
        switch (layer.Kind)
        {
            case "Softmax" or "LogSoftmax":
                return graph.Add(
                    layer.Kind, [x],
                    GraphWriter.Whole("axis", (RnnGen.Axis)layer.Whole("Over", (int)RnnGen.Axis.Inner) == RnnGen.Axis.Time ? 0 : -1));
            case "PRelu":
                return graph.Add("PRelu", [x, Vector($"{names.Of(layer)}.weight", layer.Flag("Shared") ? 1 : width)]);
            case "Standardize":
                string name = names.Of(layer), mean = Vector($"{name}.mean", width), scale = Vector($"{name}.scale", width);
                return layer.Flag("Invert")
                    ? graph.Add("Add", [graph.Add("Mul", [x, scale]), mean])
                    : graph.Add("Mul", [graph.Add("Sub", [x, mean]), scale]);
        }

        string path = names.Of(layer);
        bool hasGain = layer.Flag("Gain", true), hasBias = layer.Kind != "RmsNorm" && layer.Flag("Bias", true);
        double epsilon = layer.Has("Epsilon") ? layer.Real("Epsilon") : Epsilon;
        if (layer.Kind == "LayerNorm")
            return Normalize(x, epsilon, hasGain ? Gain() : Ones(width), hasBias ? Bias() : "");
        // RMSNormalization is an operator since opset 23; GroupNormalization has another axis, and a gain for each number since 21.
        string y = layer.Kind == "RmsNorm" ? Rms(x, epsilon) : Groups(x, layer.Size(0), width, isOnce, epsilon);
        y = hasGain ? graph.Add("Mul", [y, Gain()]) : y;
        return hasBias ? graph.Add("Add", [y, Bias()]) : y;

        string Gain() => Vector($"{path}.weight", width);

        string Bias() => Vector($"{path}.bias", width);
    }

    /// <summary>LayerNormalization, an operator since opset 17, along the last axis.</summary>
    private string Normalize(string x, double epsilon, string gain, string bias)
    {
        if (graph.OperatorSet >= 17)
            return graph.Add(
                "LayerNormalization", bias.Length > 0 ? [x, gain, bias] : [x, gain], GraphWriter.Whole("axis", -1),
                GraphWriter.Real("epsilon", epsilon));
        string centred = graph.Add("Sub", [x, graph.Reduce("ReduceMean", x, -1, keeps: true)]);
        string normal = graph.Add("Mul", [graph.Add("Div", [centred, Root(centred, epsilon)]), gain]);
        return bias.Length > 0 ? graph.Add("Add", [normal, bias]) : normal;
    }

    private string Rms(string x, double epsilon)
    {
        return graph.Add("Div", [x, Root(x, epsilon)]);
    }

    /// <summary>√(mean(x²) + ε).</summary>
    private string Root(string x, double epsilon)
    {
        string square = graph.Reduce("ReduceMean", graph.Add("Mul", [x, x]), -1, keeps: true);
        return graph.Add("Sqrt", [graph.Add("Add", [square, graph.Constant("epsilon", [1], [(float)epsilon])])]);
    }

    /// <summary>A layer normalisation along an axis of its own.</summary>
    private string Groups(string x, int groups, int width, bool isOnce, double epsilon)
    {
        int size = width / groups;
        string apart = graph.Add("Reshape", [x, graph.Integers([.. isOnce ? new long[] { 0 } : [0, 0], groups, size])]);
        string normal = Normalize(apart, epsilon, Ones(size), "");
        return graph.Add("Reshape", [normal, graph.Integers([.. isOnce ? new long[] { 0 } : [0, 0], width])]);
    }

    private string Vector(string name, int size) => graph.Constant(name, [size], Tensors.Read(weights, name));

    private string Ones(int size)
    {
        float[] ones = new float[size];
        Array.Fill(ones, 1);
        return graph.Constant("ones", [size], ones);
    }
}
