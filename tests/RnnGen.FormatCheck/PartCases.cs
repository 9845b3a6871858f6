using Google.Protobuf;
using RnnGen.Onnx;
using RnnGen.Onnx.Protos;

namespace RnnGen.FormatCheck;

/// <summary>
/// Cuts the recurrent parts out of an ONNX file, so that ONNX Runtime can be asked for what an import of them should compute. Made for
/// Silero VAD.
/// </summary>
internal static class PartCases
{
    private const int Cases = 5;

    public static void Write(string directory, string path)
    {
        OnnxImport import = OnnxImport.Read(path);
        ModelProto whole = OnnxFile.Read(path);
        GraphReader reader = new(new FileInfo(path).Length, new()
        {
            OperatorSet = (int)whole.OpsetImport.Max(o => o.Version),
            Producer = whole.ProducerName,
            Inputs = new Dictionary<string, OnnxInput>(),
            Weights = new WeightFolder(null),
        });
        reader.Read(whole.Graph);
        foreach (ImportedModel imported in import.Models)
        {
            Model model = Models.Load(imported);
            var (origin, source) = reader.Cuts.Single(c => c.Value.Tensor == imported.Input);
            string output = imported.Outputs.Single();
            // With one step at a time the tensor is [row, number, step]; so it is with several.
            bool isSequence = model.Shape.OutputSteps == 1;
            for (int i = 0; i < Cases; i++)
            {
                Random random = new(i);
                int steps = isSequence ? 3 + i : 1, width = source.Width;
                float[] inputs = Case.Numbers(random, steps * width), state = Case.Numbers(random, model.Shape.StateSize);
                Dictionary<string, CaseTensor> tensors = new()
                {
                    [origin] =
                    new(
                        [1, width, steps],
                        [.. Enumerable.Range(0, width * steps).Select(k => inputs[(k % steps * width) + (k / steps)])])
                };
                AddStates(tensors, reader, state);
                byte[] part = Part(whole, origin, tensors, output);
                float[] expected = model.Forward(inputs, state);
                Case.Write(
                    directory, $"{Path.GetFileNameWithoutExtension(path)}-{imported.Name}-{i}", part, tensors,
                    new() { [output] = new([expected.Length], expected) });
            }
        }
    }

    /// <summary>One state tensor [h and c, row, unit], or h and c [layer, row, unit] each; RnnGen has layer after layer, h and c.</summary>
    private static void AddStates(Dictionary<string, CaseTensor> tensors, GraphReader reader, float[] state)
    {
        string[] names = [.. reader.Elements.OfType<SourceElement>().Where(s => s.Use == SourceUse.State).Select(s => s.Tensor)];
        int units = state.Length / (names.Length * 2);
        for (int i = 0; i < names.Length; i++)
        {
            int[] places = names.Length == 1 ? [0, 1] : [i, i + names.Length];
            tensors[names[i]] = new([2, 1, units], [.. places.SelectMany(p => state.Skip(p * units).Take(units))]);
        }
    }

    /// <summary>A model of the nodes between some tensors and one that they lead to, wherever in the file's branches they are.</summary>
    private static byte[] Part(ModelProto whole, string origin, Dictionary<string, CaseTensor> inputs, string output)
    {
        List<GraphProto> path = PathTo(whole.Graph, origin)!;
        GraphProto part = new() { Name = "part" };
        HashSet<string> needed = [output];
        Stack<string> open = new(needed);
        List<NodeProto> nodes = [];
        while (open.TryPop(out string? name))
        {
            if (inputs.ContainsKey(name)
                || path.SelectMany(g => g.Node).FirstOrDefault(n => n.Output.Contains(name)) is not { } node
                || nodes.Contains(node))
                continue;
            nodes.Add(node);
            foreach (string used in Uses(node).Where(needed.Add))
                open.Push(used);
        }

        part.Node.AddRange(path.SelectMany(g => g.Node).Where(nodes.Contains));
        part.Initializer.AddRange(path.SelectMany(g => g.Initializer).Where(t => needed.Contains(t.Name)));
        part.Input.AddRange(inputs.Select(i => Describe(i.Key, i.Value.Dims)));
        part.Output.Add(new ValueInfoProto { Name = output, Type = new() { TensorType = new() { ElemType = 1 } } });
        return new ModelProto { IrVersion = whole.IrVersion, OpsetImport = { whole.OpsetImport }, Graph = part }.ToByteArray();
    }

    private static IEnumerable<string> Uses(NodeProto node) =>
        node.Input.Concat(node.Attribute.Where(a => a.G is not null)
            .SelectMany(a => a.G.Node.SelectMany(Uses).Concat(a.G.Output.Select(o => o.Name))));

    private static List<GraphProto>? PathTo(GraphProto graph, string tensor)
    {
        if (graph.Node.Any(n => n.Output.Contains(tensor)))
            return [graph];
        foreach (GraphProto branch in graph.Node.SelectMany(n => n.Attribute).Where(a => a.G is not null).Select(a => a.G))
        {
            if (PathTo(branch, tensor) is { } path)
                return [graph, .. path];
        }

        return null;
    }

    private static ValueInfoProto Describe(string name, int[] dims)
    {
        TensorShapeProto shape = new();
        shape.Dim.AddRange(dims.Select(d => new TensorShapeProto.Types.Dimension { DimValue = d }));
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = 1, Shape = shape } } };
    }
}
