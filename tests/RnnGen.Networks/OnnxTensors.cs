using RnnGen.Onnx;
using RnnGen.Onnx.Protos;

namespace RnnGen.Networks;

/// <summary>The float tensors of an ONNX file, those inside the branches of its graph included.</summary>
internal static class OnnxTensors
{
    /// <param name="path">The file.</param>
    /// <param name="branch">
    /// Of an If on the sampling rate, the branch that is taken: then_branch or else_branch; null if there is none.
    /// </param>
    public static SafetensorsFile Read(string path, string? branch = null)
    {
        Dictionary<string, SafetensorsTensor> tensors = [];
        Add(OnnxFile.Read(path).Graph, branch, tensors);
        return new(tensors.Values);
    }

    private static void Add(GraphProto graph, string? branch, Dictionary<string, SafetensorsTensor> tensors)
    {
        foreach (TensorProto tensor in graph.Initializer)
            Add(tensor, tensors);
        foreach (NodeProto node in graph.Node)
        {
            foreach (AttributeProto attribute in node.Attribute)
            {
                if (attribute.T is { Name.Length: > 0 } constant)
                    Add(constant, tensors);
                if (attribute.G is { } inner && (branch is null || attribute.Name == branch))
                    Add(inner, null, tensors);
            }
        }
    }

    private static void Add(TensorProto tensor, Dictionary<string, SafetensorsTensor> tensors)
    {
        if (tensor.DataType != (int)TensorProto.Types.DataType.Float)
            return;
        float[] values = tensor.RawData.Length > 0
            ? System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray()
            : [.. tensor.FloatData];
        tensors[tensor.Name] = SafetensorsTensor.Create<float>(tensor.Name, [.. tensor.Dims.Select(size => (int)size)], values);
    }
}
