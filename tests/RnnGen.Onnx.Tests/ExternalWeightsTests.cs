using Google.Protobuf;
using RnnGen.Onnx.Protos;

namespace RnnGen.Onnx.Tests;

/// <summary>Weights in files beside the model: they are read from its folder or below, and from nowhere else.</summary>
public sealed class ExternalWeightsTests : IDisposable
{
    private const int Width = 4;

    private readonly string outside = Directory.CreateTempSubdirectory("rnngen-weights-").FullName;
    private readonly string folder;
    private readonly byte[] bytes;
    private readonly byte[] inside;

    public ExternalWeightsTests()
    {
        folder = Directory.CreateDirectory(Path.Combine(outside, "model")).FullName;
        Directory.CreateDirectory(Path.Combine(folder, "parts"));
        GraphMaker graph = new GraphMaker().Input("x", false, "time", 1, Width);
        string y = graph.Add("Squeeze", [graph.Recurrent("LSTM", "x", Width, Width, "")[0], graph.Integers(1)]);
        inside = graph.Finish(graph.Add("MatMul", [y, graph.Weights(Width, 3)]));
        bytes = [.. Moved(ModelProto.Parser.ParseFrom(inside)).RawData];
        foreach (string file in new[] { "model/w.bin", "model/parts/w.bin", "w.bin" })
            File.WriteAllBytes(Path.Combine(outside, file), bytes);
        File.WriteAllBytes(Path.Combine(folder, "behind.bin"), [1, 2, 3, 4, .. bytes, 5]);
        File.WriteAllBytes(Path.Combine(folder, "short.bin"), bytes[..^1]);
    }

    [Theory]
    [InlineData("w.bin", null, null)]
    [InlineData("parts/w.bin", null, null)]
    [InlineData("./parts/w.bin", "0", null)]
    [InlineData("behind.bin", "4", "48")]
    public void WeightsAreReadFromTheFolderAndBelow(string location, string? offset, string? length)
    {
        ImportedModel expected = Assert.Single(OnnxImport.Read(inside).Models);
        OnnxImport import = OnnxImport.Read(Write(location, offset, length));
        Assert.Empty(import.NotTaken);
        Assert.Equal(Tensors(expected), Tensors(Assert.Single(import.Models)));

        static IEnumerable<(string, string)> Tensors(ImportedModel model) =>
            model.Weights.Tensors.Select(t => (t.Name, Convert.ToHexString(t.Data.Span)));
    }

    [Theory]
    [InlineData("../w.bin", null, null, "'../w.bin', outside of the model's folder")]
    [InlineData("parts/../../w.bin", null, null, "outside of the model's folder")]
    [InlineData("..\\w.bin", null, null, "outside of the model's folder")]
    [InlineData("ROOT/w.bin", null, null, "outside of the model's folder")]
    [InlineData("", null, null, "outside of the model's folder")]
    [InlineData("w.bin\0", null, null, "outside of the model's folder")]
    [InlineData("absent.bin", null, null, "'absent.bin', which is not in the model's folder")]
    [InlineData("parts", null, null, "'parts', which is not in the model's folder")]
    [InlineData("link.bin", null, null, "'link.bin', which is a link")]
    [InlineData("linked/w.bin", null, null, "'linked/w.bin', which is a link")]
    [InlineData("short.bin", null, null, "its dimensions say 12 numbers, but it has 47 bytes")]
    [InlineData("w.bin", "4", null, "its dimensions say 12 numbers, but it has 44 bytes")]
    [InlineData("w.bin", "4", "48", "'w.bin', bytes 4 to 52, which has 48, for 12 numbers")]
    [InlineData("w.bin", "49", null, "'w.bin', bytes 49 to 49, which has 48, for 12 numbers")]
    [InlineData("w.bin", "0", "9223372036854775807", "for 12 numbers")]
    [InlineData("w.bin", "-4", null, "its offset in another file is '-4'")]
    [InlineData("w.bin", "0", "many", "its length in another file is 'many'")]
    public void NothingElseIsRead(string location, string? offset, string? length, string problem)
    {
        File.CreateSymbolicLink(Path.Combine(folder, "link.bin"), Path.Combine(outside, "w.bin"));
        Directory.CreateSymbolicLink(Path.Combine(folder, "linked"), outside);
        OnnxImport import = OnnxImport.Read(Write(location.Replace("ROOT", outside, StringComparison.Ordinal), offset, length));
        Assert.Contains(import.NotTaken, node => node.Reason.Contains(problem, StringComparison.Ordinal));
    }

    [Fact]
    public void AModelInMemoryHasNoFolder()
    {
        OnnxImport import = OnnxImport.Read(File.ReadAllBytes(Write("w.bin", null, null)));
        Assert.Contains(
            import.NotTaken, node => node.Reason.Contains("the model was given without its folder", StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(outside, recursive: true);

    /// <summary>The tensor whose numbers lie elsewhere: the matrix of the product.</summary>
    private static TensorProto Moved(ModelProto model) =>
        model.Graph.Initializer.Single(t => t.Dims.SequenceEqual([Width, 3L]));

    /// <summary>Writes the model with its matrix in another file.</summary>
    /// <returns>The model's path.</returns>
    private string Write(string location, string? offset, string? length)
    {
        ModelProto model = ModelProto.Parser.ParseFrom(inside);
        TensorProto tensor = Moved(model);
        tensor.RawData = ByteString.Empty;
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        foreach (var (key, value) in new[] { ("location", location), ("offset", offset), ("length", length) })
        {
            if (value is not null)
                tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
        }

        string path = Path.Combine(folder, "model.onnx");
        File.WriteAllBytes(path, model.ToByteArray());
        return path;
    }
}
