using RnnGen.Generated;

namespace RnnGen.Tests.Models;

/// <summary>
/// Graphs that have every element, direction, merge, pool and loss at least once, at odd sizes; and batches for any graph.
/// </summary>
internal static class TestGraphs
{
    private static readonly TestHead Squared = new("SquaredError");

    public static IReadOnlyDictionary<string, TestGraph> All { get; } = new Dictionary<string, TestGraph>(
        UnitGraphs.All.Concat(InputGraphs.All).Concat(GridGraphs.All).Concat(LossGraphs.All))
    {
        ["Reverse"] = new(4, new TestSource("Input", 3), new TestRnn(TestCell.Lstm, 5, 2) { Direction = "Reverse" }, Squared),
        ["DeepBidirectional"] =
            new(5, new TestSource("Input", 3), new TestRnn(TestCell.Gru, 17, 3) { Direction = "Bidirectional" }, new TestDense(4), Squared),
        ["DeepSum"] = new(
            4, new TestSource("Input", 2), new TestRnn(TestCell.PeepholeLstm, 5, 2) { Direction = "Bidirectional", Merge = "Sum" },
            Squared),
        ["DeepLinear"] =
            new(4, new TestSource("Input", 2), new TestRnn(TestCell.Lstm, 5, 2) { Direction = "Bidirectional", Merge = "Linear" }, Squared),
        ["DeepMultiply"] = new(
            3, new TestSource("OneHot", 6), new TestRnn(TestCell.GruResetBefore, 9, 2) { Direction = "Bidirectional", Merge = "Multiply" },
            new TestHead("SoftmaxCrossEntropy")),
        ["Tagger"] = new(
            5, new TestSource("Embedding", 7, 5), new TestDropout(0.4),
            new TestRnn(TestCell.Lstm, 6, 2) { Direction = "Bidirectional", Dropout = 0.3 }, new TestDropout(0.5), new TestDense(4),
            new TestHead("SoftmaxCrossEntropy")),
        ["Classifier"] = new(
            5, new TestSource("Embedding", 7, 5), new TestRnn(TestCell.Lstm, 6, 2) { Direction = "Bidirectional" }, new TestPool("Last"),
            new TestDense(3), new TestHead("SoftmaxCrossEntropy")),
        ["LastLinear"] = new(
            5, new TestSource("Input", 3), new TestRnn(TestCell.Gru, 6) { Direction = "Bidirectional", Merge = "Linear" },
            new TestPool("Last"), Squared),
        ["LastReverse"] = new(
            4, new TestSource("Input", 3), new TestRnn(TestCell.Gru, 6) { Direction = "Reverse" }, new TestPool("Last"),
            new TestDense(1) { Activation = "Sigmoid" }, Squared),
        ["LastOfDense"] = new(
            4, new TestSource("OneHot", 5), new TestDense(7) { Activation = "Relu", Name = "below" }, new TestRnn(TestCell.Lstm, 6),
            new TestDense(5) { Activation = "Tanh", Name = "above" }, new TestPool("Last"), new TestHead("SigmoidCrossEntropy", 0.5)),
        ["MeanOfBoth"] = new(
            5,
            new TestSource("Input", 3) { Name = "input" },
            new TestRnn(TestCell.Mgu, 7) { Direction = "Bidirectional", Merge = "Mean", Name = "a" },
            new TestPool("Mean") { From = "a, input" },
            new TestDense(2),
            Squared),
        ["Attention"] = new(
            5, new TestSource("Input", 3), new TestRnn(TestCell.Gru, 18) { Direction = "Bidirectional" }, new TestPool("Attention"),
            new TestDense(3) { Name = "dense" }, new TestHead("SoftmaxCrossEntropy")),
        ["AttentionUnits"] = new(
            5, new TestSource("Input", 3), new TestRnn(TestCell.IndRnn, 6) { Activation = "Relu" }, new TestPool("Attention", 5), Squared),
        ["AttentionToInputs"] = new(
            5, new TestSource("Input", 3) { Name = "input" }, new TestRnn(TestCell.SimpleRnn, 4) { Name = "rnn" },
            new TestPool("Attention", 2) { From = "rnn, input", Name = "both" }, Squared),
        ["RepeatedInput"] =
            new(4, new TestSource("Input", 3, Once: true), new TestRepeat(), new TestRnn(TestCell.Lstm, 5), new TestDense(2), Squared),
        ["FirstState"] =
            new(4, new TestSource("Input", 6, Once: true), new TestRnn(TestCell.Gru, 6) { FirstState = true }, new TestDense(2), Squared),
        ["DenseFirstState"] = new(
            4,
            new TestSource("Input", 3, Once: true),
            new TestDense(5) { Activation = "Tanh", Name = "start" },
            new TestRnn(TestCell.Lstm, 5, 2) { FirstState = true, Direction = "Bidirectional", Name = "rnn" },
            new TestDense(2) { Name = "out" },
            Squared),
        ["ThereAndBack"] = new(
            4,
            new TestSource("Input", 3) { Name = "input" },
            new TestRnn(TestCell.Gru, 5) { Name = "encoder" },
            new TestPool("Last") { Name = "thought" },
            new TestRnn(TestCell.Lstm, 5) { FirstState = true, Name = "decoder" },
            new TestRepeat() { From = "thought", Name = "again" },
            new TestRnn(TestCell.SimpleRnn, 4) { From = "again, decoder, input", Name = "last" },
            Squared),
        // More steps than an inference takes at a time where it can.
        ["LongThereAndBack"] = new(
            20,
            new TestSource("Input", 3) { Name = "input" },
            new TestRnn(TestCell.Gru, 5) { Name = "encoder" },
            new TestPool("Mean"),
            new TestRepeat() { Name = "again" },
            new TestRnn(TestCell.Lstm, 5) { From = "again, input" },
            Squared),
        ["TwoHeads"] = new(
            5,
            new TestSource("Input", 4) { Name = "input" },
            new TestDense(5) { Activation = "Tanh", Name = "dense" },
            new TestRnn(TestCell.GruResetBefore, 4) { Name = "vad" },
            new TestRnn(TestCell.GruResetBefore, 7) { From = "dense, vad, input", Name = "noise" },
            new TestRnn(TestCell.Gru, 9) { From = "vad, noise, input", Name = "denoise" },
            new TestDense(3) { From = "denoise", Name = "gains" },
            Squared,
            new TestDense(1) { From = "vad", Name = "voice" },
            new TestHead("SigmoidCrossEntropy", 0.25)),
        ["ThreeHeads"] = new(
            4,
            new TestSource("Embedding", 6, 3) { Name = "input" },
            new TestRnn(TestCell.CoupledLstm, 5, 2) { Name = "rnn", Dropout = 0.2 },
            new TestHead("SquaredError", 2),
            new TestDense(4) { Name = "class" },
            new TestHead("SoftmaxCrossEntropy", 0.5),
            new TestDense(3) { From = "rnn, input", Name = "flags" },
            new TestHead("SigmoidCrossEntropy")),
        ["PooledHeads"] = new(
            4,
            new TestSource("Input", 3) { Name = "input" },
            new TestRnn(TestCell.Lstm, 5) { Direction = "Bidirectional", Name = "rnn" },
            new TestPool("Attention") { Name = "one" },
            new TestDense(3) { Name = "class" },
            new TestHead("SoftmaxCrossEntropy"),
            new TestPool("Last") { From = "rnn", Name = "two" },
            new TestDense(2) { From = "two, one", Name = "value" },
            Squared),
        ["ClassHeads"] = new(
            4,
            new TestSource("OneHot", 6),
            new TestRnn(TestCell.GruTakeNew, 5) { Name = "rnn" },
            new TestDense(3) { Name = "a" },
            new TestHead("SoftmaxCrossEntropy"),
            new TestDense(4) { From = "rnn", Name = "b" },
            new TestHead("SoftmaxCrossEntropy", 3)),
        ["SkippedLayer"] = new(
            4,
            new TestSource("Input", 3) { Name = "input" },
            new TestRnn(TestCell.Kitchen, 5) { Name = "a", Direction = "Bidirectional", Merge = "Sum" },
            new TestRnn(TestCell.IndRnn, 18) { Name = "b", Direction = "Reverse" },
            new TestDense(20) { From = "b, a, b", Bias = false, Activation = "Relu", Name = "c" },
            new TestHead("SquaredError") { From = "c" },
            new TestHead("AbsoluteError", 0.5) { From = "b" }),
        ["LastOfTwo"] = new(
            4,
            new TestSource("Input", 3) { Name = "input" },
            new TestRnn(TestCell.Gru, 5) { Name = "a", Direction = "Reverse" },
            new TestRnn(TestCell.Lstm, 4) { Name = "b", From = "input" },
            new TestPool("Last") { From = "a, b" },
            Squared),
        ["HighwayAlone"] = new(
            4, new TestSource("Input", 5), new TestRnn(TestCell.Highway, 5, 2) { Direction = "Bidirectional", Merge = "Sum" },
            new TestDense(2), Squared),
        ["HighwayOfBlocks"] = new(4, new TestSource("Input", 16), new TestRnn(TestCell.Highway, 16, 2), Squared),
        ["HighwayOfSymbols"] = new(
            4, new TestSource("Embedding", 7, 17), new TestRnn(TestCell.Highway, 17) { Direction = "Reverse" }, new TestPool("Mean"),
            Squared),
        ["HighwayOfDense"] =
            new(4, new TestSource("Input", 3), new TestDense(17) { Activation = "Tanh" }, new TestRnn(TestCell.Highway, 17), Squared),
        ["HighwayFirstState"] =
            new(4, new TestSource("Input", 6, Once: true), new TestRnn(TestCell.Residual, 6) { FirstState = true }, Squared),
        ["SruAlone"] = new(
            4, new TestSource("Input", 6) { Name = "input" }, new TestRnn(TestCell.Sru, 6, 2) { Name = "a" },
            new TestDense(6) { Name = "b", From = "input" }, new TestRnn(TestCell.Sru, 18) { Name = "c", From = "a, b, input" }, Squared),
        ["SruWithoutBias"] = new(
            4, new TestSource("Input", 3), new TestRnn(TestCell.Sru, 3) { Bias = false, Direction = "Bidirectional", Merge = "Linear" },
            new TestPool("Last"), Squared),
        ["IntegratorAlone"] = new(5, new TestSource("Input", 3), new TestRnn(TestCell.Integrator, 3, 2), Squared),
        ["IntegratorOfOne"] =
            new(5, new TestSource("Input", 1), new TestRnn(TestCell.Integrator, 1) { Direction = "Bidirectional" }, Squared),
        ["ResidualAlone"] = new(4, new TestSource("Input", 33), new TestRnn(TestCell.Residual, 33), new TestDense(2), Squared),
        ["ResidualWithoutBias"] =
            new(4, new TestSource("Input", 4), new TestRnn(TestCell.Residual, 4, 2) { Bias = false, Direction = "Reverse" }, Squared),
        ["PastSymbols"] =
            new(5, new TestSource("OneHot", 6), new TestRnn(TestCell.Pasts, 5) { Direction = "Bidirectional" }, new TestDense(3), Squared),
        ["PastFirstState"] = new(4, new TestSource("Input", 5, Once: true), new TestRnn(TestCell.Pasts, 5) { FirstState = true }, Squared),
        ["AutoEncoder"] = new(
            4,
            new TestSource("Input", 3),
            new TestRnn(TestCell.Lstm, 5) { Direction = "Bidirectional", Merge = "Sum", Name = "encoder" },
            new TestPool("Last"),
            new TestRepeat(),
            new TestRnn(TestCell.Gru, 5) { Direction = "Reverse", Name = "decoder" },
            new TestPool("Mean"),
            new TestDense(70) { Activation = "Relu" },
            Squared),
        ["DroppedLast"] = new(
            4, new TestSource("Input", 3), new TestRnn(TestCell.Gru, 5) { Direction = "Bidirectional" }, new TestDropout(0.5),
            new TestDropout(0), new TestPool("Last"), Squared),
        ["DroppedBoth"] = new(
            4,
            new TestSource("Input", 3),
            new TestRnn(TestCell.Gru, 5) { Direction = "Bidirectional", Merge = "Sum" },
            new TestDropout(0.5) { Name = "dropped" },
            new TestPool("Last") { Name = "last" },
            new TestPool("Mean") { From = "dropped", Name = "mean" },
            new TestDense(2) { From = "last, mean" },
            Squared),
        ["MapTwice"] = new(
            4,
            new TestSource("Input", 3),
            new TestRnn(TestCell.Gru, 5) { Direction = "Bidirectional", Merge = "Linear", Name = "rnn" },
            new TestPool("Last") { Name = "last" },
            new TestPool("Attention") { From = "rnn", Name = "attention" },
            new TestDense(2) { From = "last, attention", Name = "out" },
            Squared),
        ["StateOfBoth"] = new(
            4,
            new TestSource("Input", 3) { Name = "input" },
            new TestRnn(TestCell.Lstm, 3) { Direction = "Bidirectional", Name = "encoder" },
            new TestPool("Last") { Name = "last" },
            new TestPool("Mean") { From = "encoder", Name = "mean" },
            new TestRnn(TestCell.Gru, 12) { FirstState = true, From = "last, mean", Name = "decoder" },
            Squared),
        ["SymbolsTwice"] = new(
            4,
            new TestSource("OneHot", 7) { Name = "input" },
            new TestRnn(TestCell.Lstm, 5) { Direction = "Bidirectional", Name = "rnn" },
            new TestDense(3) { Name = "a" },
            new TestHead("SoftmaxCrossEntropy"),
            new TestDense(70) { From = "input", Name = "b", Bias = false },
            new TestHead("SquaredError")),
        ["InputsAsOutputs"] = new(
            3, new TestSource("Input", 3) { Name = "input" }, new TestRnn(TestCell.SimpleRnn, 4), Squared,
            new TestHead("SquaredError", 2) { From = "input" }),
        ["WithoutProducts"] =
            new(3, new TestSource("Input", 4, Once: true), new TestRnn(TestCell.IndRnn, 4) { FirstState = true }, Squared),
        ["FedBack"] = new(
            5,
            new TestSource("Embedding", 7, 5) { Name = "input" },
            new TestRnn(TestCell.Lstm, 6, 2) { From = "input, out'", Name = "rnn" },
            new TestDense(4) { Activation = "Tanh", Name = "out" },
            new TestDense(7) { From = "rnn, out", Name = "class" },
            new TestHead("SoftmaxCrossEntropy")),
        ["DenseMemory"] = new(
            5, new TestSource("Input", 3) { Name = "input" }, new TestDense(18) { Activation = "Softplus", From = "input, h'", Name = "h" },
            Squared),
        ["EarlierState"] = new(
            5,
            new TestSource("Input", 3) { Name = "input" },
            new TestDense(5) { From = "input, rnn'", Activation = "Sigmoid", Name = "query" },
            new TestRnn(TestCell.Gru, 17) { From = "query, input", Name = "rnn" },
            new TestDropout(0.3),
            Squared,
            new TestDense(2) { From = "rnn, query", Name = "out" },
            new TestHead("SigmoidCrossEntropy", 0.5)),
        ["TwoMemories"] = new(
            4,
            new TestSource("Input", 3) { Name = "input" },
            new TestRnn(TestCell.SimpleRnn, 4) { Direction = "Bidirectional", Name = "below" },
            new TestRnn(TestCell.PeepholeLstm, 5) { From = "below, b'", Name = "a" },
            new TestDropout(0.2) { Name = "dropped" },
            new TestRnn(TestCell.IndRnn, 18) { From = "dropped, a', c'", Name = "b" },
            new TestDense(3) { Name = "c" },
            new TestPool("Attention") { From = "c, b" },
            new TestDense(2) { Name = "out" },
            Squared),
        ["Tapped"] = new(
            4,
            new TestSource("Input", 3) { Name = "input" },
            new TestDense(6) { Name = "below" },
            new TestRnn(TestCell.Gru, 5) { From = "below, below'", Name = "rnn" },
            new TestDense(2) { From = "rnn, rnn'", Name = "out" },
            Squared),
        ["Added"] = new(
            4,
            new TestSource("Input", 5) { Name = "input" },
            new TestRnn(TestCell.Gru, 5) { Name = "a" },
            new TestCombine('+') { From = "a, input", Name = "s" },
            new TestRnn(TestCell.Lstm, 5) { From = "s", Says = "a + input", Name = "b", Direction = "Bidirectional", Merge = "Mean" },
            new TestCombine('*') { From = "b, a", Name = "p" },
            new TestCombine('*') { From = "p, b", Name = "p2" },
            new TestCombine('+') { From = "input, p2", Name = "q" },
            new TestDense(2) { From = "q", Says = "input + b * a * b" },
            Squared,
            new TestHead("SigmoidCrossEntropy", 0.5) { From = "s", Says = "(a+input)" }),
        ["Squares"] = new(
            3,
            new TestSource("Embedding", 7, 4) { Name = "input" },
            new TestRnn(TestCell.ProjectedLstm, 18) { Projection = 4, Name = "rnn" },
            new TestCombine('*') { From = "rnn, rnn", Name = "square" },
            new TestCombine('+') { From = "rnn, input", Name = "sum" },
            new TestCombine(',') { From = "sum, input, rnn", Name = "wide" },
            new TestCombine(',') { From = "input, sum, square", Name = "wider" },
            new TestCombine('*') { From = "wide, wider", Name = "product" },
            new TestPool("Mean") { From = "square, product", Says = "rnn * rnn, (rnn + input, input, rnn) * (input, rnn+input, rnn*rnn)" },
            Squared),
        ["StepsBefore"] = new(
            6,
            new TestSource("Input", 3) { Name = "input" },
            new TestDense(5) { Name = "below" },
            new TestCombine(',') { From = "below'", Name = "below2" },
            new TestCombine(',') { From = "below2'", Name = "below3" },
            new TestRnn(TestCell.Gru, 18) { From = "below, below3'", Says = "below, below'3", Name = "rnn" },
            new TestCombine(',') { From = "rnn'", Name = "rnn2" },
            new TestCombine('+') { From = "rnn, rnn2'", Name = "s" },
            new TestDense(2) { From = "s, below2'", Says = "rnn + rnn'2, below'2" },
            Squared),
        ["StepsInALoop"] = new(
            6,
            new TestSource("Input", 5) { Name = "input" },
            new TestCombine(',') { From = "y'", Name = "y2" },
            new TestCombine(',') { From = "y2'", Name = "y3" },
            new TestCombine('*') { From = "y',y2'", Name = "p" },
            new TestCombine('+') { From = "y3',p", Name = "s" },
            new TestRnn(TestCell.Lstm, 4) { From = "input, s", Says = "input, y'3 + y' * y'2", Name = "rnn" },
            new TestCombine('*') { From = "input,y'", Name = "q" },
            new TestDense(5) { From = "rnn, q", Says = "rnn, input * y'", Activation = "Tanh", Name = "y" },
            Squared),
        ["Activated"] = new(
            4,
            new TestSource("Input", 5) { Name = "input" },
            new TestRnn(TestCell.Gru, 18) { Name = "rnn" },
            new TestActivation("Relu") { Name = "a" },
            new TestActivation(new("Elu", 0.7)) { From = "input", Name = "b" },
            new TestActivation("Softplus") { From = "rnn", Name = "c" },
            new TestActivation("Tanh") { Name = "d" },
            new TestActivation(new("LeakyRelu", 0.3)) { From = "rnn", Name = "e" },
            new TestActivation(new("LeakyRelu", 0.1)) { From = "a, e", Name = "f" },
            new TestActivation(new("Affine", 2, -0.5)) { From = "d", Name = "g" },
            new TestActivation("Gelu") { From = "input", Name = "h" },
            new TestActivation("Silu") { From = "rnn, h", Name = "i" },
            new TestDense(3) { From = "a, b, c, f, g, i", Activation = new("LeakyRelu", 0.1) },
            new TestActivation("Softsign"),
            Squared),
        ["ActivatedOnce"] = new(
            4,
            new TestSource("Embedding", 7, 5),
            new TestRnn(TestCell.Lstm, 6) { Direction = "Bidirectional" },
            new TestActivation(new("ThresholdedRelu", 0.1)),
            new TestPool("Last"),
            new TestActivation("HardSigmoid"),
            new TestDense(4),
            new TestActivation(new("ScaledTanh", 1.7, 0.6)),
            new TestHead("SigmoidCrossEntropy")),
        ["ActivatedLoop"] = new(
            5,
            new TestSource("Input", 3) { Name = "input" },
            new TestActivation("Elu") { From = "y'", Name = "t" },
            new TestRnn(TestCell.SimpleRnn, 4) { From = "input, t" },
            new TestActivation("Sigmoid") { Name = "s" },
            new TestActivation("Silu"),
            new TestDense(3) { Activation = "Gelu", Name = "y" },
            new TestHead("SquaredError"),
            new TestHead("SigmoidCrossEntropy") { From = "s" }),
        ["LongMemory"] = new(
            260, new TestSource("OneHot", 4) { Name = "input" }, new TestDense(3) { Name = "seen" },
            new TestRnn(TestCell.SimpleRnn, 3) { From = "seen, y'" }, new TestDense(4) { Name = "y" }, new TestHead("SoftmaxCrossEntropy")),
        ["OneStep"] = new(
            1, new TestSource("Input", 3), new TestRnn(TestCell.PeepholeLstm, 5) { Direction = "Bidirectional" },
            new TestPool("Attention", 3), Squared),
        ["Looped"] = new(
            260, new TestSource("Input", 2), new TestRnn(TestCell.Lstm, 3) { Direction = "Bidirectional" }, new TestPool("Attention"),
            Squared),
    };

    /// <summary>Random inputs, states and targets for a graph; ragged, also lengths from 0 on, and weights of which some are 0.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="shape">Its sizes.</param>
    /// <param name="rows">Sequences.</param>
    /// <param name="isRagged">Whether they have different lengths.</param>
    /// <param name="steps">Steps, where a batch may have fewer than were declared.</param>
    /// <param name="sourceSteps">Steps of the sources, likewise.</param>
    public static TestBatch Batch(TestGraph graph, ModelShape shape, int rows, bool isRagged, int? steps = null, int? sourceSteps = null)
    {
        int used = steps ?? shape.Steps, inputs = (graph.Source.Once ? 1 : used) * rows * shape.InputWidth;
        int items = (shape.IsPooled ? 1 : used) * rows;
        int[] lengths = [.. Enumerable.Range(0, rows)
            .Select(row => row switch { 0 => 1, 1 => 0, 2 => used, _ => Math.Min(2 + (row % Math.Max(used - 2, 1)), used) })];
        bool isBridged = graph.Joint is { HasBridge: true };
        var batch = new TestBatch(rows, Inputs(graph.Source, inputs, 1))
        {
            Steps = steps,
            States = isBridged ? null : Numbers.Random(2, rows, shape.StateSize, 0.5),
            Lengths = isRagged ? lengths : null,
            Targets = [.. Enumerable.Range(0, items)
                .SelectMany(item => shape.Heads.SelectMany((head, h) => Targets(graph.Heads.ElementAt(h), head.TargetWidth, item, head.Size, rows)))],
            Weights = isRagged ? [.. Enumerable.Range(0, items).Select(i => i % 5 == 3 ? 0 : 0.5 + (i % 3))] : null,
            FinalStateGradients = Numbers.Random(4, rows, shape.StateSize, 0.3),
        };
        // A symbol is a whole number in the vector of its step.
        foreach (var symbols in graph.Elements.OfType<TestSymbols>())
        {
            for (int i = 0; i < inputs; i++)
            {
                if (i % shape.InputWidth is var column && column >= symbols.Column && column < symbols.Column + symbols.Length)
                    batch.Inputs[i] = ((i * 5) + (i / 3)) % symbols.Symbols;
            }
        }

        if (graph.Joint is not { Encoder: var encoder })
            return batch;
        int read = sourceSteps ?? encoder.Steps;
        return batch with
        {
            SourceSteps = sourceSteps,
            Sources = Inputs(encoder.Source, read * rows * (encoder.Source.Kind == "Input" ? encoder.Source.Size : 1), 5),
            SourceLengths = isRagged
                ? [.. Enumerable.Range(0, rows).Select(row => row switch { 0 => read, 1 => 1, _ => Math.Max(1, read - row + 1) })]
                : null,
        };
    }

    /// <summary>One label of the first row, none of the second, three of the third, two of them equal; two of every other.</summary>
    private static double Label(int blank, int step, int row, int outputs)
    {
        int[] labels = row switch { 0 => [1], 1 => [], 2 => [0, 0, 1], _ => [row, row + 1] };
        if (step >= labels.Length)
            return -1;
        int label = labels[step] % (outputs - 1);
        return label >= blank ? label + 1 : label;
    }

    private static double[] Inputs(TestSource source, int count, ulong seed) =>
        source.Kind == "Input"
            ? Numbers.Random(seed, count)
            : [.. Enumerable.Range(0, count).Select(i => (double)(((i * 5) + (i / 3)) % source.Size))];

    private static double[] Targets(TestHead head, int size, int item, int outputs, int rows) => head.Loss switch
    {
        "Ctc" => [Label(head.Blank, item / rows, item % rows, outputs)],
        "SoftmaxCrossEntropy" when head.IsSoft => [.. Enumerable.Range(item, size).Select(i => (i % 5) / 4.0)],
        "SoftmaxCrossEntropy" => [(item * 3 % outputs)],
        "SigmoidCrossEntropy" => [.. Enumerable.Range(item, size).Select(i => (i % 4) / 3.0)],
        _ => Numbers.Random(30 + (ulong)item, size),
    };
}
