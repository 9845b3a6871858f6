using System.Globalization;
using System.Text;

namespace RnnGen.Formats.Tests;

public class JsonWeightsTests
{
    [Fact]
    public void GuitarMlsStateDictKeepsItsNamesAndTheSkipIsAText()
    {
        SafetensorsFile file = Read("""
            {"model_data": {"model": "SimpleRNN", "input_size": 1, "skip": 1, "unit_type": "LSTM", "hidden_size": 1, "bias_fl": true},
             "state_dict": {"rec.weight_ih_l0": [[1], [2], [3], [4]], "lin.bias": [5]}}
            """);
        Assert.Equal(["rec.weight_ih_l0 F64 [4, 1]", "lin.bias F64 [1]"], file.Lines());
        Assert.Equal(("1", "LSTM", "true"), (file.Metadata["skip"], file.Metadata["unit_type"], file.Metadata["bias_fl"]));
    }

    [Fact]
    public void NamsListIsCutInTheOrderOfTheLayers()
    {
        // Two layers of one unit and one input: 4 · 2 numbers of a matrix, 4 of a bias, h and c, each twice; then the head's 1 + 1.
        string weights = string.Join(", ", Enumerable.Range(1, (2 * (8 + 4 + 2)) + 2));
        SafetensorsFile file = Read($$"""
            {"version": "0.5.1", "architecture": "LSTM", "sample_rate": 48000,
             "config": {"input_size": 1, "hidden_size": 1, "num_layers": 2}, "weights": [{{weights}}]}
            """);
        Assert.Equal([1, 3, 5, 7], file["rnn.weight_ih_l0"].Values());
        Assert.Equal([2, 4, 6, 8], file["rnn.weight_hh_l0"].Values());
        Assert.Equal([9, 10, 11, 12], file["rnn.bias_ih_l0"].Values());
        Assert.Equal([15, 17, 19, 21], file["rnn.weight_ih_l1"].Values());
        Assert.Equal([29], file["head.weight"].Values());
        Assert.Equal([30], file["head.bias"].Values());
        Assert.Equal(("13 14 27 28", "48000"), (file.Metadata[NamFile.FirstStateText], file.Metadata["sample_rate"]));
    }

    [Theory]
    [InlineData("""{"architecture": "WaveNet", "config": {}, "weights": []}""", "has the architecture 'WaveNet', and only the weights of an LSTM are read")]
    [InlineData(
        """{"architecture": "LSTM", "config": {"input_size": 1, "hidden_size": 1, "num_layers": 1}, "weights": [1]}""",
        "has 1 weights, but its LSTM takes 16")]
    [InlineData("""{"architecture": "LSTM", "config": {"input_size": 1}, "weights": []}""", "has no hidden_size")]
    [InlineData("""{"architecture": 3, "config": {}, "weights": []}""", "is broken")]
    [InlineData("""{"a": "b"}""", "in no format that is known")]
    [InlineData("""{"model_data": {}, "state_dict": {"a": ["x"]}}""", "'a' has String where a number belongs")]
    public void WhatIsWrongIsSaid(string json, string reason) =>
        Assert.Contains(reason, Tensors.Refusal(() => Read(json)), StringComparison.Ordinal);

    [Fact]
    public void EachKindIsRecognised()
    {
        Assert.Equal(FileFormat.RtNeural, Format("""{"in_shape": [1], "layers": []}"""));
        Assert.Equal(FileFormat.AidaX, Format("""{"in_shape": [1], "in_skip": 1, "layers": []}"""));
        Assert.Equal(FileFormat.StateDictJson, Format("""{"w": [[1]]}"""));
        Assert.Equal(FileFormat.Unknown, Format("""{"w": "x"}"""));
        Assert.Equal(FileFormat.Unknown, Format("{"));
        Assert.Equal(FileFormat.Unknown, TensorFile.FormatOf("#!/bin/sh\n"u8.ToArray()));
        Assert.Equal(FileFormat.Unknown, TensorFile.FormatOf([]));

        static FileFormat Format(string json) => TensorFile.FormatOf(Encoding.UTF8.GetBytes(json));
    }

    [SharedFilesFact]
    public void PublicFilesAreRead()
    {
        SafetensorsFile nam = TensorFile.Open(SharedFiles.Find("nam-lstm-1x16", "model.nam")!);
        Assert.Equal("rnn.weight_ih_l0 F32 [64, 1]", nam.Lines()[0]);
        Assert.Equal(32, nam.Metadata[NamFile.FirstStateText].Split(' ').Select(s => float.Parse(s, CultureInfo.InvariantCulture)).Count());
        Assert.Equal(
            "layers.1.kernel F64 [3, 8, 4]", TensorFile.Open(SharedFiles.Find("rtneural-full-model-json", "full_model.json")!).Lines()[2]);
        Assert.Equal(
            "lstm.weight_ih_l0 F64 [32, 1]", TensorFile.Open(SharedFiles.Find("rtneural-lstm-torch-json", "lstm_torch.json")!).Lines()[0]);
        Assert.Equal(
            FileFormat.Safetensors, TensorFile.FormatOf(SharedFiles.Find("silero-16k-safetensors", "silero_vad_16k.safetensors")!));
        Assert.Equal(FileFormat.Onnx, TensorFile.FormatOf(SharedFiles.Find("fraud-lstm-onnx", "model.onnx")!));
        Assert.Equal(FileFormat.TensorFlowLite, TensorFile.FormatOf(SharedFiles.Find("tflm-mnist-lstm-tflite", "trained_lstm.tflite")!));
    }

    private static SafetensorsFile Read(string json) => TensorFile.Read(Encoding.UTF8.GetBytes(json));
}
