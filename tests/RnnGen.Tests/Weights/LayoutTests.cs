using Xunit;

namespace RnnGen.Tests;

[RnnModel(Steps = 2)]
[Input(2), Rnn<Lstm>(3, Direction = Direction.Bidirectional), Dense(1), SquaredError]
internal sealed partial class LayoutTagger;

[RnnModel(Steps = 2)]
[Input(2), Rnn<Gru>(3, Depth = 2), Dense(1), SquaredError]
internal sealed partial class LayoutStack;

[RnnModel(Steps = 2)]
[Input(2), Rnn<GruResetBefore>(3), Dense(1), SquaredError]
internal sealed partial class LayoutResetBefore;

[RnnModel(Steps = 2)]
[Input(2), Rnn<CoupledPeepholeLstm>(3, Name = "forward"), Rnn<CoupledPeepholeLstm>(
    3, Name = "backward", From = "input", Direction = Direction.Reverse), Dense(1, From = "forward, backward"), SquaredError]
internal sealed partial class LayoutApart;

[RnnModel(Steps = 2)]
[Input(2), Rnn<ProjectedLstm>(3, Projection = 2), Dense(1), SquaredError]
internal sealed partial class LayoutProjected;

[RnnModel(Steps = 2)]
[Input(2), Rnn<Lstm>(3), Dense(1), SquaredError]
internal sealed partial class LayoutForward;

/// <summary>Weights in the layouts of other frameworks: in, out, and all that can be wrong with them.</summary>
public class LayoutTests
{
    private static readonly LayerWeights[] Keras =
    [
        new("rnn", KerasLayout.Lstm) { Prefix = "forward_lstm/", ReversePrefix = "backward_lstm/" },
        new("dense", KerasLayout.Dense) { Prefix = "dense/" },
    ];

    [Fact]
    public void KerasColumnsBecomeRows()
    {
        LayoutTagger model = new();
        WeightFile.Load(Tagging(), model.Parameters, Keras);
        var weight = model.Parameters["rnn.weight_ih_l0"];
        // Gates i, f, c, o of 3 units: unit 1 of gate c is column 7 of kernel [2, 12], the tensor that begins with 1,000.
        Assert.Equal([1007, 1019], new[] { weight[7, 0], weight[7, 1] });
        Assert.Equal(2000 + (2 * 12) + 11, model.Parameters["rnn.weight_hh_l0"][11, 2]);
        Assert.Equal(6004, model.Parameters["rnn.bias_ih_l0_reverse"][4]);
        Assert.Equal(0, model.Parameters["rnn.bias_hh_l0"][4]);
        Assert.Equal(7005, model.Parameters["dense.weight"][0, 5]);
    }

    [Fact]
    public void TensorFlowsOneMatrixIsCutAndTheForgetGateGetsItsOne()
    {
        LayoutForward model = new();
        LayerWeights[] layers =
        [
            new("rnn", TensorFlowLayout.BasicLstmCell) { Prefix = "cell/", Names = ["weights", "biases"] },
            new("dense", KerasLayout.Dense) { Prefix = "out/" },
        ];
        WeightFile.Load(
            File(("cell/weights", [5, 12]), ("cell/biases", [12]), ("out/kernel", [3, 1]), ("out/bias", [1])), model.Parameters, layers);
        // Gates i, j, f, o of 3 units; 2 inputs above 3 of the state. Unit 1 of g is column 4, of f column 7, of o column 10.
        var input = model.Parameters["rnn.weight_ih_l0"];
        Assert.Equal([1004, 1016], new[] { input[7, 0], input[7, 1] });
        Assert.Equal(1000 + 12 + 7, input[4, 1]);
        Assert.Equal(1000 + (4 * 12) + 10, model.Parameters["rnn.weight_hh_l0"][10, 2]);
        var bias = model.Parameters["rnn.bias_ih_l0"];
        Assert.Equal([2001, 2008, 2004, 2010], new[] { bias[1], bias[4], bias[7], bias[10] });

        LayoutForward copy = new(seed: 5);
        WeightFile.Load(WeightFile.Export(model.Parameters, layers), copy.Parameters, layers);
        Assert.Equal([2001, 2008], new[] { copy.Parameters["rnn.bias_ih_l0"][1], copy.Parameters["rnn.bias_ih_l0"][4] });
        Assert.Equal(input[4, 1], copy.Parameters["rnn.weight_ih_l0"][4, 1]);
        string problem = Assert.Throws<InvalidDataException>(() => WeightFile.Load(
            File(("cell/weights", [6, 12]), ("cell/biases", [12]), ("out/kernel", [3, 1]), ("out/bias", [1])), model.Parameters, layers))
            .Message;
        Assert.Contains("cell/weights has the shape [6, 12], but the model's is [5, 12]", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void ABareLstmsStateDictLoads()
    {
        LayoutForward model = new();
        WeightFile.Load(
            File(
                ("weight_ih_l0", [12, 2]), ("weight_hh_l0", [12, 3]), ("bias_ih_l0", [12]), ("bias_hh_l0", [12]),
                ("fc.weight", [1, 3]), ("fc.bias", [1])),
            model.Parameters, [new("rnn", PyTorchLayout.Lstm), new("dense", PyTorchLayout.Linear) { Prefix = "fc." }]);
        Assert.Equal(1000 + (7 * 2) + 1, model.Parameters["rnn.weight_ih_l0"][7, 1]);
        Assert.Equal(3002 + 4002, model.Parameters["rnn.bias_ih_l0"][2]);
    }

    [Fact]
    public void KerasBiasesOfAGruStayTwoWhereItResetsAfterTheProduct()
    {
        LayoutStack model = new();
        LayerWeights[] layers = [
            new("rnn", KerasLayout.Gru) { Prefix = "a." }, new("rnn", KerasLayout.Gru) { Prefix = "b.", Level = 1 },
            new("dense", PyTorchLayout.Linear) { Prefix = "out." }
        ];
        WeightFile.Load(
            File(
                ("a.kernel", [2, 9]), ("a.recurrent_kernel", [3, 9]), ("a.bias", [2, 9]), ("b.kernel", [3, 9]),
                ("b.recurrent_kernel", [3, 9]), ("b.bias", [2, 9]), ("out.weight", [1, 3]), ("out.bias", [1])),
            model.Parameters,
            layers);
        // z, r, h there, r, z, n here: r of the first bias is 3003, to which the second row's 3012 is added; n has both.
        Assert.Equal([6015, 6009, 3006], new[] { 0, 3, 6 }.Select(row => (int)model.Parameters["rnn.bias_ih_l0"][row]));
        Assert.Equal([0, 0, 3015], new[] { 0, 3, 6 }.Select(row => (int)model.Parameters["rnn.bias_hh_l0"][row]));
        Assert.Equal(6015, model.Parameters["rnn.bias_hh_l1"][6]);
    }

    [Fact]
    public void OnnxDirectionsGoToLayersThatWereDeclaredApart()
    {
        LayoutApart model = new();
        WeightFile.Load(
            File(("w", [2, 12, 2]), ("R", [2, 12, 3]), ("B", [2, 24]), ("P", [2, 9]), ("k", [6, 1]), ("c", [1])),
            model.Parameters,
            [
                new("forward", OnnxLayout.CoupledLstm) { ReverseLayer = "backward", Names = ["w", "R", "B", "P"] },
                new("dense", OnnxLayout.MatMul) { Names = ["k", "c"] }
            ]);
        // Gates i, o, f, c there, i, g, o here: g is there the fourth.
        Assert.Equal(1000 + (9 * 2), model.Parameters["forward.weight_ih_l0"][3, 0]);
        Assert.Equal(1024 + (3 * 2) + 1, model.Parameters["backward.weight_ih_l0"][6, 1]);
        Assert.Equal(3024 + 9 + 3024 + 12 + 9, model.Parameters["backward.bias_ih_l0"][3]);
        Assert.Equal([4000, 4003], new[] { model.Parameters["forward.Pi_l0"][0], model.Parameters["forward.Po_l0"][0] });
        Assert.Equal([4009, 4012], new[] { model.Parameters["backward.Pi_l0"][0], model.Parameters["backward.Po_l0"][0] });
    }

    [Fact]
    public void PyTorchModulesAndCellsOnlyDifferInNames()
    {
        LayoutStack model = new(), copy = new(seed: 1);
        LayerWeights[] module =
            [new("rnn", PyTorchLayout.Gru) { Prefix = "encoder.gru." }, new("dense", PyTorchLayout.Linear) { Prefix = "head." }];
        var file = WeightFile.Export(model.Parameters, module);
        Assert.Equal(
            "encoder.gru.weight_ih_l0, encoder.gru.weight_hh_l0, encoder.gru.bias_ih_l0, encoder.gru.bias_hh_l0, encoder.gru.weight_ih_l1",
            string.Join(", ", file.Tensors.Take(5).Select(t => t.Name)));
        WeightFile.Load(file, copy.Parameters, module);
        Assert.Equal(Values(model.Parameters), Values(copy.Parameters));

        LayoutResetBefore small = new();
        var problem = Assert.Throws<InvalidDataException>(() => WeightFile.Load(
            File(
                ("cell.weight_ih", [9, 2]), ("cell.weight_hh", [9, 3]), ("cell.bias_ih", [9]), ("cell.bias_hh", [9]), ("weight", [1, 3]),
                ("bias", [1])),
            small.Parameters,
            [new("rnn", PyTorchLayout.GruCell) { Prefix = "cell." }, new("dense", PyTorchLayout.Linear)]));
        Assert.Contains(
            "rnn.bias_hh_l0: PyTorch GRUCell resets after the product and has a second bias there", problem.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void EveryLayoutComesBackBitByBit()
    {
        LayoutTagger tagger = new(), taggerCopy = new(seed: 1);
        WeightFile.Load(WeightFile.Export(tagger.Parameters, Keras), taggerCopy.Parameters, Keras);
        Assert.Equal(Values(tagger.Parameters), Values(taggerCopy.Parameters));

        LayerWeights[] onnx = [new("rnn", OnnxLayout.Lstm), new("dense", OnnxLayout.Gemm) { Prefix = "head." }];
        WeightFile.Load(WeightFile.Export(tagger.Parameters, onnx), taggerCopy.Parameters, onnx);
        Assert.Equal(Values(tagger.Parameters), Values(taggerCopy.Parameters));

        LayoutResetBefore before = new(), beforeCopy = new(seed: 1);
        LayerWeights[] keras = [new("rnn", KerasLayout.GruResetBefore), new("dense", KerasLayout.Dense) { Prefix = "dense." }];
        WeightFile.Load(WeightFile.Export(before.Parameters, keras), beforeCopy.Parameters, keras);
        Assert.Equal(Values(before.Parameters), Values(beforeCopy.Parameters));
    }

    [Fact]
    public void EverythingThatIsWrongIsSaidAtOnceAndNothingChanges()
    {
        LayoutTagger model = new();
        var before = Values(model.Parameters);
        var problem = Assert.Throws<InvalidDataException>(() => WeightFile.Load(
            File(
                ("forward_lstm/kernel", [12, 2]), ("forward_lstm/recurrent_kernel", [3, 12]), ("forward_lstm/Bias", [12]),
                ("backward_lstm/kernel", [2, 12]), ("backward_lstm/recurrent_kernel", [4, 12]), ("backward_lstm/bias", [12]),
                ("dense/kernel", [6, 1])),
            model.Parameters,
            [Keras[0], new("output", KerasLayout.Dense) { Prefix = "dense/" }]));
        Assert.Equal(
            """
            The file does not fit the model, which is unchanged:
              dense.weight [1, 6] is in the model, but no LayerWeights says where it is
              dense.bias [1] is in the model, but no LayerWeights says where it is
              the model has no parameters of a layer output, which Keras Dense is for
              forward_lstm/kernel has the shape [12, 2], but the model's is [2, 12]: it looks transposed
              forward_lstm/bias [12] is missing; is it the file's 'forward_lstm/Bias'?
              backward_lstm/recurrent_kernel has the shape [4, 12], but the model's is [3, 12]
              'forward_lstm/Bias' [12] is in the file, but not in the model
              'dense/kernel' [6, 1] is in the file, but not in the model
            """,
            problem.Message,
            ignoreLineEndingDifferences: true);
        Assert.Equal(before, Values(model.Parameters));
    }

    [Theory]
    [InlineData(
        "gru before in a gru after",
        "rnn.bias_hh_l0: Keras GRU, reset_after = False resets before the product, the layer's cell after it: it is another network")]
    [InlineData("projection", "rnn.weight_hr_l0 [2, 3] has no place in ONNX LSTM")]
    [InlineData("not finite", "kernel (rnn.weight_ih_l0) is not finite: [3, 0] is NaN")]
    [InlineData("twice", "rnn.weight_ih_l0 is spoken for twice")]
    public void NetworksThatAreNotTheFilesAreRefused(string fault, string message)
    {
        var dense = new LayerWeights("dense", PyTorchLayout.Linear);
        var exception = Assert.Throws<InvalidDataException>(() =>
        {
            if (fault == "projection")
                WeightFile.Load(File(("W", [1, 12, 2])), new LayoutProjected().Parameters, [new("rnn", OnnxLayout.Lstm), dense]);
            else if (fault == "not finite")
                WeightFile.Load(
                    new SafetensorsFile([SafetensorsTensor.Create<float>("kernel", [2, 9], [float.NaN, .. new float[17]])]),
                    new LayoutResetBefore().Parameters, [new("rnn", KerasLayout.GruResetBefore), dense]);
            else if (fault == "twice")
                WeightFile.Load(
                    File(), new LayoutResetBefore().Parameters,
                    [new("rnn", KerasLayout.GruResetBefore), new("rnn", PyTorchLayout.Gru), dense]);
            else
                WeightFile.Load(File(), new LayoutStack().Parameters, [new("rnn", KerasLayout.GruResetBefore), dense]);
        });
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnExportThatCannotBeSaysWhy()
    {
        var exception =
            Assert.Throws<InvalidDataException>(() => WeightFile.Export(new LayoutStack().Parameters, [new("rnn", KerasLayout.Gru)]));
        Assert.Contains(
            "\n  dense.weight [1, 3] is in the model, but no LayerWeights says where it is", exception.Message, StringComparison.Ordinal);
        Assert.Contains("\n  rnn.weight_ih_l1 [9, 3] is in the model", exception.Message, StringComparison.Ordinal);
    }

    private static SafetensorsFile Tagging() => File(
        ("forward_lstm/kernel", [2, 12]), ("forward_lstm/recurrent_kernel", [3, 12]), ("forward_lstm/bias", [12]),
        ("backward_lstm/kernel", [2, 12]), ("backward_lstm/recurrent_kernel", [3, 12]), ("backward_lstm/bias", [12]),
        ("dense/kernel", [6, 1]), ("dense/bias", [1]));

    /// <summary>Tensors of which the nth begins with 1,000 n and counts up.</summary>
    private static SafetensorsFile File(params (string Name, int[] Shape)[] tensors) => new(tensors.Select((tensor, number) =>
        SafetensorsTensor.Create<float>(
            tensor.Name, tensor.Shape,
            [.. Enumerable.Range(1000 * (number + 1), tensor.Shape.Aggregate(1, (a, b) => a * b)).Select(value => (float)value)])));

    private static List<float> Values(ParameterSet<float> parameters) => [.. parameters.SelectMany(view =>
    {
        float[] values = new float[view.Count];
        view.CopyTo(values);
        return values;
    })];
}
