namespace RnnGen.Tests.Models;

/// <summary>Encoders and decoders with everything that joins them, at odd sizes.</summary>
internal static class JointGraphs
{
    private const int SourceSteps = 5;
    private const int Steps = 4;

    private static readonly TestHead Squared = new("SquaredError");

    private static readonly (TestRnn Encoder, TestRnn Decoder)[] Cells =
    [
        (new(TestCell.Gru, 5), new(TestCell.Lstm, 5)),
        (new(TestCell.Lstm, 9), new(TestCell.Gru, 9)),
        (new(TestCell.ProjectedLstm, 18) { Projection = 5 }, new(TestCell.ProjectedLstm, 18) { Projection = 5 }),
        (new(TestCell.ProjectedLstm, 18) { Projection = 5 }, new(TestCell.Gru, 5)),
        (new(TestCell.Gru, 4), new(TestCell.ProjectedLstm, 19) { Projection = 4 }),
        (new(TestCell.IndRnn, 7), new(TestCell.PeepholeLstm, 7)),
    ];

    private static readonly (string Name, TestRnn Rnn)[] Directions =
    [
        ("Forward", new(TestCell.Gru, 1)),
        ("Reverse", new TestRnn(TestCell.Gru, 1) { Direction = "Reverse" }),
        ("Bidirectional", new TestRnn(TestCell.Gru, 1) { Direction = "Bidirectional" }),
    ];

    private static readonly string[] Bridges = ["Dense", "EveryState", "Direct", "None"];

    private static readonly string[] Orders = ["Plain", "Fed", "Before"];

    public static string Cell => TestCell.Sources + TestScore.Sources;

    /// <summary>Every score in every place.</summary>
    public static IReadOnlyDictionary<string, TestGraph> Scores { get; } = Orders.SelectMany(order => TestScore.All.Select((score, i) => (
        Name: $"{score.Name}{order}",
        Graph: TestJoint.Of(
            Bridges[i % 4],
            new(SourceSteps, new TestSource("Input", 3), new TestRnn(TestCell.Gru, 5) { Direction = "Bidirectional" }),
            Decoder(order, score, new(TestCell.Gru, 10), 10, score.IsElementwise ? 10 : 7 + (12 * (i % 2)))))))
        .ToDictionary(g => g.Name, g => g.Graph);

    /// <summary>Every bridge from every direction, with cells that differ, at every depth with half of them.</summary>
    public static IReadOnlyDictionary<string, TestGraph> Bridged { get; } = (
        from bridge in Bridges
        from direction in Directions
        from pair in Enumerable.Range(0, Cells.Length)
        let depth = 1 + ((Array.IndexOf(Bridges, bridge) + Array.IndexOf(Directions, direction) + pair) % 2)
        let both = direction.Name == "Bidirectional" && bridge == "Direct" ? 2 : 1
        let encoder = Cells[pair].Encoder with { Depth = depth, Direction = direction.Name }
        let decoder = Cells[pair].Decoder with
        {
            Depth = depth,
            Hidden = both * Cells[pair].Decoder.Hidden,
            Projection = both * Cells[pair].Decoder.Projection
        }
        select (
            Name: $"{bridge}{direction.Name}{depth}{encoder.Cell.Name}To{decoder.Cell.Name}",
            Graph: TestJoint.Of(bridge, new(SourceSteps, new TestSource("Input", 3), encoder), Contexts(pair, bridge, decoder))))
        .ToDictionary(g => g.Name, g => g.Graph);

    public static IReadOnlyDictionary<string, TestGraph> Others { get; } = new Dictionary<string, TestGraph>
    {
        ["Sutskever"] = TestJoint.Of(
            "Direct",
            new(6, new TestSource("Embedding", 7, 5), new TestRnn(TestCell.Lstm, 6, 2) { Direction = "Reverse" }),
            new(
                5, new TestSource("Embedding", 9, 4), new TestRnn(TestCell.Lstm, 6, 2), new TestDense(9),
                new TestHead("SoftmaxCrossEntropy"))),
        ["Cho"] = TestJoint.Of(
            "Dense",
            new(5, new TestSource("OneHot", 6), new TestRnn(TestCell.Gru, 17)),
            new(
                5,
                new TestSource("Embedding", 6, 3) { Name = "input" },
                new TestContext { Name = "context" },
                new TestRnn(TestCell.Gru, 8) { From = "input, context", Name = "rnn" },
                new TestDense(6) { From = "rnn, context, input" },
                new TestHead("SoftmaxCrossEntropy"))),
        ["Symbols"] = TestJoint.Of(
            "EveryState",
            new(
                5, new TestSource("Embedding", 8, 6), new TestDropout(0.3),
                new TestRnn(TestCell.Lstm, 7, 2) { Direction = "Bidirectional", Dropout = 0.2 }),
            Speaking("OneHot")),
        ["SymbolsAfterNumbers"] =
            TestJoint.Of("Dense", new(5, new TestSource("Input", 3), new TestRnn(TestCell.Lstm, 7)), Speaking("OneHot")),
        ["NumbersAfterSymbols"] = TestJoint.Of(
            "Dense", new(4, new TestSource("OneHot", 7), new TestRnn(TestCell.Lstm, 7)),
            Decoder("Fed", TestScore.Additive, new(TestCell.Lstm, 6), 7, 5)),
        ["EndsInDense"] = Ending("Dense", new TestDense(11) { Activation = "Tanh" }),
        ["EndsInDropout"] = Ending("EveryState", new TestDropout(0.4)),
        ["EndsInTwoDropouts"] = Ending("Dense", new TestDropout(0.4), new TestDropout(0.2)),
        ["EndsInSum"] = TestJoint.Of(
            "Dense", new(5, new TestSource("Input", 3), new TestRnn(TestCell.Gru, 6, 2) { Direction = "Bidirectional", Merge = "Sum" }),
            Decoder("Fed", TestScore.Additive, new(TestCell.Gru, 6), 6, 7)),
        ["EndsInLinear"] = TestJoint.Of(
            "Dense", new(5, new TestSource("Input", 3), new TestRnn(TestCell.Gru, 6, 2) { Direction = "Bidirectional", Merge = "Linear" }),
            Decoder("Plain", TestScore.General, new(TestCell.Gru, 6), 6, 6)),
        ["EndsInLinearUnseen"] = TestJoint.Of(
            "Dense",
            new(
                5, new TestSource("Input", 3), new TestRnn(TestCell.Gru, 6) { Direction = "Bidirectional", Merge = "Linear" },
                new TestDropout(0.3)),
            Said()),
        ["EndsInMultiply"] = TestJoint.Of(
            "EveryState",
            new(5, new TestSource("Input", 3), new TestRnn(TestCell.Gru, 6, 2) { Direction = "Bidirectional", Merge = "Multiply" }),
            Said()),
        ["EndsInMean"] =
            TestJoint.Of("Dense", new(5, new TestSource("Input", 3), new TestRnn(TestCell.Gru, 6), new TestPool("Mean")), Said()),
        ["EndsInLast"] = TestJoint.Of(
            "EveryState",
            new(5, new TestSource("Input", 3), new TestRnn(TestCell.Lstm, 6) { Direction = "Bidirectional" }, new TestPool("Last")),
            Said()),
        ["EndsInAttention"] = TestJoint.Of(
            "Dense", new(5, new TestSource("Embedding", 5, 4), new TestRnn(TestCell.Gru, 6), new TestPool("Attention", 5)), Said()),
        ["EndsInPoolOfInputs"] = TestJoint.Of("None", new(5, new TestSource("Input", 3), new TestPool("Mean"), new TestDense(18)), Said()),
        ["InputsOnly"] =
            TestJoint.Of("Dense", new(5, new TestSource("Input", 3)), Decoder("Fed", TestScore.Additive, new(TestCell.Gru, 6), 3, 7)),
        ["InputsAlone"] =
            TestJoint.Of("None", new(5, new TestSource("Input", 18)), Decoder("Before", TestScore.Dot, new(TestCell.Gru, 18), 18, 18)),
        ["EmbeddingOnly"] = TestJoint.Of(
            "Dense", new(5, new TestSource("Embedding", 7, 5)), Decoder("Plain", TestScore.Additive, new(TestCell.Gru, 6), 5, 7)),
        ["EmbeddingDropped"] = TestJoint.Of(
            "Dense", new(5, new TestSource("Embedding", 7, 5), new TestDropout(0.5)),
            Decoder("Before", TestScore.Gated, new(TestCell.Lstm, 6), 5, 19)),
        ["InputsDropped"] = TestJoint.Of(
            "Dense", new(5, new TestSource("Input", 4), new TestDropout(0.5)),
            Decoder("Plain", TestScore.Additive, new(TestCell.Lstm, 6), 4, 3)),
        ["ThereAndBack"] = TestJoint.Of(
            "EveryState",
            new(
                5,
                new TestSource("Input", 3) { Name = "input" },
                new TestRnn(TestCell.Gru, 5) { Name = "first" },
                new TestPool("Attention", 4) { Name = "thought" },
                new TestRnn(TestCell.Lstm, 5) { FirstState = true, Name = "second" },
                new TestRepeat() { From = "thought", Name = "again" },
                new TestRnn(TestCell.SimpleRnn, 4) { From = "again, second, input", Direction = "Bidirectional" }),
            Decoder("Fed", TestScore.Gated, new(TestCell.Gru, 5), 8, 6)),
        ["TwoAttentions"] = TestJoint.Of(
            "Dense",
            new(5, new TestSource("Embedding", 7, 5), new TestRnn(TestCell.Gru, 9) { Direction = "Bidirectional" }),
            new(
                4,
                new TestSource("Input", 3) { Name = "input" },
                new TestRnn(TestCell.Lstm, 18) { From = "input, second'", Name = "rnn" },
                new TestAttention(TestScore.Additive, 6) { Name = "first" },
                new TestAttention(TestScore.Dot, 18) { Name = "second", From = "first" },
                new TestDense(3) { From = "rnn, first, second" },
                Squared)),
        ["SameScoreTwice"] = TestJoint.Of(
            "None",
            new(4, new TestSource("Input", 3), new TestRnn(TestCell.Gru, 5)),
            new(
                5,
                new TestSource("Input", 17) { Name = "input" },
                new TestAttention(TestScore.Additive, 6),
                new TestRnn(TestCell.Lstm, 5) { Name = "rnn" },
                new TestAttention(TestScore.Additive, 6) { Name = "second", From = "rnn, input" },
                new TestAttention(TestScore.Distance, 5) { Name = "third", From = "rnn" },
                new TestAttention(TestScore.Distance, 5) { Name = "fourth", From = "second" },
                new TestDense(3) { From = "fourth, third, second" },
                Squared)),
        ["Deep"] = TestJoint.Of(
            "EveryState",
            new(
                5, new TestSource("Input", 3), new TestRnn(TestCell.Gru, 6), new TestDense(4) { Name = "between", Activation = "Relu" },
                new TestRnn(TestCell.Lstm, 5, 2) { Direction = "Bidirectional" }, new TestDropout(0.2)),
            new(
                5,
                new TestSource("Input", 3) { Name = "input" },
                new TestDense(6) { Name = "below", Activation = "Tanh" },
                new TestRnn(TestCell.Lstm, 5, 2) { From = "below, attentional'", Name = "rnn", Dropout = 0.2 },
                new TestDropout(0.3) { Name = "dropped" },
                new TestDense(8) { Name = "query", Activation = "Softsign" },
                new TestAttention(TestScore.General, 8) { Name = "context" },
                new TestDense(7) { From = "context, rnn", Activation = "Tanh", Name = "attentional" },
                new TestRnn(TestCell.Gru, 4) { Name = "top" },
                new TestDense(2) { From = "top, dropped" },
                Squared)),
        ["Heads"] = TestJoint.Of(
            "Dense",
            new(5, new TestSource("Input", 3), new TestRnn(TestCell.Gru, 6)),
            new(
                4,
                new TestSource("Input", 3) { Name = "input" },
                new TestRnn(TestCell.Gru, 5) { From = "input", Name = "rnn" },
                Squared,
                new TestAttention(TestScore.Additive, 4) { Name = "context", From = "rnn" },
                new TestHead("SquaredError", 2),
                new TestDense(3) { From = "context, rnn", Name = "class" },
                new TestHead("SoftmaxCrossEntropy", 0.5))),
        ["ContextAndAttention"] = TestJoint.Of(
            "Dense",
            new(5, new TestSource("Input", 3), new TestRnn(TestCell.Gru, 6) { Direction = "Bidirectional" }),
            new(
                4,
                new TestSource("Input", 3) { Name = "input" },
                new TestContext { Name = "whole" },
                new TestAttention(TestScore.Additive, 4) { Name = "part", From = "rnn', whole" },
                new TestRnn(TestCell.Gru, 5) { From = "input, whole, part, part'", Name = "rnn" },
                new TestDense(2) { From = "rnn, part" },
                new TestHead("SigmoidCrossEntropy"))),
        ["ContextAsOutput"] = TestJoint.Of(
            "Direct",
            new(4, new TestSource("Input", 3), new TestRnn(TestCell.Gru, 6)),
            new(
                4, new TestSource("Input", 3) { Name = "input" }, new TestContext { Name = "whole" }, Squared,
                new TestRnn(TestCell.Gru, 6) { From = "input" }, Squared)),
        ["NoRecurrentDecoder"] = TestJoint.Of(
            "None",
            new(5, new TestSource("Input", 3), new TestRnn(TestCell.Gru, 6)),
            new(
                4, new TestSource("Input", 3) { Name = "input" },
                new TestAttention(TestScore.Additive, 4) { Name = "context", From = "input, context'" }, new TestDense(2), Squared)),
        ["StatelessDecoder"] = TestJoint.Of(
            "None",
            new(5, new TestSource("Input", 3), new TestRnn(TestCell.Gru, 6)),
            new(
                4, new TestSource("Input", 3), new TestAttention(TestScore.Additive, 4), new TestPRelu(), new TestDense(2), Squared)),
        ["Units"] = TestJoint.Of(
            "Dense",
            new(
                5, new TestSource("Input", 5), new TestNorm("LayerNorm"), new TestRnn(TestCell.Gru, 6) { Direction = "Bidirectional" },
                new TestNorm("GroupNorm", 3), new TestPRelu()),
            new(
                4,
                new TestSource("Embedding", 9, 4) { Name = "input" },
                new TestRnn(TestCell.Lstm, 18) { From = "input, context'" },
                new TestNorm("RmsNorm"),
                new TestAttention(TestScore.Additive, 7) { Name = "context" },
                new TestNorm("LayerNorm") { Name = "n" },
                new TestSoftmax(),
                new TestPRelu(Shared: true),
                new TestDense(9),
                new TestHead("SoftmaxCrossEntropy"))),
        // An encoder begins with zeros for every source, a decoder's state has what it looks back on.
        ["Convolved"] = TestJoint.Of(
            "Dense",
            new(
                5, new TestSource("Input", 3), new TestConv(5, 3) { Dilation = 2, Activation = "Tanh" },
                new TestRnn(TestCell.Gru, 6) { Direction = "Bidirectional" }, new TestConv(7, 2)),
            new(
                4,
                new TestSource("Input", 4) { Channels = 2 },
                new TestConv(3, 2) { IsInner = true },
                new TestConv(4, 2) { Dilation = 2 },
                new TestGridPool("Max"),
                new TestRnn(TestCell.Lstm, 5) { Name = "rnn" },
                new TestAttention(TestScore.Additive, 4),
                new TestConv(2, 2) { Name = "out" },
                Squared)),
        ["Combined"] = TestJoint.Of(
            "Dense",
            new(
                5,
                new TestSource("Input", 3),
                new TestRnn(TestCell.Gru, 5) { Name = "a" },
                new TestRnn(TestCell.Gru, 5) { Name = "b" },
                new TestCombine('*') { From = "b, a", Name = "p" },
                new TestCombine('+') { From = "a, p", Name = "s" },
                new TestDense(6) { From = "s", Says = "a + b * a" }),
            new(
                4,
                new TestSource("Input", 6) { Name = "input" },
                new TestCombine(',') { From = "context'", Name = "context2" },
                new TestCombine('+') { From = "context', context2'", Name = "both" },
                new TestCombine('*') { From = "input, both", Name = "gated" },
                new TestRnn(TestCell.Gru, 6) { From = "gated", Says = "input * (context' + context'2)", Name = "rnn" },
                new TestAttention(TestScore.Additive, 4) { Name = "context" },
                new TestCombine('+') { From = "rnn, context", Name = "sum" },
                new TestDense(2) { From = "sum, input", Says = "rnn + context, input" },
                Squared)),
        ["CarriedThroughABridge"] = TestJoint.Of(
            "EveryState",
            new(5, new TestSource("Input", 3), new TestRnn(TestCell.Kitchen, 6, 2)),
            new(
                5,
                new TestSource("Input", 3) { Name = "input" },
                new TestRnn(TestCell.Kitchen, 5) { From = "input, y'", Name = "rnn" },
                new TestAttention(TestScore.Gated, 4) { Name = "context", From = "rnn, rnn'" },
                new TestDense(4) { From = "context, context'", Name = "y" },
                Squared)),
        ["Delays"] = TestJoint.Of(
            "Direct",
            new(5, new TestSource("Input", 3), new TestRnn(TestCell.SkipRnn, 6)),
            new(5, new TestSource("Input", 3), new TestRnn(TestCell.SkipRnn, 6), Squared)),
        ["Normalised"] = TestJoint.Of(
            "EveryState",
            new(5, new TestSource("Input", 3), new TestRnn(TestCell.LayerNormLstm, 6) { Direction = "Bidirectional" }),
            Decoder("Before", TestScore.Additive, new(TestCell.LayerNormLstm, 5), 12, 7)),
        ["LongTarget"] = TestJoint.Of(
            "Dense", new(3, new TestSource("Input", 2), new TestRnn(TestCell.Lstm, 3)),
            Decoder("Fed", TestScore.Additive, new(TestCell.Lstm, 3), 3, 3) with { Steps = 259 }),
        ["LongSource"] = TestJoint.Of(
            "EveryState", new(260, new TestSource("Input", 2), new TestRnn(TestCell.Lstm, 3) { Direction = "Bidirectional" }),
            Decoder("Plain", TestScore.Additive, new(TestCell.Lstm, 3), 6, 3)),
        ["OneStepEach"] = TestJoint.Of(
            "Direct", new(1, new TestSource("Input", 3), new TestRnn(TestCell.Lstm, 5)),
            Decoder("Before", TestScore.Additive, new(TestCell.Lstm, 5), 5, 7) with { Steps = 1 }),
    };

    /// <summary>Decoders that are told their outputs: in use they say them to themselves.</summary>
    public static IReadOnlyDictionary<string, TestGraph> FedBack { get; } = new Dictionary<string, TestGraph>
    {
        ["ToldAttending"] = TestJoint.Of(
            "Dense",
            new(5, new TestSource("Input", 3), new TestRnn(TestCell.Gru, 6) { Direction = "Bidirectional" }),
            new(
                4,
                new TestSource("Input", 3),
                new TestFeedback(2) { Name = "told" },
                new TestRnn(TestCell.Gru, 5) { From = "told, context'", Name = "rnn" },
                new TestAttention(TestScore.Additive, 4) { Name = "context" },
                new TestDense(2) { From = "rnn, context" },
                Squared)),
        ["ToldWithoutBridge"] = TestJoint.Of(
            "None",
            new(4, new TestSource("Embedding", 7, 5), new TestRnn(TestCell.Lstm, 6)),
            new(
                5,
                new TestSource("Embedding", 5, 3),
                new TestFeedback(3) { Name = "told" },
                new TestContext { Name = "whole" },
                new TestRnn(TestCell.Lstm, 17) { From = "told, whole" },
                new TestDense(3),
                Squared)),
        ["ToldOnly"] = TestJoint.Of(
            "None",
            new(4, new TestSource("Input", 3), new TestRnn(TestCell.Lstm, 6)),
            new(5, new TestSource("Input", 2), new TestFeedback(3), new TestAttention(TestScore.Gated, 5), new TestDense(3), Squared)),
    };

    /// <summary>All of these; each group is one compilation.</summary>
    public static IReadOnlyList<IReadOnlyDictionary<string, TestGraph>> Groups { get; } = [Scores, Bridged, Others, FedBack];

    /// <summary>Every score, bridge and direction, small.</summary>
    public static IReadOnlyDictionary<string, TestGraph> Matrix { get; } = (
        from score in TestScore.All
        from bridge in Bridges
        from direction in Directions
        let index = Array.IndexOf(Bridges, bridge) + (2 * Array.IndexOf(Directions, direction)) + score.Name.Length
        let cell = Cells[index % 2]
        let width = direction.Name == "Bidirectional" ? 4 : 2
        select (
            Name: $"{score.Name}{bridge}{direction.Name}",
            Graph: TestJoint.Of(
                bridge,
                new(3, new TestSource("Input", 2), cell.Encoder with { Hidden = 2, Direction = direction.Name }),
                Decoder(
                    Orders[index % 3], score, cell.Decoder with { Hidden = width }, width,
                    score.IsElementwise ? width : 3) with
                { Steps = 2 + (index % 2) })))
        .ToDictionary(g => g.Name, g => g.Graph);

    /// <summary>A decoder that attends with its state of this step, the context fed or not, or with that of the step before.</summary>
    /// <param name="order">Plain, Fed or Before.</param>
    /// <param name="score">The score.</param>
    /// <param name="rnn">Its layer.</param>
    /// <param name="width">Numbers of an output of the encoder.</param>
    /// <param name="units">Of the score.</param>
    private static TestGraph Decoder(string order, TestScore score, TestRnn rnn, int width, int units)
    {
        var source = new TestSource("Input", 3) { Name = "input" };
        var attention = new TestAttention(score, units) { Name = "context", From = order == "Before" ? "rnn'" : "rnn" };
        rnn = rnn with { Name = "rnn", From = order switch { "Plain" => "input", "Fed" => "input, context'", _ => "input, context" } };
        var dense = new TestDense(4)
        {
            From = order == "Before" ? "rnn, context, input" : "rnn, context",
            Activation = width % 2 == 0 ? "Tanh" : "Linear"
        };
        return order == "Before" ? new(Steps, source, attention, rnn, dense, Squared) : new(Steps, source, rnn, attention, dense, Squared);
    }

    /// <summary>Decoders that look at the encoder in turns: by attention, by the context, or through the bridge alone.</summary>
    private static TestGraph Contexts(int pair, string bridge, TestRnn rnn)
    {
        if (pair % 3 == 0)
            return Decoder(Orders[pair % 2], TestScore.Additive, rnn, 3, 6);
        var source = new TestSource("Input", 3) { Name = "input" };
        return pair % 3 == 1 && bridge != "None"
            ? new(Steps, source, rnn, new TestDense(2), Squared)
            : new(Steps, source, new TestContext { Name = "whole" }, rnn with { From = "input, whole" }, new TestDense(2), Squared);
    }

    private static TestGraph Speaking(string source) => new(
        4,
        new TestSource(source, 6) { Name = "input" },
        new TestRnn(TestCell.Lstm, 5) { Name = "rnn" },
        new TestAttention(TestScore.Additive, 6) { Name = "context" },
        new TestDense(6) { From = "context, rnn" },
        new TestHead("SoftmaxCrossEntropy"));

    private static TestGraph Ending(string bridge, params TestElement[] end) => TestJoint.Of(
        bridge,
        new(5, [new TestSource("Input", 3), new TestRnn(TestCell.Gru, 6) { Direction = "Bidirectional" }, .. end]),
        Decoder("Fed", TestScore.Additive, new(TestCell.Gru, 6), 12, 7));

    /// <summary>A decoder that is given the context at every step.</summary>
    private static TestGraph Said() => new(
        Steps, new TestSource("Input", 3) { Name = "input" }, new TestContext { Name = "whole" },
        new TestRnn(TestCell.Gru, 5) { From = "input, whole" }, new TestDense(2), Squared);
}
