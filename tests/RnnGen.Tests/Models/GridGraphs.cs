namespace RnnGen.Tests.Models;

/// <summary>Graphs of grids: convolutions over time and within a step, magnitudes, pools, and what takes them.</summary>
internal static class GridGraphs
{
    private static readonly TestHead Squared = new("SquaredError");

    public static IReadOnlyDictionary<string, TestGraph> All { get; } = new Dictionary<string, TestGraph>
    {
        // Convolutions over time: the state has what they look back on; windows longer than the sequence and than a chunk of steps.
        ["ConvOverTime"] = new(
            6, new TestSource("Input", 3), new TestConv(5, 3) { Activation = "Tanh" }, new TestConv(17, 2) { Dilation = 3 },
            new TestRnn(TestCell.Gru, 4), new TestDense(2), Squared),
        ["ConvAboveRnn"] = new(
            5, new TestSource("Embedding", 6, 3), new TestRnn(TestCell.Lstm, 5) { Direction = "Bidirectional" },
            new TestConv(4, 3) { Dilation = 4, Bias = false, Activation = "Elu" }, new TestPool("Attention"), new TestDense(2), Squared),
        ["ConvOfOneStep"] = new(
            5, new TestSource("Input", 3), new TestConv(5, 1) { Activation = "Relu" }, new TestRnn(TestCell.Gru, 4), new TestConv(3, 1),
            Squared),
        ["LongConv"] = new(
            40, new TestSource("Input", 2), new TestRnn(TestCell.SimpleRnn, 3), new TestConv(3, 5) { Dilation = 6 }, Squared),
        ["ConvInLoop"] = new(
            5,
            new TestSource("Input", 3) { Name = "input" },
            new TestRnn(TestCell.Gru, 4) { From = "input, y'", Name = "rnn" },
            new TestConv(3, 2) { Name = "conv" },
            new TestDense(2) { Name = "y" },
            Squared),
        // Convolutions within a step: grids, their padding, and what takes them.
        ["ConvWithin"] = new(
            3, new TestSource("Input", 7) { Channels = 1 }, new TestConv(5, 3) { IsInner = true, Activation = "Tanh" },
            new TestConv(17, 2) { IsInner = true, Stride = 2, Padding = 1 }, new TestRnn(TestCell.Lstm, 4), Squared),
        ["ConvReflects"] = new(
            3, new TestSource("Input", 6) { Channels = 2 },
            new TestConv(6, 3) { IsInner = true, Dilation = 2, Padding = 1, PaddingEnd = 3, Reflects = true, Bias = false },
            new TestMagnitude("Halves"), new TestRnn(TestCell.Gru, 4), Squared),
        ["ConvOfPairs"] = new(
            3, new TestSource("Input", 4) { Channels = 4, Name = "input" }, new TestMagnitude("Pairs") { Name = "m" },
            new TestConv(34, 2) { IsInner = true, Activation = "Softplus" }, new TestMagnitude("Pairs") { Name = "n" },
            new TestRnn(TestCell.Gru, 4) { From = "n, m", Name = "rnn" }, Squared),
        ["MagnitudeOfRnn"] = new(
            3, new TestSource("Input", 3), new TestRnn(TestCell.Lstm, 6), new TestMagnitude("Halves"), new TestDense(2), Squared),
        ["ConvWithinAndOver"] = new(
            4, new TestSource("Input", 5) { Channels = 2 }, new TestConv(3, 3) { IsInner = true, Padding = 1 },
            new TestConv(4, 2) { Dilation = 2, Activation = "Elu" }, new TestConv(2, 1) { IsInner = true }, new TestRnn(TestCell.Gru, 3),
            Squared),
        ["ConvResidual"] = new(
            4,
            new TestSource("Input", 5) { Channels = 3, Name = "input" },
            new TestConv(3, 3) { IsInner = true, Padding = 1, Name = "a" },
            new TestActivation("Elu") { Name = "b" },
            new TestDropout(0) { Name = "c" },
            new TestCombine('+') { From = "c, input", Name = "sum" },
            new TestConv(16, 1) { IsInner = true, From = "sum", Says = "c + input", Name = "d" },
            new TestCombine('*') { From = "d, d", Name = "product" },
            new TestConv(2, 2) { IsInner = true, Stride = 3, From = "product", Says = "d * d", Name = "e" },
            new TestRnn(TestCell.Gru, 3),
            Squared),
        ["ConvNormed"] = new(
            3, new TestSource("Input", 4) { Channels = 3 }, new TestConv(5, 3) { IsInner = true, Padding = 1 },
            new TestNorm("LayerNorm"), new TestPRelu(), new TestConv(3, 2) { IsInner = true }, new TestRnn(TestCell.Gru, 3), Squared),
        // Recurrent layers along the positions of each step: of several cells, in both directions, stacked, once, and their last states.
        ["RnnWithin"] = new(
            4, new TestSource("Input", 5) { Channels = 3 }, new TestRnn(TestCell.Lstm, 5) { IsInner = true },
            new TestConv(2, 2) { IsInner = true }, new TestRnn(TestCell.Gru, 3), Squared),
        ["RnnWithinBothWays"] = new(
            3, new TestSource("Input", 4) { Channels = 2, Name = "input" },
            new TestRnn(TestCell.Gru, 17, 2) { IsInner = true, Direction = "Bidirectional", Name = "a" },
            new TestConv(2, 1) { IsInner = true, Name = "b" },
            new TestRnn(TestCell.SimpleRnn, 2) { IsInner = true, Direction = "Reverse", From = "b", Name = "c" },
            new TestCombine('+') { From = "c, input", Name = "sum" },
            new TestRnn(TestCell.Lstm, 4) { From = "sum", Says = "c + input", Direction = "Bidirectional", Name = "d" }, Squared),
        ["RnnWithinLast"] = new(
            5, new TestSource("Input", 6) { Channels = 2, Name = "input" },
            new TestConv(3, 3) { IsInner = true, Stride = 2, Padding = 1, Name = "c" },
            new TestRnn(TestCell.Lstm, 6) { IsInner = true, Direction = "Bidirectional", Merge = "Sum", Name = "r" },
            new TestDropout(0) { Name = "dropped" }, new TestGridPool("Last") { Name = "last" },
            new TestGridPool("Last") { From = "c", Name = "end" }, new TestRnn(TestCell.Gru, 4) { From = "last, end" }, Squared),
        ["RnnWithinOnce"] = new(
            4, new TestSource("Input", 5, Once: true) { Channels = 4 }, new TestRnn(TestCell.Gru, 5) { IsInner = true },
            new TestGridPool("Last"), new TestRepeat(), new TestRnn(TestCell.SimpleRnn, 3), new TestDense(2), Squared),
        // Without a recurrent layer.
        ["ConvAlone"] = new(
            5, new TestSource("Input", 3), new TestConv(4, 3) { Activation = "Tanh" }, new TestConv(2, 2) { Dilation = 4 }, Squared),
        ["PoolWithin"] = new(
            3, new TestSource("Input", 9) { Channels = 2 }, new TestGridPool("Max", 3, 2), new TestConv(17, 2) { IsInner = true },
            new TestGridPool("Mean", 2, 1) { Name = "m" }, new TestRnn(TestCell.Gru, 3) { Name = "rnn" },
            new TestGridPool("Max") { From = "m", Name = "all" }, new TestDense(2) { From = "rnn, all" }, Squared),
        ["PoolMeanOfAll"] = new(
            3, new TestSource("Input", 4, Once: true) { Channels = 3 }, new TestConv(5, 2) { IsInner = true }, new TestGridPool("Mean"),
            new TestRepeat(), new TestRnn(TestCell.Gru, 3), Squared),
        ["PoolMaxOverTime"] = new(
            5, new TestSource("Input", 3), new TestRnn(TestCell.Lstm, 18) { Direction = "Bidirectional", Name = "rnn" },
            new TestPool("Max") { Name = "max" }, new TestPool("Mean") { From = "rnn", Name = "mean" },
            new TestDense(2) { From = "max, mean" }, Squared),
        ["ConvJoined"] = new(
            3,
            new TestSource("Input", 4) { Channels = 3, Name = "input" },
            new TestConv(5, 3) { IsInner = true, Padding = 1, Name = "a" },
            new TestConv(16, 1) { IsInner = true, Name = "b" },
            new TestConv(2, 2) { IsInner = true, From = "a, b, input", Name = "both" },
            new TestRnn(TestCell.Gru, 3) { Name = "rnn" },
            new TestDense(2) { From = "rnn, a", Name = "out" },
            Squared),
        ["ConvToOne"] = new(
            4, new TestSource("Input", 6) { Channels = 1 }, new TestConv(5, 4) { IsInner = true, Stride = 2 },
            new TestRnn(TestCell.Gru, 3) { Direction = "Reverse" }, new TestPool("Mean"), new TestDense(3),
            new TestHead("SoftmaxCrossEntropy")),
        ["ConvOnce"] = new(
            4, new TestSource("Input", 6, Once: true) { Channels = 2 }, new TestConv(3, 3) { IsInner = true, Activation = "Relu" },
            new TestRepeat(), new TestRnn(TestCell.Gru, 5), new TestDense(2), Squared),
        ["GridOut"] = new(
            3, new TestSource("Input", 3), new TestRnn(TestCell.Gru, 4) { Name = "rnn" },
            new TestConv(1, 1) { IsInner = true, Name = "c" }, Squared),
        // A width of whole blocks by chance, at positions that are not.
        ["WholeByChance"] = new(
            3, new TestSource("Input", 8) { Channels = 2 }, new TestNorm("LayerNorm"), new TestConv(4, 1) { IsInner = true },
            new TestRnn(TestCell.Gru, 3), Squared),
        ["PoolWholeByChance"] = new(
            3, new TestSource("Input", 8) { Channels = 2 }, new TestGridPool("Max", 2), new TestRnn(TestCell.Gru, 3), Squared),
        ["GridAndVector"] = new(
            3,
            new TestSource("Input", 3) { Channels = 5, Name = "input" },
            new TestConv(5, 3) { IsInner = true, Padding = 1, Name = "g" },
            new TestDense(15) { Name = "d" },
            new TestCombine('+') { From = "g, d", Name = "s" },
            new TestConv(2, 1) { IsInner = true, From = "s", Says = "g + d", Name = "c" },
            new TestCombine('*') { From = "d, g", Name = "p" },
            new TestRnn(TestCell.Gru, 3) { From = "c, p", Says = "c, d * g" },
            Squared),
        ["FlatAndWhole"] = new(
            3,
            new TestSource("Input", 4) { Channels = 3, Name = "input" },
            new TestConv(5, 3) { IsInner = true, Padding = 1, Name = "g" },
            new TestDense(2) { Name = "d" },
            new TestConv(3, 4) { IsInner = true, From = "g", Name = "w" },
            new TestRnn(TestCell.Gru, 3) { From = "d, w" },
            Squared),
        // In groups: depthwise, of whole blocks, and of neither.
        ["Depthwise"] = new(
            5, new TestSource("Input", 19), new TestConv(19, 3) { Groups = 19, Dilation = 2 },
            new TestConv(32, 2) { Groups = 1, Activation = "Tanh" }, new TestConv(32, 2) { Groups = 32, Bias = false }, new TestDense(2),
            Squared),
        ["Groups"] = new(
            4, new TestSource("Input", 5) { Channels = 6 },
            new TestConv(9, 3) { IsInner = true, Groups = 3, Padding = 1, Stride = 2, Activation = "Elu" },
            new TestConv(18, 2) { Groups = 9 }, new TestConv(36, 2) { IsInner = true, Groups = 2, PaddingEnd = 1, Bias = false },
            new TestConv(4, 1) { IsInner = true, Groups = 4 }, new TestRnn(TestCell.Gru, 3), Squared),
        ["WholeGroups"] = new(
            3, new TestSource("Input", 4) { Channels = 4 }, new TestConv(64, 2) { IsInner = true, Groups = 2 },
            new TestConv(32, 2) { IsInner = true, Groups = 2, Padding = 1, Reflects = true }, new TestRnn(TestCell.Gru, 3), Squared),
        ["DepthwiseInLoop"] = new(
            5,
            new TestSource("Input", 3) { Name = "input" },
            new TestRnn(TestCell.Gru, 4) { From = "input, y'", Name = "rnn" },
            new TestConv(4, 2) { Name = "conv", Groups = 4 },
            new TestDense(2) { Name = "y" },
            Squared),
        // Over time and along the positions of a step.
        ["Conv2d"] = new(
            5, new TestSource("Input", 6) { Channels = 2 },
            new TestConv(5, 3, Steps: 2) { Padding = 1, StepDilation = 2, Activation = "Tanh" },
            new TestConv(3, 2, Steps: 3) { Stride = 2, Dilation = 2, Padding = 2, PaddingEnd = 1, Reflects = true },
            new TestRnn(TestCell.Lstm, 4), Squared),
        ["Conv2dDepthwise"] = new(
            5, new TestSource("Input", 5) { Channels = 3 }, new TestConv(17, 1, Steps: 1),
            new TestConv(17, 3, Steps: 2) { Padding = 1, Groups = 17 }, new TestConv(2, 2, Steps: 2) { Bias = false },
            new TestRnn(TestCell.Gru, 3), Squared),
        ["ConvOfLater"] = new(
            4,
            new TestSource("Input", 3) { Name = "input" },
            new TestConv(3, 3) { IsInner = true, Padding = 1, From = "y'", Name = "c" },
            new TestRnn(TestCell.Gru, 3) { From = "input, c", Name = "rnn" },
            new TestDense(2) { Name = "y" },
            Squared),
    };
}
