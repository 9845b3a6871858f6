using Google.Protobuf;
using RnnGen.Onnx.Protos;
using RnnGen.Tests;

namespace RnnGen.Onnx.Tests;

/// <summary>Changes ONNX files: bytes without any sense for them, and fields so that the file stays one.</summary>
internal sealed class Mutation(Random random)
{
    private static readonly string[] Operators =
    [
        "RNN", "LSTM", "GRU", "Gemm", "MatMul", "Conv", "Add", "Mul", "Div", "Tanh", "Relu", "HardSigmoid", "Softmax",
        "Identity", "Cast", "Transpose", "Squeeze", "Unsqueeze", "Reshape", "Flatten",
        "Expand", "Concat", "Slice", "Split", "Gather", "OneHot", "ReduceMean", "ReduceSum", "Shape", "Size", "Equal",
        "ConstantOfShape", "If", "Loop", "Scan", "Range", "Where", "DequantizeLinear", "QuantizeLinear", "DynamicQuantizeLSTM", "",
    ];

    private static readonly long[] Numbers =
        [0, 1, -1, 2, -2, 3, 7, 16, 255, 65_537, int.MaxValue, int.MinValue, (long)int.MaxValue + 1, long.MaxValue, long.MinValue];
    private static readonly string[] Texts =
    [
        "", "input", "output", "reverse", "bidirectional", "Affine", "Elu", "\u2028\n*/", "axis", "axes", "perm", "layout", "clip",
        "hidden_size", "split"
    ];

    public byte[] Apply(byte[] file)
    {
        if (random.Next(2) == 0)
            return ByteMutation.Apply(file, random);
        ModelProto model = ModelProto.Parser.ParseFrom(file);
        List<GraphProto> graphs = [];
        Collect(model.Graph, graphs);
        for (int i = random.Next(4); i >= 0; i--)
            Change(graphs[random.Next(graphs.Count)]);
        return model.ToByteArray();
    }

    /// <summary>A graph and those in its nodes: the bodies of loops and branches.</summary>
    private static void Collect(GraphProto graph, List<GraphProto> graphs)
    {
        graphs.Add(graph);
        foreach (AttributeProto attribute in graph.Node.SelectMany(node => node.Attribute).Where(a => a.G is not null))
            Collect(attribute.G, graphs);
    }

    private void Change(GraphProto graph)
    {
        if (graph.Node.Count == 0)
            return;
        NodeProto node = graph.Node[random.Next(graph.Node.Count)];
        switch (random.Next(11))
        {
            case 0:
                node.OpType = Pick(Operators);
                break;
            case 1 when node.Input.Count > 0:
                node.Input[random.Next(node.Input.Count)] = Tensor(graph);
                break;
            case 2:
                node.Input.Add(Tensor(graph));
                break;
            case 3 when node.Input.Count > 0:
                node.Input.RemoveAt(random.Next(node.Input.Count));
                break;
            case 4:
                graph.Node.Insert(random.Next(graph.Node.Count), node.Clone());
                break;
            case 5:
                AddNode(graph);
                break;
            case 6 when node.Attribute.Count > 0:
                Change(node.Attribute[random.Next(node.Attribute.Count)]);
                break;
            case 7:
                node.Attribute.Add(new AttributeProto { Name = Pick(Texts), I = Pick(Numbers), Ints = { Pick(Numbers), Pick(Numbers) } });
                break;
            case 8 when graph.Initializer.Count > 0:
                Change(graph.Initializer[random.Next(graph.Initializer.Count)]);
                break;
            case 9:
                graph.Output.Add(new ValueInfoProto { Name = Tensor(graph) });
                break;
            case 10 when graph.Input[0].Type.TensorType.Shape.Dim is { Count: > 0 } dims:
                dims[random.Next(dims.Count)] = new() { DimValue = Pick(Numbers) };
                break;
        }
    }

    /// <summary>A node behind some tensor, in the place of it for whoever comes later: shapes that meet in no exporter.</summary>
    private void AddNode(GraphProto graph)
    {
        int place = random.Next(graph.Node.Count);
        NodeProto before = graph.Node[place];
        if (before.Output.Count == 0)
            return;
        string tensor = before.Output[0];
        NodeProto added = new() { OpType = Pick(Operators), Name = "added", Input = { tensor + "_before" }, Output = { tensor } };
        before.Output[0] = tensor + "_before";
        for (int i = random.Next(3); i > 0; i--)
            added.Input.Add(Tensor(graph));
        if (random.Next(2) == 0)
            added.Attribute.Add(new AttributeProto { Name = Pick(Texts), I = Pick(Numbers), Ints = { 1, 0 } });
        graph.Node.Insert(place + 1, added);
    }

    private void Change(AttributeProto attribute)
    {
        switch (random.Next(5))
        {
            case 0:
                attribute.I = Pick(Numbers);
                break;
            case 1:
                attribute.Ints.Add(Pick(Numbers));
                break;
            case 2:
                attribute.F = Pick(float.NaN, float.PositiveInfinity, -1, 0, 1e30f);
                break;
            case 3:
                attribute.S = ByteString.CopyFromUtf8(Pick(Texts));
                break;
            default:
                attribute.Strings.Add(ByteString.CopyFromUtf8(Pick(Texts)));
                attribute.Floats.Add(Pick(float.NaN, 0, 2));
                break;
        }
    }

    private void Change(TensorProto tensor)
    {
        if (tensor.Dims.Count > 0 && random.Next(2) == 0)
            tensor.Dims[random.Next(tensor.Dims.Count)] = Pick(Numbers);
        else if (random.Next(3) == 0)
            tensor.DataType = random.Next(17);
        else if (tensor.DataType == 7 && tensor.RawData.Length >= 8)
            tensor.RawData = ByteString.CopyFrom(
                [.. Enumerable.Range(0, tensor.RawData.Length / 8).SelectMany(_ => BitConverter.GetBytes(Pick(Numbers)))]);
        else
            tensor.Dims.Insert(random.Next(tensor.Dims.Count + 1), Pick(Numbers));
    }

    private string Tensor(GraphProto graph) => random.Next(4) switch
    {
        0 when graph.Initializer.Count > 0 => graph.Initializer[random.Next(graph.Initializer.Count)].Name,
        1 => graph.Input[0].Name,
        _ => graph.Node[random.Next(graph.Node.Count)].Output.FirstOrDefault() ?? "",
    };

    private T Pick<T>(params T[] items) => items[random.Next(items.Length)];
}
