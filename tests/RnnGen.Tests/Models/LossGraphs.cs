namespace RnnGen.Tests.Models;

/// <summary>
/// Graphs of the losses that equations define: one target and many, in whole blocks of 16 and not, alone and beside others, once per
/// sequence, with several outputs for a target.
/// </summary>
internal static class LossGraphs
{
    private static readonly TestSource Numbers3 = new("Input", 3) { Name = "input" };

    public static Dictionary<string, TestGraph> All { get; } = new()
    {
        ["GaussianOfNine"] = Of(18, Head("Loss<GaussianLoss>", TestLoss.Gaussian, 0.5)),
        ["QuantilesOfSeventeen"] = Of(34, Head("Quantiles", TestLoss.Quantiles(0.25, 0.75))),
        ["OwnLoss"] = Of(51, Head("Loss<SpreadLoss>", TestLoss.Spread(0.5))),
        ["LossesBeside"] = new(
            4, Numbers3,
            new TestRnn(TestCell.Gru, 6) { Name = "rnn" },
            new TestDense(7) { From = "rnn", Name = "a" },
            new TestDense(6) { From = "rnn", Name = "b" },
            new TestDense(3) { From = "rnn", Name = "c" },
            new TestDense(8) { From = "rnn", Name = "d" },
            Head("Loss<HuberLoss>", TestLoss.Huber()) with { From = "a" },
            Head("Loss<SpreadLoss>", TestLoss.Spread(0.25), 0.5) with { From = "b" },
            new TestHead("SoftmaxCrossEntropy") { From = "c" },
            Head("Loss<HuberLoss>", TestLoss.Huber(0.3), 2) with { From = "d" },
            Head("Quantiles", TestLoss.Quantiles(0.2, 0.8)) with { From = "rnn" }),
        ["MoreLossesBeside"] = new(
            4, Numbers3,
            new TestRnn(TestCell.Gru, 6) { Name = "rnn" },
            new TestDense(17) { From = "rnn", Name = "a" },
            new TestDense(4) { From = "rnn", Name = "b" },
            new TestDense(2) { From = "rnn", Name = "c" },
            new TestDense(1) { From = "rnn", Name = "d" },
            new TestDense(16) { From = "rnn", Name = "e" },
            new TestHead("SoftmaxCrossEntropy", 0.5) { From = "a", Smoothing = 0.25 },
            new TestHead("SoftmaxCrossEntropy") { From = "b", IsSoft = true },
            Head("Loss<HingeLoss>", TestLoss.Hinge) with { From = "c" },
            Head("Loss<PoissonLoss>", TestLoss.Poisson) with { From = "d" },
            Head("Loss<FocalLoss>", TestLoss.Focal) with { From = "e" }),
        ["CtcBothWays"] = new(
            5, Numbers3, new TestRnn(TestCell.Lstm, 6) { Direction = "Bidirectional" }, new TestDense(18),
            new TestHead("Ctc", 2) { Blank = 17 }),
        ["CtcBeside"] = new(
            4, Numbers3,
            new TestRnn(TestCell.Gru, 6) { Name = "rnn" },
            new TestDense(3) { From = "rnn", Name = "a" },
            new TestDense(4) { From = "rnn", Name = "b" },
            new TestHead("SquaredError", 0.5) { From = "a" },
            new TestHead("Ctc") { From = "b", Blank = 2 },
            Head("Quantiles", TestLoss.Quantiles(0.2, 0.8)) with { From = "rnn" }),
        ["LossOnce"] = new(
            5, Numbers3, new TestRnn(TestCell.Lstm, 6), new TestPool("Last"), new TestDense(10),
            Head("Loss<GaussianLoss>", TestLoss.Gaussian)),
    };

    private static TestGraph Of(int outputs, TestHead head) =>
        new(4, Numbers3, new TestRnn(TestCell.Gru, 5), new TestDense(outputs), head);

    private static TestHead Head(string attribute, TestLoss loss, double weight = 1) => new(attribute, weight) { Equations = loss };
}
