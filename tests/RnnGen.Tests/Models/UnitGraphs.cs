namespace RnnGen.Tests.Models;

/// <summary>
/// Graphs of the layers that work on each vector by itself, and of models without a recurrent layer: alone, before and behind one, joined,
/// once per sequence, in loops.
/// </summary>
internal static class UnitGraphs
{
    private static readonly TestHead Squared = new("SquaredError");
    private static readonly TestSource Numbers5 = new("Input", 5) { Name = "input" };

    public static Dictionary<string, TestGraph> All { get; } = new()
    {
        ["Dense"] = new(4, Numbers5, new TestDense(7) { Activation = "Gelu" }, new TestDense(2), Squared),
        ["DenseOnce"] = new(
            3, new TestSource("Input", 5, Once: true), new TestDense(7) { Activation = "Tanh" }, new TestDense(3),
            new TestHead("SoftmaxCrossEntropy")),
        ["DenseOfSymbols"] = new(4, new TestSource("OneHot", 6), new TestDense(3), new TestHead("SigmoidCrossEntropy")),
        ["PooledDense"] = new(
            4, new TestSource("Embedding", 7, 5), new TestDense(6) { Activation = "Relu" }, new TestPool("Mean"), new TestDense(3),
            new TestHead("SoftmaxCrossEntropy")),
        ["LayerNormAlone"] = new(4, Numbers5, new TestNorm("LayerNorm"), Squared),
        ["RmsNormAlone"] = new(4, Numbers5, new TestNorm("RmsNorm"), Squared),
        ["GroupNormAlone"] = new(4, new TestSource("Input", 18), new TestNorm("GroupNorm", 3), Squared),
        ["WithoutParameters"] = new(
            3, new TestSource("Input", 16), new TestNorm("GroupNorm", 8) { Gain = false, Bias = false },
            new TestNorm("RmsNorm") { Gain = false, Bias = false, Epsilon = 0.01 },
            new TestNorm("LayerNorm") { Gain = false, Epsilon = 0.1 }, Squared),
        ["NormsAround"] = new(
            5, new TestSource("Embedding", 7, 18), new TestNorm("LayerNorm"), new TestRnn(TestCell.Lstm, 33),
            new TestNorm("RmsNorm") { Name = "scaled" }, new TestDense(20), new TestNorm("GroupNorm", 5) { Bias = false, Epsilon = 0.02 },
            new TestDense(3), new TestHead("SoftmaxCrossEntropy")),
        ["JoinedNorms"] = new(
            4,
            Numbers5,
            new TestRnn(TestCell.Gru, 18) { Direction = "Bidirectional", Name = "rnn" },
            new TestNorm("LayerNorm") { From = "input, rnn", Name = "a" },
            new TestNorm("GroupNorm", 2) { From = "rnn", Name = "b" },
            new TestNorm("LayerNorm") { From = "rnn", Name = "c" },
            new TestDense(2) { From = "a, b, c, rnn", Name = "d" },
            Squared,
            new TestPRelu() { From = "b" },
            new TestHead("SigmoidCrossEntropy", 0.5)),
        ["NormsOnce"] = new(
            4, Numbers5, new TestRnn(TestCell.Lstm, 9, 2), new TestNorm("LayerNorm"), new TestPool("Last"), new TestNorm("GroupNorm", 3),
            new TestDense(17), new TestNorm("RmsNorm"), new TestPRelu(Shared: true), new TestSoftmax(), new TestDense(3),
            new TestSoftmax(IsLog: true), Squared),
        ["Standardized"] = new(
            4, Numbers5, new TestStandardize(), new TestRnn(TestCell.Gru, 18), new TestDense(3), new TestStandardize(Inverts: true), Squared),
        ["StandardizedInside"] = new(
            4, new TestSource("OneHot", 6), new TestRnn(TestCell.Gru, 5), new TestStandardize() { Name = "inside" },
            new TestRnn(TestCell.Lstm, 4), new TestPool("Mean"), new TestStandardize(Inverts: true), new TestHead("SigmoidCrossEntropy")),
        ["StandardizedInALoop"] = new(
            4,
            new TestSource("Input", 3) { Name = "input" },
            new TestStandardize() { From = "input, y'" },
            new TestRnn(TestCell.SimpleRnn, 20),
            new TestDense(4) { Name = "dense" },
            new TestStandardize(Inverts: true) { From = "dense", Name = "back" },
            new TestDense(4) { Name = "y", From = "back, dense" },
            Squared),
        ["NormsInALoop"] = new(
            5,
            new TestSource("Input", 3) { Name = "input" },
            new TestNorm("LayerNorm") { From = "input, y'" },
            new TestRnn(TestCell.SimpleRnn, 20) { Name = "rnn" },
            new TestNorm("GroupNorm", 4) { Bias = false },
            new TestPRelu(),
            new TestSoftmax() { Name = "shares" },
            new TestNorm("RmsNorm") { From = "shares, rnn" },
            new TestPRelu(Shared: true),
            new TestDense(4) { Name = "y" },
            Squared),
        ["DenseInALoop"] = new(
            5, new TestSource("Input", 3) { Name = "input" }, new TestDense(6) { From = "input, y'", Activation = "Silu", Name = "y" },
            new TestSoftmax(IsLog: true), Squared),
        ["ManySoftmaxes"] = new(
            4,
            Numbers5,
            new TestDense(19) { Name = "d" },
            new TestSoftmax() { Name = "a" },
            new TestSoftmax(IsLog: true) { From = "d", Name = "b" },
            new TestSoftmax() { From = "input", Name = "c" },
            new TestDense(2) { From = "a, b, c" },
            new TestSoftmax(),
            Squared),
        ["Slopes"] = new(
            4,
            Numbers5,
            new TestPRelu() { Name = "below" },
            new TestRnn(TestCell.Gru, 18) { Name = "rnn" },
            new TestPRelu(),
            new TestDense(18) { Name = "d" },
            new TestPRelu(Shared: true) { From = "rnn", Name = "shared" },
            new TestDense(3) { From = "d, shared, below" },
            new TestPRelu(Shared: true),
            Squared),
        // Over time: the attentions of Keras' well-known snippets.
        ["AttentionOfNumbers"] = new(
            5,
            new TestSource("Input", 3) { Name = "input" },
            new TestTimeDense(5) { Name = "d" },
            new TestSoftmax(IsOverTime: true) { Name = "a" },
            new TestCombine('*') { From = "input, a", Name = "p" },
            new TestRnn(TestCell.Lstm, 4) { From = "p", Says = "input * a" },
            new TestPool("Last"),
            Squared),
        ["AttentionOfStates"] = new(
            6,
            new TestSource("Embedding", 7, 5),
            new TestRnn(TestCell.Gru, 17) { Name = "h" },
            new TestDense(1) { Activation = "Tanh", Name = "score" },
            new TestSoftmax(IsOverTime: true) { Name = "a" },
            new TestCombine('*') { First = 1, From = "a, h", Name = "p" },
            new TestPool("Sum") { From = "p", Says = "a * h" },
            new TestDense(3),
            new TestHead("SoftmaxCrossEntropy")),
        ["OverTime"] = new(
            19,
            new TestSource("Input", 18) { Name = "input" },
            new TestTimeDense(19) { Bias = false, Activation = "Elu" },
            new TestSoftmax(IsLog: true, IsOverTime: true) { Name = "l" },
            new TestTimeDense(19) { Name = "m" },
            new TestDense(1) { Name = "g" },
            new TestCombine('*') { First = 18, From = "l, g", Name = "p" },
            new TestRnn(TestCell.SimpleRnn, 3) { From = "p, m", Says = "l * g, m" },
            Squared),
    };
}
