using RnnGen.Onnx;
using RnnGen.Onnx.Protos;

namespace RnnGen.FormatCheck;

/// <summary>Random models, as whole sequences and where they can as streams from random states.</summary>
internal static class RandomCases
{
    private const int Steps = 9;

    public static void Write(string directory, int count)
    {
        var random = new RandomModels(100);
        var declared = Enumerable.Range(0, count).Select(i => random.Next($"Random{i}")).ToList();
        var assembly = Models.Compile(declared.Select(d => d.Source));
        for (int i = 0; i < count; i++)
        {
            Model model = Models.Create(assembly, $"Random{i}", (ulong)i);
            Random numbers = new(i);
            float[] inputs = model.IsSymbolic
                ? [.. Enumerable.Range(0, Steps).Select(_ => (float)numbers.Next(model.Shape.InputSize))]
                : Case.Numbers(numbers, Steps * model.Shape.InputSize);
            CaseTensor input = new(model.IsSymbolic ? [Steps, 1] : [Steps, 1, model.Shape.InputSize], inputs, model.IsSymbolic);
            byte[] file = OnnxExport.ToBytes(model.Type, model.Weights);
            Case.Write(
                directory, $"random{i:D2}-sequence", file, new() { ["input"] = input },
                Case.Heads(ModelProto.Parser.ParseFrom(file).Graph, model.Forward(inputs)));
            if (declared[i].CanStream)
                WriteStream(directory, $"random{i:D2}-stream", model, numbers, input);
        }
    }

    private static void WriteStream(string directory, string name, Model model, Random numbers, CaseTensor input)
    {
        byte[] file = OnnxExport.ToBytes(model.Type, model.Weights, OnnxForm.Stream);
        GraphProto graph = ModelProto.Parser.ParseFrom(file).Graph;
        float[] state = Case.Numbers(numbers, model.Shape.StateSize);
        Dictionary<string, CaseTensor> inputs = new() { ["input"] = input };
        AddStates(inputs, graph, state, "");
        var outputs = Case.Heads(graph, model.Forward(input.Data, state));
        AddStates(outputs, graph, state, "new_");
        Case.Write(directory, name, file, inputs, outputs);
    }

    /// <summary>RnnGen's states lie layer after layer, as the graph's inputs do.</summary>
    private static void AddStates(Dictionary<string, CaseTensor> to, GraphProto graph, float[] state, string prefix)
    {
        int first = 0;
        foreach (ValueInfoProto input in graph.Input.Skip(1))
        {
            int size = (int)input.Type.TensorType.Shape.Dim[2].DimValue;
            to[prefix + input.Name] = new([1, 1, size], state[first..(first + size)]);
            first += size;
        }
    }
}
