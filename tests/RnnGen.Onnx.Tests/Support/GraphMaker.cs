using Google.Protobuf;
using RnnGen.Onnx.Protos;

namespace RnnGen.Onnx.Tests;

/// <summary>Builds graphs by hand, as exporters would.</summary>
internal sealed class GraphMaker
{
    private readonly GraphWriter graph = new("made");
    private readonly Random random = new(4);
    private readonly Dictionary<string, TensorProto.Types.DataType> numbers = [];
    private readonly List<TensorProto> constants = [];

    public GraphMaker Input(string name, bool isInteger = false, params object[] dims)
    {
        graph.Input(name, isInteger, dims);
        return this;
    }

    /// <summary>Random weights, small enough that nothing saturates.</summary>
    public string Weights(params int[] dims) =>
        graph.Constant("weights", dims, [.. Enumerable.Range(0, Tensor.Product(dims)).Select(_ => random.NextSingle() - 0.5f)]);

    public string Filled(float value, params int[] dims) =>
        graph.Constant("filled", dims, [.. Enumerable.Repeat(value, Tensor.Product(dims))]);

    public string Constant(float value) => graph.Constant("constant", [1], [value]);

    public string Integers(params long[] values) => graph.Integers(values);

    public string Scalar(long value) => graph.Scalar(value);

    public string Add(string operation, string[] inputs, params AttributeProto[] attributes) => graph.Add(operation, inputs, attributes);

    public string[] Add(string operation, string[] inputs, string[] outputs, params AttributeProto[] attributes)
    {
        graph.Add(operation, inputs, outputs, attributes);
        return outputs;
    }

    /// <summary>A recurrent node with random weights: Y, Y_h and Y_c.</summary>
    public string[] Recurrent(string operation, string x, int inputs, int hidden, string initial, params AttributeProto[] attributes)
    {
        int gates = operation switch { "LSTM" => 4, "GRU" => 3, _ => 1 };
        int directions = attributes.Any(a => a.S.ToStringUtf8() == "bidirectional") ? 2 : 1;
        string[] outputs = [.. new[] { "Y", "Y_h", "Y_c" }.Take(operation == "LSTM" ? 3 : 2).Select(graph.Unique)];
        return Add(
            operation,
            [
                x, Weights(directions, gates * hidden, inputs), Weights(directions, gates * hidden, hidden),
                Weights(directions, 2 * gates * hidden), "", initial, operation == "LSTM" ? initial : ""
            ],
            outputs, [GraphWriter.Whole("hidden_size", hidden), .. attributes]);
    }

    public byte[] Finish(params string[] outputs)
    {
        ModelProto model = Model(outputs);
        return model.ToByteArray();
    }

    /// <summary>The graph as the body of a Loop or a Scan. Its names differ from those around it.</summary>
    public AttributeProto Body(params string[] outputs)
    {
        GraphProto body = Model(outputs).Graph;
        foreach (ValueInfoProto output in body.Output)
            output.Type = null;
        HashSet<string> own =
        [
            .. body.Input.Select(i => i.Name), .. body.Initializer.Select(i => i.Name), .. body.Node.SelectMany(n => n.Output),
        ];
        string Inner(string name) => own.Contains(name) ? $"body_{name}" : name;
        foreach (NodeProto node in body.Node)
        {
            for (int i = 0; i < node.Input.Count; i++)
                node.Input[i] = Inner(node.Input[i]);
            for (int i = 0; i < node.Output.Count; i++)
                node.Output[i] = Inner(node.Output[i]);
            node.Name = $"body_{node.Name}";
        }

        foreach (TensorProto constant in body.Initializer)
            constant.Name = Inner(constant.Name);
        foreach (ValueInfoProto value in body.Input.Concat(body.Output))
            value.Name = Inner(value.Name);
        return new() { Name = "body", Type = AttributeProto.Types.AttributeType.Graph, G = body };
    }

    /// <summary>An input of one number that is none of floats.</summary>
    public GraphMaker Number(string name, TensorProto.Types.DataType type)
    {
        numbers[name] = type;
        return Input(name, true);
    }

    public string Zeros(params int[] dims) => Filled(0, dims);

    public string True()
    {
        string name = graph.Unique("true");
        constants.Add(new() { Name = name, DataType = (int)TensorProto.Types.DataType.Bool, RawData = ByteString.CopyFrom(1) });
        return name;
    }

    /// <summary>Random numbers of 8 bits.</summary>
    public string Bytes(int[] dims, int range)
    {
        string name = graph.Unique("bytes");
        byte[] bytes = [.. Enumerable.Range(0, Tensor.Product(dims)).Select(_ => (byte)(sbyte)random.Next(-range, range))];
        TensorProto tensor = new()
        {
            Name = name,
            DataType = (int)TensorProto.Types.DataType.Int8,
            RawData = ByteString.CopyFrom(bytes),
        };
        tensor.Dims.AddRange(dims.Select(d => (long)d));
        constants.Add(tensor);
        return name;
    }

    private ModelProto Model(string[] outputs)
    {
        foreach (string output in outputs)
            graph.Output(output, "?");
        ModelProto model = graph.Finish();
        foreach (ValueInfoProto output in model.Graph.Output)
            output.Type.TensorType.Shape = null;
        foreach (ValueInfoProto input in model.Graph.Input.Where(i => numbers.ContainsKey(i.Name)))
            input.Type.TensorType.ElemType = (int)numbers[input.Name];
        model.Graph.Initializer.AddRange(constants);
        return model;
    }
}
