using RnnGen.Onnx.Protos;

namespace RnnGen.Onnx;

/// <summary>A recurrent layer as one of ONNX's operators.</summary>
internal sealed class RecurrentNode
{
    private readonly DeclaredAttribute layer;
    private readonly SafetensorsFile weights;
    private readonly int hidden;
    private readonly string cell;

    public RecurrentNode(DeclaredAttribute layer, SafetensorsFile weights)
    {
        this.layer = layer;
        this.weights = weights;
        hidden = layer.Size(0);
        Type type = layer.Cell!;
        cell = type.Name;
        Operator = (type.Namespace == "RnnGen" ? RecurrentTensors.OperatorOf(cell) : null)
            ?? throw new NotSupportedException($"ONNX has no operator for the cell {cell}.");
        if (IsTakeNew && Gate.Kind != Activation.Sigmoid)
            throw new NotSupportedException($"{cell} is ONNX's GRU with z negated, which needs σ for its gates, not {Gate.Kind}.");
        if (layer.Real("Zoneout") != 0)
            throw new NotSupportedException("Zoneout also acts in use, and ONNX's operators have none.");
    }

    public string Operator { get; }

    /// <summary>h, and for an LSTM c.</summary>
    public IReadOnlyList<string> States => Operator == "LSTM" ? ["h", "c"] : ["h"];

    private bool IsTakeNew => cell is nameof(GruTakeNew) or nameof(GruResetBeforeTakeNew);

    private Function Gate => layer.Function("GateActivation", "Gate", Activation.Sigmoid);

    /// <summary>Adds the node.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="x">The input, [step][row][number].</param>
    /// <param name="inputs">Numbers of the input.</param>
    /// <param name="module">The beginning of the tensors' names, before the dot.</param>
    /// <param name="level">The index of the layer in its module.</param>
    /// <param name="initial">The initial states' names, or none.</param>
    /// <param name="outputs">Y, Y_h and Y_c.</param>
    public void Add(GraphWriter graph, string x, int inputs, string module, int level, IReadOnlyList<string> initial, string[] outputs)
    {
        var direction = (Direction)layer.Whole("Direction");
        int directions = direction == Direction.Bidirectional ? 2 : 1;
        RecurrentTensors tensors = new(cell, new(hidden, inputs, directions, layer.Flag("Bias", true)), module, level);
        tensors.LoadModel(weights);
        SafetensorsFile onnx = tensors.ToOnnx();
        string[] operands = [
            x, Constant("W"), Constant("R"), Constant("B"), "", initial.ElementAtOrDefault(0) ?? "", initial.ElementAtOrDefault(1) ?? "",
            Constant("P")
        ];
        graph.Add(Operator, operands, outputs[..(1 + States.Count)], [.. Attributes(directions, direction == Direction.Reverse)]);

        string Constant(string name)
        {
            if (onnx.Find(name) is not { } tensor)
                return "";
            float[] values = Tensors.Read(onnx, name);
            // z is the first gate of W, R and both halves of B.
            int gate = tensor.Shape is [_, _, var columns] ? hidden * (int)columns : hidden;
            for (int i = 0; IsTakeNew && i < values.Length; i++)
                values[i] = i / gate % 3 == 0 ? -values[i] : values[i];
            int[] dims = [.. tensor.Shape.ToArray().Select(size => (int)size)];
            return name is "W" or "R"
                ? graph.Matrix($"{module}.{name}", dims, values, axis: 1)
                : graph.Constant($"{module}.{name}", dims, values);
        }
    }

    private List<AttributeProto> Attributes(int directions, bool isReverse)
    {
        Function candidate = layer.Function("Activation", "Activation", Activation.Tanh);
        Function output = layer.Function("OutputActivation", "Output", Activation.Tanh);
        Function[] functions = Operator switch { "RNN" => [candidate], "GRU" => [Gate, candidate], _ => [Gate, candidate, output] };
        // ONNX has no Linear, but Affine.
        functions = [.. functions.Select(f => f.Kind == Activation.Linear ? Function.Of(Activation.Affine) : f)];
        var all = Enumerable.Repeat(functions, directions).SelectMany(f => f).ToList();
        int missing = all.FindIndex(f => f.Kind is Activation.Gelu or Activation.Silu);
        if (missing >= 0)
            throw new NotSupportedException($"ONNX's {Operator} has no {all[missing].Kind}.");
        List<AttributeProto> attributes =
        [
            GraphWriter.Whole("hidden_size", hidden),
            GraphWriter.Text("direction", directions == 2 ? "bidirectional" : isReverse ? "reverse" : "forward"),
            GraphWriter.Texts("activations", all.Select(f => $"{f.Kind}")),
        ];
        if (all.Exists(f => f.HasAlpha))
            attributes.Add(GraphWriter.Reals("activation_alpha", all.Where(f => f.HasAlpha).Select(f => f.Alpha)));
        if (all.Exists(f => f.HasBeta))
            attributes.Add(GraphWriter.Reals("activation_beta", all.Where(f => f.HasBeta).Select(f => f.Beta)));
        if (layer.Has("Clip"))
            attributes.Add(GraphWriter.Real("clip", layer.Real("Clip")));
        if (RecurrentTensors.IsCoupled(cell))
            attributes.Add(GraphWriter.Whole("input_forget", 1));
        if (Operator == "GRU")
            attributes.Add(GraphWriter.Whole("linear_before_reset", cell is nameof(Gru) or nameof(GruTakeNew) ? 1 : 0));
        return attributes;
    }
}

/// <summary>Tensors of a weight file as floats.</summary>
internal static class Tensors
{
    /// <exception cref="InvalidDataException">There is no such tensor: the file is not this model's.</exception>
    public static float[] Read(SafetensorsFile file, string name)
    {
        SafetensorsTensor tensor =
            file.Find(name) ?? throw new InvalidDataException($"The weights have no tensor {name}, so they are not this model's.");
        if (!tensor.IsReal)
            throw new InvalidDataException($"The tensor {name} has the type {tensor.Type}.");
        float[] values = new float[tensor.Count];
        tensor.CopyTo<float>(values);
        return values;
    }
}
