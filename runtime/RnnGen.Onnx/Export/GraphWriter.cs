using System.Runtime.InteropServices;
using Google.Protobuf;
using RnnGen.Onnx.Protos;

namespace RnnGen.Onnx;

/// <summary>Puts together a graph: nodes with names for what they give, and constants.</summary>
internal sealed class GraphWriter(string name, OnnxExportOptions? options = null)
{
    private const int FormatVersion = 8;

    private readonly OnnxExportOptions options = options ?? new();
    private readonly GraphProto graph = new() { Name = name };
    private readonly Dictionary<string, int> counts = new(StringComparer.Ordinal);

    /// <summary>The opset: RNN, LSTM, GRU and most other operators here have not changed their meaning since 15.</summary>
    public int OperatorSet => options.OperatorSet;

    public ModelProto Finish()
    {
        ModelProto model = new()
        {
            // Operator sets from 19 on need the format's version 9, from 21 on 10, from 23 on 11.
            IrVersion = OperatorSet switch { >= 23 => 11, >= 21 => 10, >= 19 => 9, _ => FormatVersion },
            ProducerName = "RnnGen",
            OpsetImport = { new OperatorSetIdProto { Version = OperatorSet } },
            Graph = graph,
        };
        foreach (var (key, value) in options.Metadata.OrderBy(m => m.Key, StringComparer.Ordinal))
            model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        return model;
    }

    /// <summary>A mean or the largest along one axis: since operator set 18 the axis is an input.</summary>
    public string Reduce(string operation, string x, long axis, bool keeps) => OperatorSet < 18
        ? Add(operation, [x], Wholes("axes", axis), Whole("keepdims", keeps ? 1 : 0))
        : Add(operation, [x, Integers(axis)], Whole("keepdims", keeps ? 1 : 0));

    /// <summary>A matrix: in 8 bits, if so asked, with a scale for each place along an axis, which all others share.</summary>
    public string Matrix(string name, int[] dims, float[] values, int axis)
    {
        if (!options.Int8)
            return Constant(name, dims, values);
        int inner = dims.Skip(axis + 1).Aggregate(1, (p, d) => p * d), rows = dims[axis];
        float[] scales = new float[rows];
        for (int i = 0; i < values.Length; i++)
            scales[i / inner % rows] = MathF.Max(scales[i / inner % rows], MathF.Abs(values[i]) / 127);
        byte[] bytes = new byte[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            float scale = scales[i / inner % rows];
            bytes[i] = unchecked((byte)(sbyte)(scale == 0 ? 0 : Math.Clamp(MathF.Round(values[i] / scale), -127, 127)));
        }

        TensorProto tensor = new()
        {
            Name = Unique(name),
            DataType = (int)TensorProto.Types.DataType.Int8,
            RawData = ByteString.CopyFrom(bytes),
        };
        tensor.Dims.AddRange(dims.Select(d => (long)d));
        graph.Initializer.Add(tensor);
        return Add("DequantizeLinear", [tensor.Name, Constant($"{name}_scale", [rows], scales)], Whole("axis", axis));
    }

    /// <summary>An input; a text in <paramref name="dims"/> is a size that is known in use.</summary>
    public string Input(string name, bool isInteger, params object[] dims)
    {
        graph.Input.Add(Describe(name, isInteger, dims));
        return name;
    }

    public void Output(string name, params object[] dims) => graph.Output.Add(Describe(name, false, dims));

    /// <summary>Adds a node, and gives the name of its first output.</summary>
    public string Add(string operation, string[] inputs, params AttributeProto[] attributes) =>
        Add(operation, inputs, [Unique(operation)], attributes);

    public string Add(string operation, string[] inputs, string[] outputs, params AttributeProto[] attributes)
    {
        NodeProto node = new() { OpType = operation, Name = $"{outputs[0]}_node" };
        node.Input.AddRange(inputs.Reverse().SkipWhile(i => i.Length == 0).Reverse());
        node.Output.AddRange(outputs);
        node.Attribute.AddRange(attributes);
        graph.Node.Add(node);
        return outputs[0];
    }

    public string Constant(string name, int[] dims, float[] values)
    {
        TensorProto tensor = new()
        {
            Name = Unique(name),
            DataType = (int)TensorProto.Types.DataType.Float,
            RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(values))
        };
        tensor.Dims.AddRange(dims.Select(d => (long)d));
        graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    /// <summary>A vector of integers; without any a scalar is meant by <see cref="Scalar"/>.</summary>
    public string Integers(params long[] values) => Whole([values.Length], values);

    public string Scalar(long value) => Whole([], [value]);

    public string Unique(string wanted)
    {
        string name = char.ToLowerInvariant(wanted[0]) + wanted[1..];
        counts[name] = counts.GetValueOrDefault(name) + 1;
        return $"{name}_{counts[name]}";
    }

    public static AttributeProto Whole(string name, long value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    public static AttributeProto Real(string name, double value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = (float)value };

    public static AttributeProto Text(string name, string value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8(value) };

    public static AttributeProto Wholes(string name, params long[] values) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { values } };

    public static AttributeProto Reals(string name, IEnumerable<double> values) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Floats, Floats = { values.Select(v => (float)v) } };

    public static AttributeProto Texts(string name, IEnumerable<string> values) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Strings, Strings = { values.Select(ByteString.CopyFromUtf8) } };

    private string Whole(int[] dims, long[] values)
    {
        TensorProto tensor = new()
        {
            Name = Unique("integers"),
            DataType = (int)TensorProto.Types.DataType.Int64,
            RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<long>(values))
        };
        tensor.Dims.AddRange(dims.Select(d => (long)d));
        graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    private static ValueInfoProto Describe(string name, bool isInteger, object[] dims)
    {
        TensorShapeProto shape = new();
        foreach (object dim in dims)
            shape.Dim.Add(dim is int size
                ? new TensorShapeProto.Types.Dimension { DimValue = size }
                : new TensorShapeProto.Types.Dimension { DimParam = (string)dim });
        var type = isInteger ? TensorProto.Types.DataType.Int64 : TensorProto.Types.DataType.Float;
        return new()
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = shape } }
        };
    }
}
