namespace RnnGen.Tests.Models;

/// <summary>Graphs that become other graphs at certain parameters, and how many parameters they have.</summary>
public class GraphIdentityTests
{
    private const int Input = 3;
    private const int Hidden = 5;
    private const int Steps = 4;
    private const int Rows = 2;

    private static readonly TestSource Vectors = new("Input", Input);
    private static readonly TestHead Squared = new("SquaredError");
    private static readonly TestRnn Gru = new(TestCell.Gru, Hidden);

    private static readonly Dictionary<string, TestGraph> Graphs = new()
    {
        ["Onward"] = TestGraph.Of(Steps, Input, Gru),
        ["Reverse"] = TestGraph.Of(Steps, Input, Gru with { Direction = "Reverse" }),
        ["Concat"] = TestGraph.Of(Steps, Input, Gru with { Direction = "Bidirectional" }),
        ["Sum"] = TestGraph.Of(Steps, Input, Gru with { Direction = "Bidirectional", Merge = "Sum" }),
        ["Mean"] = TestGraph.Of(Steps, Input, Gru with { Direction = "Bidirectional", Merge = "Mean" }),
        ["Multiply"] = TestGraph.Of(Steps, Input, Gru with { Direction = "Bidirectional", Merge = "Multiply" }),
        ["Linear"] = TestGraph.Of(Steps, Input, Gru with { Direction = "Bidirectional", Merge = "Linear" }),
        ["LastPool"] = TestGraph.Of(Steps, Input, Gru, new TestPool("Last")),
        ["MeanPool"] = TestGraph.Of(Steps, Input, Gru, new TestPool("Mean")),
        ["AttentionPool"] = TestGraph.Of(Steps, Input, Gru, new TestPool("Attention")),
        ["UnitsPool"] = TestGraph.Of(Steps, Input, Gru, new TestPool("Attention", 4)),
        ["Repeated"] = new(Steps, new TestSource("Input", Input, Once: true), new TestRepeat(), Gru, Squared),
        ["Given"] = new(Steps, new TestSource("Input", Hidden, Once: true), Gru with { FirstState = true }, Squared),
        ["DeepConcat"] = TestGraph.Of(Steps, Input, new TestRnn(TestCell.Lstm, Hidden, 2) { Direction = "Bidirectional" }),
        ["DeepLinear"] = TestGraph.Of(
            Steps, Input, new TestRnn(TestCell.Lstm, Hidden, 3) { Direction = "Bidirectional", Merge = "Linear" }, new TestDense(2)),
        ["Simple"] = TestGraph.Of(Steps, Input, new TestRnn(TestCell.SimpleRnn, Hidden)),
        ["SimpleWithoutBias"] = TestGraph.Of(Steps, Input, new TestRnn(TestCell.SimpleRnn, Hidden) { Bias = false }),
        ["Before"] = TestGraph.Of(Steps, Input, new TestRnn(TestCell.GruResetBefore, Hidden)),
        ["Peephole"] = TestGraph.Of(Steps, Input, new TestRnn(TestCell.PeepholeLstm, Hidden)),
        ["TwoUses"] = new(
            Steps,
            new TestSource("Embedding", 11, 4) { Name = "input" },
            Gru with { Name = "rnn" },
            new TestDense(2) { From = "rnn, input", Name = "a" },
            Squared,
            new TestDense(3) { From = "rnn", Name = "b", Bias = false },
            Squared),
    };

    private static readonly Lazy<Dictionary<string, TestModel>> Models = new(() => ModelFactory.Compile(Graphs));

    /// <summary>Of each new model, how many numbers of its tensors are initialised, and so parameters.</summary>
    private static readonly Lazy<Dictionary<string, long>> Initialised = new(() =>
        ModelFactory.Compile(Graphs)
            .ToDictionary(m => m.Key, m => m.Value.Parameters.Sum(view => ParameterValues.Values(view).LongCount(v => v != 0))));

    private static readonly double[] Inputs = Numbers.Random(1, Steps * Rows * Input);

    public static TheoryData<string, long> Counts
    {
        get
        {
            const long Gate = (Input * Hidden) + (Hidden * Hidden) + Hidden;
            const long Upper = (2 * Hidden * Hidden) + (Hidden * Hidden) + Hidden;
            const long Middle = (2 * Hidden * Hidden) + Hidden;
            const long Map = (2 * Hidden * Hidden) + Hidden, OneGru = (3 * Gate) + Hidden;
            return new()
            {
                { "Simple", Gate },
                { "SimpleWithoutBias", Gate - Hidden },
                { "Before", 3 * Gate },
                // Its candidate has two biases, which no sum makes one.
                { "Onward", OneGru },
                { "Peephole", (4 * Gate) + (3 * Hidden) },
                { "Reverse", OneGru },
                { "Concat", 2 * OneGru },
                { "Multiply", 2 * OneGru },
                { "Linear", (2 * OneGru) + Map },
                { "DeepConcat", 2 * 4 * (Gate + Upper) },
                { "DeepLinear", (2 * 4 * (Gate + Middle + Middle)) + (3 * Map) + (2 * Hidden) + 2 },
                { "LastPool", OneGru },
                { "AttentionPool", OneGru + Hidden },
                { "UnitsPool", OneGru + (4 * Hidden) + 4 + 4 },
                { "Given", OneGru - (3 * Input * Hidden) },
                {
                    "TwoUses",
                    (11 * 4) + (3 * ((4 * Hidden) + (Hidden * Hidden) + Hidden)) + Hidden + (2 * (Hidden + 4)) + 2 + (3 * Hidden)
                },
            };
        }
    }

    [Theory]
    [MemberData(nameof(Counts))]
    public void ParametersAreAsManyAsTheFormulaSays(string name, long count)
    {
        Assert.Equal(count, Models.Value[name].ParameterCount);
        Assert.Equal(count, Initialised.Value[name]);
    }

    [Fact]
    public void AReverseLayerIsAForwardOneOnTheSequenceBackwards()
    {
        var (forward, reverse) = (Models.Value["Onward"], Models.Value["Reverse"]);
        Copy(forward, reverse, "");
        double[] Backwards(double[] values, int width) => [.. values.Chunk(Rows * width).Reverse().SelectMany(step => step)];
        Assert.Equal(Outputs(forward, Inputs), Backwards(Outputs(reverse, Backwards(Inputs, Input)), Hidden));
    }

    [Fact]
    public void MergesAreWhatTheirNamesSay()
    {
        var (forward, reverse) = (Models.Value["Onward"], Models.Value["Reverse"]);
        forward.Randomize(3);
        reverse.Randomize(9);
        double[] f = Outputs(forward, Inputs), r = Outputs(reverse, Inputs);
        Assert.Equal([.. f.Chunk(Hidden).Zip(r.Chunk(Hidden)).SelectMany(p => p.First.Concat(p.Second))], Merged("Concat"));
        Assert.Equal([.. f.Zip(r, (a, b) => a + b)], Merged("Sum"));
        Assert.Equal([.. f.Zip(r, (a, b) => (a + b) / 2)], Merged("Mean"));
        Assert.Equal([.. f.Zip(r, (a, b) => a * b)], Merged("Multiply"));
        var linear = Models.Value["Linear"];
        linear.Parameters["rnn.merge_l0.weight"].CopyFrom([.. Enumerable.Range(0, Hidden)
            .SelectMany(row => Enumerable.Range(0, 2 * Hidden).Select(column => column % Hidden == row ? 1.0 : 0))]);
        linear.Parameters["rnn.merge_l0.bias"].CopyFrom(new double[Hidden]);
        Numbers.AssertClose(Merged("Sum"), Merged("Linear"), 1e-15, "linear");

        double[] Merged(string name)
        {
            Copy(forward, Models.Value[name], "", randomize: false);
            Copy(reverse, Models.Value[name], "_reverse", randomize: false);
            return Outputs(Models.Value[name], Inputs);
        }
    }

    [Theory]
    [InlineData("AttentionPool")]
    [InlineData("UnitsPool")]
    public void AttentionWithoutPreferencesIsTheMean(string name)
    {
        var (mean, attention) = (Models.Value["MeanPool"], Models.Value[name]);
        Copy(mean, attention, "");
        var score = attention.Parameters["pool.score.weight"];
        score.CopyFrom(new double[score.Count]);
        int[] lengths = [4, 3];
        Numbers.AssertClose(Outputs(mean, Inputs, lengths), Outputs(attention, Inputs, lengths), 1e-15, name);
    }

    [Fact]
    public void TheLastStepIsTheFinalState()
    {
        var model = Models.Value["LastPool"];
        var pass = model.Run(new(Rows, Inputs) { OutputGradients = new double[Rows * Hidden], Lengths = [2, 4] });
        Assert.Equal([.. pass.FinalStates.SelectMany(s => s)], pass.Outputs);
    }

    [Fact]
    public void ARepeatedInputIsTheSameInputAtEveryStep()
    {
        var (forward, repeated) = (Models.Value["Onward"], Models.Value["Repeated"]);
        Copy(forward, repeated, "");
        double[] once = Inputs[..(Rows * Input)];
        Assert.Equal(Outputs(forward, [.. Enumerable.Repeat(once, Steps).SelectMany(x => x)]), Outputs(repeated, once));
    }

    [Fact]
    public void AFirstStateIsTheInitialStateOfALayerWithoutInputs()
    {
        var (forward, given) = (Models.Value["Onward"], Models.Value["Given"]);
        Copy(given, forward, "");
        double[] states = Numbers.Random(4, Rows * Hidden);
        var pass = forward.Run(
            new(Rows, new double[Inputs.Length])
            {
                States = [.. states.Chunk(Hidden)],
                OutputGradients = new double[Steps * Rows * Hidden]
            });
        Assert.Equal(pass.Outputs, Outputs(given, states));
    }

    /// <summary>Gives a model new parameters, and another its own.</summary>
    private static void Copy(TestModel from, TestModel to, string suffix, bool randomize = true)
    {
        if (randomize)
            from.Randomize(6);
        foreach (var view in from.Parameters)
            to.Parameters[view.Name + suffix].CopyFrom(ParameterValues.Values(view));
    }

    private static double[] Outputs(TestModel model, double[] inputs, int[]? lengths = null) =>
        model.Run(
            new(Rows, inputs)
            {
                OutputGradients = new double[model.Shape.OutputSteps * Rows * model.Shape.OutputSize],
                Lengths = lengths
            }).Outputs;
}
