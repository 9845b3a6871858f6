using Google.Protobuf;
using RnnGen.Onnx.Protos;

namespace RnnGen.Onnx.Tests;

/// <summary>Builds graphs by hand, as exporters would.</summary>
internal sealed class GraphMaker
{
    private readonly GraphWriter graph = new("made");
    private readonly Random random = new(4);

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
        foreach (string output in outputs)
            graph.Output(output, "?");
        return graph.Finish().ToByteArray();
    }
}
