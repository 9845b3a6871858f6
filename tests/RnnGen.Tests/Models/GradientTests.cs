namespace RnnGen.Tests.Models;

/// <summary>
/// Every derived gradient of every cell, at odd sizes, depths and batches: against the interpreted equations, and against differences; and
/// what is computed without a tape.
/// </summary>
public class GradientTests
{
    private const int Input = 3;
    private const int Steps = 4;

    private static readonly int[] Sizes = [1, 7, 17, 33];

    private static readonly TestCell[] Basic = [TestCell.SimpleRnn, TestCell.Lstm, TestCell.Gru, TestCell.GruResetBefore];

    private static readonly Lazy<Dictionary<string, (TestGraph Graph, TestModel Model)>> Models = new(Compile);

    private static readonly Function[] Functions =
    [
        new("Affine"), new("Affine", 0.7, -0.2), new("LeakyRelu"), new("LeakyRelu", -0.3), new("ThresholdedRelu", 0.1),
        new("ThresholdedRelu", -0.4), new("ScaledTanh"), new("ScaledTanh", 1.3, 0.8),
        new("HardSigmoid"), new("HardSigmoid", 0.3, 0.4), new("Elu"), new("Elu", 0.6), new("Softsign"), new("Softplus"),
        new("Gelu"), new("Silu"),
    ];

    public static TheoryData<string, int> Combinations
    {
        get
        {
            // Each with one number of rows, and one of them with every number.
            var data = new TheoryData<string, int>();
            var each = Architectures().Select((a, i) => (a.Name, Rows: 1 + (i % 5)));
            foreach (var (name, rows) in each.Concat(Enumerable.Range(1, 5).Select(rows => ("Lstm_17_2", rows))).Distinct())
                data.Add(name, rows);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public void MatchesTheInterpretedEquations(string name, int rows)
    {
        var (graph, model) = Models.Value[name];
        var batch = Data(model, rows);
        Numbers.AssertClose(Oracle.Run(graph, model, batch), model.Run(batch), 1e-11, name);
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public void MatchesDifferences(string name, int rows)
    {
        var (_, model) = Models.Value[name];
        Differences.Check(model, Data(model, rows), name);
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public void NoStatesAreStatesOfZeros(string name, int rows)
    {
        var (_, model) = Models.Value[name];
        var batch = Data(model, rows);
        double[][] zeros = [.. Enumerable.Range(0, rows).Select(_ => new double[model.Shape.StateSize])];
        Numbers.AssertClose(model.Run(batch with { States = zeros }), model.Run(batch with { States = null }), 0, name);
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public void StepsAndSequencesAgreeToTheBit(string name, int rows)
    {
        var (_, model) = Models.Value[name];
        var batch = Data(model, rows);
        double[] inputs = [.. Enumerable.Range(0, Steps).SelectMany(step => batch.Inputs.AsSpan(step * rows * Input, Input).ToArray())];
        var (outputs, state) = model.Infer(inputs, Steps, batch.States![0]);
        Assert.Equal(model.Run(batch).FinalStates[0], state);

        double[] carried = batch.States[0];
        for (int step = 0; step < Steps; step++)
        {
            (double[] output, carried) = model.Infer(inputs[(step * Input)..][..Input], 1, carried);
            Assert.Equal(outputs[(step * model.Shape.OutputSize)..][..model.Shape.OutputSize], output);
        }

        Assert.Equal(state, carried);
    }

    private static TestBatch Data(TestModel model, int rows) =>
        new(rows, Numbers.Random(1, model.Shape.Steps * rows * model.Shape.InputSize))
        {
            States = Numbers.Random(2, rows, model.Shape.StateSize, 0.5),
            OutputGradients = Numbers.Random(3, model.Shape.Steps * rows * model.Shape.OutputSize),
            FinalStateGradients = Numbers.Random(4, rows, model.Shape.StateSize),
        };

    private static IEnumerable<(string Name, TestRnn[] Layers)> Architectures()
    {
        foreach (var cell in TestCell.All)
        {
            // The cells that everything rests on at every size, and three deep at one of them; their variations at one.
            bool isRandom = RandomCells.All.Contains(cell);
            bool isVariation =
                isRandom || cell == TestCell.Pantry || cell == TestCell.Norms || (cell.Source is null && !Basic.Contains(cell));
            foreach (int size in isVariation ? [17] : Sizes)
            {
                for (int depth = 1; depth <= (isRandom ? 1 : isVariation || size != 17 ? 2 : 3); depth++)
                    yield return ($"{cell.Name}_{size}_{depth}", [new(cell, size, depth)]);
            }
        }

        yield return ("Relu", [new(TestCell.SimpleRnn, 9, 2) { Activation = new("Relu") }]);
        yield return ("Linear", [new(TestCell.SimpleRnn, 20) { Activation = new("Linear") }]);
        yield return ("Sigmoid", [new(TestCell.SimpleRnn, 5) { Activation = new("Sigmoid") }]);
        foreach (var function in Functions)
            yield return (
                $"{function.Name}{(function.Alpha is null ? "" : "Own")}{(function.Alpha < 0 ? "Negative" : "")}",
                [new(TestCell.Lstm, 3) { Activation = function, Gate = function, Output = function }]);
        yield return ("Clip", [new(TestCell.Gru, 4) { Clip = 0.4 }, new(TestCell.PeepholeLstm, 3) { Clip = 0.3 }]);
        yield return (
            "Constant",
            [
                new(TestCell.LeakyRnn, 5) { Constant = ("alpha", 0.25) }, new(TestCell.SkipRnn, 3) { Constant = ("delay", 3) },
                new(TestCell.DelayedRnn, 3) { Constant = ("delay", 1) }
            ]);
        yield return (
            "Projected",
            [
                new(TestCell.ProjectedLstm, 19, 2) { Projection = 5 }, new(TestCell.ProjectedLstm, 19) { Projection = 19 },
                new(TestCell.ProjectedLstm, 34) { Projection = 17 }
            ]);
        yield return (
            "ProjectedOnce",
            [
                new(TestCell.ProjectedLstm, 7) { Projection = 1 }, new(TestCell.ProjectedLstm, 16) { Projection = 3 },
                new(TestCell.SimpleRnn, 6)
            ]);
        yield return (
            "Jordan",
            [new(TestCell.JordanRnn, 20, 2) { Output = new("Sigmoid"), Projection = 4 }, new(TestCell.JordanRnn, 16) { Projection = 3 }]);
        yield return ("WithoutBias", [new(TestCell.Lstm, 6) { Bias = false }, new(TestCell.Gru, 18) { Bias = false }]);
        yield return ("Mixed", [new(TestCell.Gru, 19), new(TestCell.Lstm, 5, 2), new(TestCell.SimpleRnn, 33)]);
    }

    private static Dictionary<string, (TestGraph Graph, TestModel Model)> Compile()
    {
        var graphs = Architectures().ToDictionary(a => a.Name, a => TestGraph.Of(Steps, Input, a.Layers));
        return ModelFactory.Compile(graphs, TestCell.Sources).ToDictionary(m => m.Key, m => (graphs[m.Key], m.Value));
    }
}
