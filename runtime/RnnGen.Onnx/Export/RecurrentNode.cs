using RnnGen.Onnx.Protos;

namespace RnnGen.Onnx;

/// <summary>A recurrent layer as one of ONNX's operators: RnnGen's gates in ONNX's order.</summary>
internal sealed class RecurrentNode
{
    private static readonly int[] LstmOrder = [0, 3, 1, 2];
    private static readonly string[] Peepholes = ["Pi", "Po", "Pf"];

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
        Operator = type.Namespace != "RnnGen" ? "" : cell switch
        {
            nameof(SimpleRnn) => "RNN",
            nameof(Lstm) or nameof(PeepholeLstm) or nameof(CoupledLstm) => "LSTM",
            nameof(Gru) or nameof(GruTakeNew) or nameof(GruResetBefore) or nameof(GruResetBeforeTakeNew) => "GRU",
            _ => "",
        };
        if (Operator.Length == 0)
            throw new NotSupportedException($"ONNX has no operator for the cell {cell}.");
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
    /// <param name="prefixes">The module and layer of each direction: the tensors' names between what they are and the direction.</param>
    /// <param name="initial">The initial states' names, or none.</param>
    /// <param name="outputs">Y, Y_h and Y_c.</param>
    public void Add(GraphWriter graph, string x, (string Module, string Suffix)[] prefixes, IReadOnlyList<string> initial, string[] outputs)
    {
        bool isReverse = (Direction)layer.Whole("Direction") == Direction.Reverse;
        float[][] w = [.. prefixes.Select(p => Gates(p, "weight_ih"))], r = [.. prefixes.Select(p => Gates(p, "weight_hh"))];
        int gates = r[0].Length / (hidden * hidden);
        string module = prefixes[0].Module;
        string b = "", peepholes = "";
        if (layer.Flag("Bias", true))
            b = graph.Constant($"{module}.B", [prefixes.Length, 2 * gates * hidden], [.. prefixes.SelectMany(p => Gates(p, "bias_ih").Concat(Gates(p, "bias_hh")))]);
        if (cell == nameof(PeepholeLstm))
            peepholes = graph.Constant($"{module}.P", [prefixes.Length, 3 * hidden], [.. prefixes.SelectMany(p => Peepholes.SelectMany(n => Read(p, n)))]);
        string[] inputs =
        [
            x,
            graph.Constant($"{module}.W", [prefixes.Length, gates * hidden, w[0].Length / (gates * hidden)], [.. w.SelectMany(v => v)]),
            graph.Constant($"{module}.R", [prefixes.Length, gates * hidden, hidden], [.. r.SelectMany(v => v)]),
            b,
            "",
            initial.Count > 0 ? initial[0] : "",
            initial.Count > 1 ? initial[1] : "",
            peepholes,
        ];
        graph.Add(Operator, inputs, outputs[..(1 + States.Count)], [.. Attributes(prefixes.Length, isReverse)]);
    }

    private List<AttributeProto> Attributes(int directions, bool isReverse)
    {
        Function candidate = layer.Function("Activation", "Activation", Activation.Tanh), output = layer.Function("OutputActivation", "Output", Activation.Tanh);
        Function[] functions = Operator switch { "RNN" => [candidate], "GRU" => [Gate, candidate], _ => [Gate, candidate, output] };
        // ONNX has no Linear, but Affine.
        functions = [.. functions.Select(f => f.Kind == Activation.Linear ? Function.Of(Activation.Affine) : f)];
        var all = Enumerable.Repeat(functions, directions).SelectMany(f => f).ToList();
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
        if (cell == nameof(CoupledLstm))
            attributes.Add(GraphWriter.Whole("input_forget", 1));
        if (Operator == "GRU")
            attributes.Add(GraphWriter.Whole("linear_before_reset", cell is nameof(Gru) or nameof(GruTakeNew) ? 1 : 0));
        return attributes;
    }

    /// <summary>A stacked tensor with its gates in ONNX's order. A coupled LSTM's f is 0: nobody reads it.</summary>
    private float[] Gates((string, string) prefix, string name)
    {
        float[] values = Read(prefix, name);
        if (Operator == "RNN")
            return values;
        int own = cell == nameof(CoupledLstm) ? 3 : Operator == "LSTM" ? 4 : 3;
        int gate = values.Length / own;
        int[] order = cell == nameof(CoupledLstm) ? [0, 2, -1, 1] : Operator == "LSTM" ? LstmOrder : [1, 0, 2];
        float[] ordered = new float[order.Length * gate];
        for (int i = 0; i < order.Length; i++)
        {
            if (order[i] >= 0)
                values.AsSpan(order[i] * gate, gate).CopyTo(ordered.AsSpan(i * gate));
        }

        for (int i = 0; IsTakeNew && i < gate; i++)
            ordered[i] = -ordered[i];
        return ordered;
    }

    private float[] Read((string Module, string Suffix) prefix, string name) => Tensors.Read(weights, $"{prefix.Module}.{name}{prefix.Suffix}");
}

/// <summary>Tensors of a weight file as floats.</summary>
internal static class Tensors
{
    /// <exception cref="InvalidDataException">There is no such tensor: the file is not this model's.</exception>
    public static float[] Read(SafetensorsFile file, string name)
    {
        SafetensorsTensor tensor = file.Find(name) ?? throw new InvalidDataException($"The weights have no tensor {name}, so they are not this model's.");
        if (!tensor.IsReal)
            throw new InvalidDataException($"The tensor {name} has the type {tensor.Type}.");
        float[] values = new float[tensor.Count];
        tensor.CopyTo<float>(values);
        return values;
    }
}
