using RnnGen.Generated;
using Xunit;

namespace RnnGen.Tests;

/// <summary>The names and shapes of every layout's tensors, written down from the frameworks' documentation.</summary>
public class LayoutTensorTests
{
    private const int Units = 3, Inputs = 2;

    public static TheoryData<string, int, bool, string> Recurrent => new()
    {
        { "PyTorch RNN", 1, true, "weight_ih_l0 [3, 2], weight_hh_l0 [3, 3], bias_ih_l0 [3], bias_hh_l0 [3]" },
        { "PyTorch LSTM", 4, true, "weight_ih_l0 [12, 2], weight_hh_l0 [12, 3], bias_ih_l0 [12], bias_hh_l0 [12]" },
        { "PyTorch GRU", 3, true, "weight_ih_l0 [9, 2], weight_hh_l0 [9, 3], bias_ih_l0 [9], bias_hh_l0 [9]" },
        { "PyTorch RNNCell", 1, true, "weight_ih [3, 2], weight_hh [3, 3], bias_ih [3], bias_hh [3]" },
        { "PyTorch LSTMCell", 4, true, "weight_ih [12, 2], weight_hh [12, 3], bias_ih [12], bias_hh [12]" },
        { "PyTorch GRUCell", 3, true, "weight_ih [9, 2], weight_hh [9, 3], bias_ih [9], bias_hh [9]" },
        { "Keras SimpleRNN", 1, false, "kernel [2, 3], recurrent_kernel [3, 3], bias [3]" },
        { "Keras LSTM", 4, false, "kernel [2, 12], recurrent_kernel [3, 12], bias [12]" },
        { "Keras GRU", 3, true, "kernel [2, 9], recurrent_kernel [3, 9], bias [2, 9]" },
        { "Keras GRU, reset_after = False", 3, false, "kernel [2, 9], recurrent_kernel [3, 9], bias [9]" },
        { "ONNX RNN", 1, true, "W [1, 3, 2], R [1, 3, 3], B [1, 6]" },
        { "ONNX LSTM", 4, true, "W [1, 12, 2], R [1, 12, 3], B [1, 24]" },
        { "ONNX LSTM, input_forget = 1", 3, true, "W [1, 12, 2], R [1, 12, 3], B [1, 24]" },
        { "ONNX GRU, linear_before_reset = 1", 3, true, "W [1, 9, 2], R [1, 9, 3], B [1, 18]" },
        { "ONNX GRU, linear_before_reset = 0", 3, false, "W [1, 9, 2], R [1, 9, 3], B [1, 18]" },
    };

    private static readonly WeightLayout[] Layouts =
    [
        PyTorchLayout.Rnn, PyTorchLayout.Lstm, PyTorchLayout.Gru, PyTorchLayout.RnnCell, PyTorchLayout.LstmCell, PyTorchLayout.GruCell,
        PyTorchLayout.Linear, PyTorchLayout.Embedding, KerasLayout.SimpleRnn, KerasLayout.Lstm, KerasLayout.Gru, KerasLayout.GruResetBefore,
        KerasLayout.Dense, KerasLayout.Embedding, OnnxLayout.Rnn, OnnxLayout.Lstm, OnnxLayout.CoupledLstm, OnnxLayout.Gru,
        OnnxLayout.GruResetBefore, OnnxLayout.MatMul, OnnxLayout.Gemm, PyTorchLayout.Conv1d, KerasLayout.Conv1D, OnnxLayout.Conv
    ];

    [Theory]
    [MemberData(nameof(Recurrent))]
    public void ARecurrentLayersTensorsAreItsFrameworksAndComeBack(string layout, int gates, bool hasSecondBias, string tensors)
    {
        LayerWeights[] layers = [new("rnn", Named(layout))];
        var tables = Layer("rnn", gates, hasSecondBias);
        ParameterSet<float> saved = Set(tables, first: 1), loaded = Set(tables, first: 5000);
        SafetensorsFile file = WeightFile.Export(saved, layers);
        Assert.Equal(tensors, Text(file));
        WeightFile.Load(file, loaded, layers);
        Assert.Equal(saved.SelectMany(ParameterValues.Values), loaded.SelectMany(ParameterValues.Values));
    }

    [Theory]
    [InlineData("ONNX RNN", 1, "W [2, 3, 2], R [2, 3, 3], B [2, 6]")]
    [InlineData("ONNX GRU, linear_before_reset = 1", 3, "W [2, 9, 2], R [2, 9, 3], B [2, 18]")]
    [InlineData(
        "PyTorch RNN", 1,
        "weight_ih_l0 [3, 2], weight_hh_l0 [3, 3], bias_ih_l0 [3], bias_hh_l0 [3], weight_ih_l0_reverse [3, 2], "
        + "weight_hh_l0_reverse [3, 3], bias_ih_l0_reverse [3], bias_hh_l0_reverse [3]")]
    [InlineData(
        "Keras GRU", 3,
        "kernel [2, 9], recurrent_kernel [3, 9], bias [2, 9], b.kernel [2, 9], b.recurrent_kernel [3, 9], b.bias [2, 9]")]
    public void TwoDirectionsAreSideBySideOrNamedApart(string layout, int gates, string tensors)
    {
        // In one layer of the model, and in two.
        foreach (var (second, ending, reverseLayer) in (((string, string, string?)[])[("rnn", "_reverse", null), ("back", "", "back")]))
        {
            LayerWeights[] layers = [new("rnn", Named(layout)) { ReverseLayer = reverseLayer, ReversePrefix = "b." }];
            (string, int, int, bool)[] tables = [.. Layer("rnn", gates, true), .. Layer(second, gates, true, ending)];
            ParameterSet<float> saved = Set(tables, first: 1), loaded = Set(tables, first: 5000);
            SafetensorsFile file = WeightFile.Export(saved, layers);
            Assert.Equal(tensors, Text(file));
            WeightFile.Load(file, loaded, layers);
            Assert.Equal(saved.SelectMany(ParameterValues.Values), loaded.SelectMany(ParameterValues.Values));
        }
    }

    [Theory]
    [InlineData("ONNX LSTM", 4)]
    [InlineData("ONNX LSTM, input_forget = 1", 3)]
    public void PeepholesOfOneUnitOrManyAreChunksOfOneTensor(string layout, int gates)
    {
        LayerWeights[] layers = [new("rnn", Named(layout)) { Names = ["w", "r", "b", "p"] }];
        (string, int, int, bool)[] tables =
            [.. Layer("rnn", gates, true), ("rnn.Pi_l0", Units, 0, true), ("rnn.Po_l0", Units, 0, true), ("rnn.Pf_l0", Units, 0, true)];
        ParameterSet<float> saved = Set(tables, first: 1), loaded = Set(tables, first: 5000);
        SafetensorsFile file = WeightFile.Export(saved, layers);
        Assert.Equal("w [1, 12, 2], r [1, 12, 3], b [1, 24], p [1, 9]", Text(file));
        float[] peepholes = new float[9];
        file["p"].CopyTo<float>(peepholes);
        Assert.Equal(
            [.. ParameterValues.Values(saved["rnn.Pi_l0"]), .. ParameterValues.Values(saved["rnn.Po_l0"]),
                .. ParameterValues.Values(saved["rnn.Pf_l0"])],
            peepholes);
        WeightFile.Load(file, loaded, layers);
        Assert.Equal(saved.SelectMany(ParameterValues.Values), loaded.SelectMany(ParameterValues.Values));
    }

    [Theory]
    [InlineData("PyTorch Linear", "weight [3, 2], bias [3]", false)]
    [InlineData("PyTorch Embedding", "weight [3, 2], bias [3]", false)]
    [InlineData("Keras Dense", "kernel [2, 3], bias [3]", true)]
    [InlineData("ONNX MatMul", "weight [2, 3], bias [3]", true)]
    [InlineData("ONNX Gemm, transB = 1", "weight [3, 2], bias [3]", false)]
    [InlineData("Keras Embedding", "embeddings [3, 2]", false)]
    public void ADenseLayerIsTransposedWhereItsFrameworkDoesThat(string layout, string tensors, bool isTransposed)
    {
        LayerWeights[] layers = [new("dense", Named(layout))];
        (string, int, int, bool)[] tables = [("dense.weight", 3, 2, true), ("dense.bias", 3, 0, true)];
        ParameterSet<float> saved = Set(layout == "Keras Embedding" ? tables[..1] : tables, first: 1);
        SafetensorsFile file = WeightFile.Export(saved, layers);
        Assert.Equal(tensors, Text(file));
        float[] values = new float[6];
        file.Tensors[0].CopyTo<float>(values);
        Assert.Equal(isTransposed ? [1, 3, 5, 2, 4, 6] : [1, 2, 3, 4, 5, 6], values);
    }

    [Theory]
    [InlineData("PyTorch Conv1d", "weight [2, 4, 3], bias [2]", false)]
    [InlineData("ONNX Conv", "W [2, 4, 3], B [2]", false)]
    [InlineData("Keras Conv1D", "kernel [3, 4, 2], bias [2]", true)]
    public void AConvolutionHasADimensionForItsTaps(string layout, string tensors, bool isTransposed)
    {
        const int Outputs = 2, Channels = 4, Kernel = 3, Row = Channels * Kernel;
        LayerWeights[] layers = [new("conv", Named(layout))];
        ParameterSet<float> saved = Empty(), loaded = Empty();
        saved[1].CopyFrom([7, 8]);
        foreach (var (row, channel, tap) in Places())
            saved[0][row, (channel * Kernel) + tap] = (100 * row) + (10 * channel) + tap;
        // A model has them as a window of its input is: tap by tap.
        Assert.All(Places(), p => Assert.Equal(
            (100 * p.Row) + (10 * p.Channel) + p.Tap, saved.Buffer.Span[(p.Row * Row) + (p.Tap * Channels) + p.Channel]));
        SafetensorsFile file = WeightFile.Export(saved, layers);
        Assert.Equal(tensors, Text(file));
        float[] values = new float[Outputs * Row];
        file.Tensors[0].CopyTo<float>(values);
        foreach (var (row, channel, tap) in Places())
        {
            int place = isTransposed ? (((tap * Channels) + channel) * Outputs) + row : (row * Row) + (channel * Kernel) + tap;
            Assert.Equal((100 * row) + (10 * channel) + tap, values[place]);
        }

        WeightFile.Load(file, loaded, layers);
        Assert.Equal(saved.SelectMany(ParameterValues.Values), loaded.SelectMany(ParameterValues.Values));

        static ParameterSet<float> Empty() => new(
            [
                new("conv.weight", Outputs, Row, [new(0, Outputs, 0, 1, Row, 1)], []) { Kernel = Kernel },
                new("conv.bias", Outputs, 0, [new(0, Outputs, Outputs * Row, Outputs, 0, 1)], []),
            ],
            new((Outputs * Row) + Outputs));

        static IEnumerable<(int Row, int Channel, int Tap)> Places() =>
            from row in Enumerable.Range(0, Outputs)
            from channel in Enumerable.Range(0, Channels)
            from tap in Enumerable.Range(0, Kernel)
            select (row, channel, tap);
    }

    [Fact]
    public void TensorsWithNamesOfTheirOwnCanBeGivenOthers()
    {
        ParameterSet<float> set = Set([("dense.weight", 3, 2, true), ("dense.bias", 3, 0, true)], first: 1);
        foreach (WeightLayout layout in (WeightLayout[])[KerasLayout.Dense, OnnxLayout.MatMul, OnnxLayout.Gemm])
        {
            SafetensorsFile file = WeightFile.Export(set, [new("dense", layout) { Prefix = "a.", Names = ["k", "c"] }]);
            Assert.Equal(["a.k", "a.c"], file.Tensors.Select(tensor => tensor.Name));
        }
    }

    [Theory]
    [InlineData("PyTorch GRU", false)]
    [InlineData("PyTorch GRUCell", false)]
    [InlineData("Keras GRU", false)]
    [InlineData("ONNX GRU, linear_before_reset = 1", false)]
    [InlineData("Keras GRU, reset_after = False", true)]
    [InlineData("ONNX GRU, linear_before_reset = 0", true)]
    public void AGruThatResetsElsewhereIsAnotherNetwork(string layout, bool hasSecondBias)
    {
        ParameterSet<float> set = Set(Layer("rnn", 3, hasSecondBias), first: 1);
        string message = Assert.Throws<InvalidDataException>(() => WeightFile.Export(set, [new("rnn", Named(layout))])).Message;
        Assert.StartsWith($"The model cannot be exported:\n  rnn.bias_hh_l0: {layout} resets ", message, StringComparison.Ordinal);
        Assert.EndsWith(": it is another network", message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatDoesNotGoTogetherIsSaid()
    {
        ParameterSet<float> gru = Set(Layer("rnn", 3, true), first: 1);
        LayerWeights all = new("rnn", PyTorchLayout.Gru);
        Says(
            "rnn.weight_ih_l0 [9, 2] is not made of 4 gates, as Keras LSTM is\n  rnn.weight_hh_l0 [9, 3] is not made of 4 gates, as",
            gru, [new("rnn", KerasLayout.Lstm)]);
        Says(
            "\n  rnn.weight_hh_l0 [9, 3] is in the model, but Names has no name for R\n", gru,
            [new("rnn", OnnxLayout.Gru) { Names = ["W"] }]);
        Says(
            "\n  the model has no parameters of a layer rnn, level 2, which Keras GRU is for", gru,
            [all, new("rnn", KerasLayout.Gru) { Level = 2 }]);
        Says(
            "\n  the model has no parameters of a layer out, which Keras Dense is for", gru, [all, new("out", KerasLayout.Dense)]);
        Says("\n  rnn.weight_ih_l0 [9, 2] has no place in Keras Dense\n", gru, [new("rnn", KerasLayout.Dense)]);
        Says(
            "cannot be exported:\n  weight would be both [3, 2] and [3, 4]\n",
            Set([("a.weight", 3, 2, true), ("b.weight", 3, 4, true)], first: 1),
            [new("a", PyTorchLayout.Linear), new("b", PyTorchLayout.Linear)]);

        static void Says(string message, ParameterSet<float> set, LayerWeights[] layers) => Assert.Contains(
            message, Assert.Throws<InvalidDataException>(() => WeightFile.Export(set, layers)).Message + "\n", StringComparison.Ordinal);
    }

    [Fact]
    public void TensorsThatSomebodyIsNotInterestedInArePassedOver()
    {
        ParameterSet<float> set = Set([("a.weight", 3, 2, true)], first: 1);
        LayerWeights[] layers = [new("a", PyTorchLayout.Linear)];
        SafetensorsFile file = new([
            .. WeightFile.Export(set, layers).Tensors, SafetensorsTensor.Create<float>("loss.scale", [], [1]),
            SafetensorsTensor.Create<float>("step", [], [1])
        ]);
        WeightFile.Load(file, set, layers, "loss.", "step");
        Assert.Contains(
            ":\n  'step' [] is in the file, but not in the model",
            Assert.Throws<InvalidDataException>(() => WeightFile.Load(file, set, layers, "loss.")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rnn.weight_ih_l0", "rnn", "weight_ih", 0, false)]
    [InlineData("encoder.rnn.bias_hh_l12_reverse", "encoder.rnn", "bias_hh", 12, true)]
    [InlineData("dense.weight", "dense", "weight", 0, false)]
    [InlineData("weight", "", "weight", 0, false)]
    [InlineData("rnn.a_l0_l3", "rnn", "a_l0", 3, false)]
    [InlineData("rnn.a_lx", "rnn", "a_lx", 0, false)]
    [InlineData("rnn.a_l-1", "rnn", "a_l-1", 0, false)]
    [InlineData("rnn._l1", "rnn", "_l1", 0, false)]
    public void AParametersNameIsTakenApart(string name, string layer, string tensor, int level, bool isReverse)
    {
        TensorName parts = new(name);
        Assert.Equal((layer, tensor, level, isReverse), (parts.Layer, parts.Tensor, parts.Level, parts.IsReverse));
    }

    private static WeightLayout Named(string name) => Layouts.Single(layout => layout.Name == name);

    private static string Text(SafetensorsFile file) =>
        string.Join(", ", file.Tensors.Select(tensor => $"{tensor.Name} {FileText.Shape(tensor.Shape)}"));

    /// <summary>A recurrent layer's parameters; without a second bias, its rows are added to the first.</summary>
    private static (string Name, int Rows, int Columns, bool IsOwn)[] Layer(
        string name, int gates, bool hasSecondBias, string ending = "") =>
        [
            ($"{name}.weight_ih_l0{ending}", gates * Units, Inputs, true), ($"{name}.weight_hh_l0{ending}", gates * Units, Units, true),
            ($"{name}.bias_ih_l0{ending}", gates * Units, 0, true), ($"{name}.bias_hh_l0{ending}", gates * Units, 0, hasSecondBias),
        ];

    /// <summary>Parameters that count up from a number, row by row and one after the other.</summary>
    private static ParameterSet<float> Set((string Name, int Rows, int Columns, bool IsOwn)[] tensors, int first)
    {
        List<ParameterInfo> table = [];
        ParameterSlice slice = default;
        int length = 0;
        foreach (var (name, rows, columns, isOwn) in tensors)
        {
            // What has no values of its own stands behind what it is added to.
            if (isOwn)
            {
                slice = new(0, rows, length, 1, Math.Max(columns, 1), 1);
                length += rows * Math.Max(columns, 1);
            }

            table.Add(new(name, rows, columns, isOwn ? [slice] : [], isOwn ? [] : [slice]));
        }

        ParameterSet<float> set = new([.. table], new(length));
        for (int i = 0; i < length; i++)
            set.Buffer.Span[i] = first + i;
        return set;
    }
}
