using System.Text;
using Xunit;

namespace RnnGen.Tests;

public class RtNeuralFileTests
{
    [Fact]
    public void LayersBecomeNamedTensors()
    {
        var file = Read("""
            {"in_shape": [null, null, 1], "layers": [
              {"type": "gru", "activation": "tanh", "shape": [null, null, 1], "weights": [[[1, 2, 3]], [[4, 5, 6]], [[7, 8, 9], [10, 11, 12]]]},
              {"type": "activation", "activation": "relu", "shape": [null, 1], "weights": []},
              {"type": "dense", "activation": "", "shape": [null, 2], "weights": [[[0.5, 1e-3]], [1, 2]]}]}
            """);
        Assert.Equal(
            ["layers.0.kernel", "layers.0.recurrent_kernel", "layers.0.bias", "layers.2.kernel", "layers.2.bias"],
            file.Tensors.Select(t => t.Name));
        Assert.Equal([2L, 3L], file["layers.0.bias"].Shape.ToArray());
        Assert.Equal(
            ("gru", "tanh", "1", "relu"),
            (
                file.Metadata["layers.0.type"], file.Metadata["layers.0.activation"], file.Metadata["layers.0.units"],
                file.Metadata["layers.1.activation"]));
        double[] kernel = new double[2];
        file["layers.2.kernel"].CopyTo<double>(kernel);
        Assert.Equal([0.5, 1e-3], kernel);
    }

    [Fact]
    public void SettingsOfAidaXAndOfConvolutionsBecomeTexts()
    {
        var file = Read("""
            {"in_shape": [null, null, 1], "in_skip": 1, "in_gain": 3, "metadata": {"samplerate": 44100, "name": "amp"}, "layers": [
              {"type": "conv1d", "activation": "tanh", "shape": [null, null, 2], "kernel_size": [2], "dilation": [4], "groups": 1,
               "weights": [[[[1, 2]], [[3, 4]]], [5, 6]]}]}
            """);
        Assert.Equal([2L, 1L, 2L], file["layers.0.kernel"].Shape.ToArray());
        Assert.Equal(
            ["44100", "1", "3", "2", "4"],
            new[] { "samplerate", "in_skip", "in_gain", "layers.0.kernel_size", "layers.0.dilation" }.Select(t => file.Metadata[t]));
    }

    [Fact]
    public void AStateDictKeepsItsNames()
    {
        var file = Read("""{"lstm.weight_ih_l0": [[1], [2], [3], [4]], "dense.bias": [5]}""");
        Assert.Equal([4L, 1L], file["lstm.weight_ih_l0"].Shape.ToArray());
        Assert.Equal([1L], file["dense.bias"].Shape.ToArray());
    }

    [Theory]
    [InlineData("""{"in_shape":[null,null,2],"layers":[{"type":"gru","activation":"tanh","shape":[null,null,1],"weights":[[[1,2,3],[4,5,6]],[[7,8,9]],[[-0,0.1,1E-300],[5E-324,0.3333333333333333,1.7976931348623157E+308]]]}]}""")]
    [InlineData("""{"in_shape":[null,null,3],"layers":[{"type":"activation","activation":"relu","shape":[null,null,3],"weights":[]},{"type":"dense","activation":"","shape":[null,null,1],"weights":[[[1],[2],[3]],[4]]}]}""")]
    [InlineData("""{"lstm.weight_ih_l0":[[1],[2],[3],[4]],"scalar":5,"empty":[[],[]]}""")]
    [InlineData("""{"in_shape":[null,null,2],"in_skip":1,"in_gain":-6.5,"samplerate":48000,"layers":[{"type":"conv1d","activation":"","shape":[null,null,1],"kernel_size":[3],"dilation":[2],"weights":[[[[1],[2]],[[3],[4]],[[5],[6]]],[7]]},{"type":"prelu","activation":"","shape":[null,null,1],"weights":[[[0.25]]]}]}""")]
    public void WhatIsWrittenIsReadBack(string json)
    {
        using TemporaryFolder folder = new();
        RtNeuralFile.Write(folder["a.json"], Read(json));
        Assert.Equal(json, File.ReadAllText(folder["a.json"]));
        Assert.Equal(SafetensorsTests.Bytes(Read(json)), SafetensorsTests.Bytes(RtNeuralFile.Read(folder["a.json"])));
    }

    [SharedFact("rtneural")]
    public void RTNeuralsOwnFilesComeBackBitByBit()
    {
        using TemporaryFolder folder = new();
        string[] files =
            [.. Directory.GetFiles(SharedCases.Find("rtneural")!, "*.json").Where(path => !path.Contains("bad", StringComparison.Ordinal))];
        Assert.NotEmpty(files);
        foreach (string path in files)
        {
            var file = RtNeuralFile.Read(path);
            RtNeuralFile.Write(folder["a.json"], file);
            Assert.Equal(SafetensorsTests.Bytes(file), SafetensorsTests.Bytes(RtNeuralFile.Read(folder["a.json"])));
        }
    }

    [Fact]
    public void AModelsWeightsComeBackThroughJsonBitByBit()
    {
        using TemporaryFolder folder = new();
        LayoutResetBefore model = new(seed: 3), copy = new(seed: 4);
        LayerWeights[] layers =
            [new("rnn", KerasLayout.GruResetBefore) { Prefix = "rnn." }, new("dense", KerasLayout.Dense) { Prefix = "dense." }];
        RtNeuralFile.Write(folder["a.json"], WeightFile.Export(model.Parameters, layers));
        WeightFile.Load(RtNeuralFile.Read(folder["a.json"]), copy.Parameters, layers);
        Assert.Equal(model.Parameters["rnn.weight_hh_l0"][8, 2], copy.Parameters["rnn.weight_hh_l0"][8, 2]);
        using MemoryStream saved = new(), loaded = new();
        WeightFile.Save(saved, model.Parameters);
        WeightFile.Save(loaded, copy.Parameters);
        Assert.Equal(saved.ToArray(), loaded.ToArray());
    }

    [Fact]
    public void WhatCannotBeWrittenIsRefusedAndNothingChanges()
    {
        using TemporaryFolder folder = new();
        Dictionary<string, string> dense = new() { ["layers.0.type"] = "dense", ["layers.0.units"] = "1" };
        var kernel = SafetensorsTensor.Create<float>("layers.0.kernel", [1, 1], [1]);
        Refused("'w' is not finite", new([SafetensorsTensor.Create<float>("w", [1], [float.NaN])]));
        Refused("'i' has the type I64", new([new SafetensorsTensor("i", "I64", [1], new byte[8])]));
        Refused(
            "'layers.1.kernel' is no weight of a layer",
            new([kernel, SafetensorsTensor.Create<float>("layers.1.kernel", [1, 1], [1])], dense));
        Refused("A tensor is named layers", new([SafetensorsTensor.Create<float>("layers", [1], [1])]));
        Refused("layers.0 has no number of units", new([kernel], new Dictionary<string, string> { ["layers.0.type"] = "dense" }));
        foreach (string units in (string[])["0", "x", "-1", "1.0"])
            Refused(
                "layers.0 has no number of units",
                new([kernel], new Dictionary<string, string> { ["layers.0.type"] = "dense", ["layers.0.units"] = units }));

        void Refused(string reason, SafetensorsFile file)
        {
            Assert.Contains(
                reason, Assert.Throws<ArgumentException>(() => RtNeuralFile.Write(folder["a.json"], file)).Message,
                StringComparison.Ordinal);
            Assert.Empty(folder.Files);
        }
    }

    [Theory]
    [InlineData("[1]", "it is not an object")]
    [InlineData("{", "is not JSON")]
    [InlineData("""{"a": [[1, 2], [3]]}""", "'a' has rows of different lengths")]
    [InlineData("""{"a": [1, "2"]}""", "'a' has String where a number belongs")]
    [InlineData("""{"a": [1, 1e999]}""", "'a' has a number that is not finite")]
    [InlineData("""{"a": [1], "a": [1]}""", "'a' occurs twice")]
    [InlineData("""{"__metadata__": [1]}""", "'__metadata__' is no name of a tensor")]
    [InlineData("""{"\ud800": [1]}""", "not Unicode")]
    [InlineData("""{"in_shape": [1], "layers": [{"type": "conv1d", "shape": [1], "kernel_size": [1], "dilation": [1], "groups": 2, "weights": [[[[1]]], [1]]}]}""", "has groups")]
    [InlineData("""{"in_shape": [1], "layers": [{"type": "conv1d", "shape": [1], "weights": [[[[1]]], [1]]}]}""", "needs a kernel_size and a dilation")]
    [InlineData("""{"layers": []}""", "'in_shape' does not end in the number of inputs")]
    [InlineData("""{"in_shape": [1], "layers": {}}""", "'layers' is not a list")]
    [InlineData("""{"in_shape": [0], "layers": []}""", "'in_shape' does not end in the number of inputs")]
    [InlineData("""{"in_shape": [1], "layers": [1]}""", "layers.0 is not an object")]
    [InlineData("""{"in_shape": [1], "layers": [{"type": 5, "shape": [1]}]}""", "layers.0 has the type '', which is none of")]
    [InlineData("""{"in_shape": [1], "layers": [{"type": "gru", "shape": [0]}]}""", "'shape' does not end in the number of units")]
    [InlineData("""{"in_shape": [1], "layers": [{"type": "gru", "shape": [1.5]}]}""", "'shape' does not end in the number of units")]
    [InlineData("""{"in_shape": [1], "layers": [{"type": "gru", "shape": ["1"]}]}""", "'shape' does not end in the number of units")]
    [InlineData("""{"in_shape": [1], "layers": [{"type": "gru", "shape": []}]}""", "'shape' does not end in the number of units")]
    [InlineData("""{"in_shape": [1], "layers": [{"type": "gru", "shape": 1}]}""", "'shape' does not end in the number of units")]
    [InlineData(
        """{"in_shape": [1], "layers": [{"type": "dense", "shape": [1], "weights": 2}]}""", "layers.0, dense, has 0 weights instead of 2.")]
    [InlineData(
        """{"in_shape": [1], "layers": [{"type": "dense", "shape": [1], "weights": [[[1]], [1], [1]]}]}""",
        "layers.0, dense, has 3 weights instead of 2.")]
    [InlineData("""{"in_shape": [1], "layers": [{"type": "gru"}]}""", "layers.0, 'gru': 'shape' does not end in the number of units")]
    [InlineData("""{"in_shape": [1], "layers": [{"type": "conv2d", "shape": [1]}]}""", "layers.0 has the type 'conv2d', which is none of")]
    [InlineData("""{"in_shape": [1], "layers": [{"type": "dense", "shape": [1]}]}""", "layers.0, dense, has 0 weights instead of 2")]
    [InlineData(
        """{"in_shape": [1], "layers": [{"type": "dense", "shape": [2], "weights": [[[1, 2, 3]], [1]]}]}""",
        "layers.0.kernel of dense has the shape [1, 3] instead of [1, 2]; layers.0.bias of dense has the shape [1] instead of [2]")]
    public void WhatIsWrongIsSaid(string json, string message) =>
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => Read(json)).Message, StringComparison.Ordinal);

    private static SafetensorsFile Read(string json) => RtNeuralFile.Read(Encoding.UTF8.GetBytes(json));
}
