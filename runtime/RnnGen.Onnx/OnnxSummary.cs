using System.Globalization;
using RnnGen.Onnx.Protos;
using DataType = RnnGen.Onnx.Protos.TensorProto.Types.DataType;

namespace RnnGen.Onnx;

/// <summary>A line about an ONNX file.</summary>
/// <param name="Kind">input, output, node or weights.</param>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type of its numbers, or the operator.</param>
/// <param name="Detail">The shape; of a node what it takes and gives.</param>
public sealed record OnnxLine(string Kind, string Name, string Type, string Detail)
{
    /// <summary>input, output, node or weights.</summary>
    public string Kind { get; } = Kind ?? throw new ArgumentNullException(nameof(Kind));

    /// <summary>Its name.</summary>
    public string Name { get; } = Name ?? throw new ArgumentNullException(nameof(Name));

    /// <summary>The type of its numbers, or the operator.</summary>
    public string Type { get; } = Type ?? throw new ArgumentNullException(nameof(Type));

    /// <summary>The shape; of a node its inputs and outputs.</summary>
    public string Detail { get; } = Detail ?? throw new ArgumentNullException(nameof(Detail));
}

/// <summary>A readable summary of an ONNX file.</summary>
public static class OnnxSummary
{
    private const int LongestText = 60;

    /// <summary>Inputs, outputs, weights and nodes, those of branches behind the node that they belong to.</summary>
    /// <param name="file">The whole file.</param>
    /// <exception cref="InvalidDataException">It is no ONNX file.</exception>
    public static IReadOnlyList<OnnxLine> Read(byte[] file)
    {
        ArgumentNullException.ThrowIfNull(file);
        ModelProto model = OnnxFile.Read(file);
        List<OnnxLine> lines =
        [
            new(
                "file", model.ProducerName, $"{model.ProducerVersion}",
                string.Join(", ", model.OpsetImport.Select(o => $"opset {o.Version}{(o.Domain.Length > 0 ? $" of {o.Domain}" : "")}"))),
            .. model.Graph.Input.Select(i => Describe("input", i)),
            .. model.Graph.Output.Select(o => Describe("output", o)),
        ];
        Add(lines, model.Graph, "");
        return [.. lines.Select(l => new OnnxLine(l.Kind, Short(l.Name), Short(l.Type), Short(l.Detail)))];
    }

    private static void Add(List<OnnxLine> lines, GraphProto graph, string indent)
    {
        lines.AddRange(graph.Initializer.Select(t => new OnnxLine(
            $"{indent}weights", t.Name, $"{(DataType)t.DataType}", $"[{string.Join(", ", t.Dims)}]")));
        foreach (NodeProto node in graph.Node)
        {
            lines.Add(new($"{indent}node", node.Name, node.OpType, $"{string.Join(", ", node.Input)} → {string.Join(", ", node.Output)}"));
            foreach (AttributeProto branch in node.Attribute.Where(a => a.G is not null))
                Add(lines, branch.G, indent + "  ");
        }
    }

    private static OnnxLine Describe(string kind, ValueInfoProto value)
    {
        var dims = value.Type?.TensorType?.Shape?.Dim.Select(
            d => d.DimParam.Length > 0 ? d.DimParam : d.DimValue > 0 ? d.DimValue.ToString(CultureInfo.InvariantCulture) : "?");
        return new(
            kind, value.Name, $"{(DataType)(value.Type?.TensorType?.ElemType ?? 0)}", dims is null ? "?" : $"[{string.Join(", ", dims)}]");
    }

    private static string Short(string text) => FileText.Escape(text, LongestText);
}
