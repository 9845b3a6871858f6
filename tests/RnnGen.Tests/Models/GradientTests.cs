namespace RnnGen.Tests.Models;

/// <summary>Every derived gradient of every cell, at odd sizes, depths and batches: against the interpreted equations, and against differences.</summary>
public class GradientTests
{
    private const int Input = 3;
    private const int Steps = 4;

    private static readonly int[] Sizes = [1, 7, 8, 17, 33];

    private static readonly TestCell[] Basic = [TestCell.SimpleRnn, TestCell.Lstm, TestCell.Gru, TestCell.GruResetBefore];

    private static readonly Lazy<Dictionary<string, (TestGraph Graph, TestModel Model)>> Models = new(Compile);

    public static TheoryData<string, int> Combinations
    {
        get
        {
            var data = new TheoryData<string, int>();
            int index = 0;
            foreach (string name in Architectures().Select(a => a.Name))
                data.Add(name, 1 + (index++ % 5));
            foreach (int rows in new[] { 2, 3, 4, 5 })
                data.Add("Lstm_17_2", rows);
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
        new Differences(model, Data(model, rows)).Check(name);
    }

    private static TestBatch Data(TestModel model, int rows) => new(rows, Numbers.Random(1, model.Shape.Steps * rows * model.Shape.InputSize))
    {
        States = Numbers.Random(2, rows, model.Shape.StateSize, 0.5),
        OutputGradients = Numbers.Random(3, model.Shape.Steps * rows * model.Shape.OutputSize),
        FinalStateGradients = Numbers.Random(4, rows, model.Shape.StateSize),
    };

    private static IEnumerable<(string Name, TestRnn[] Layers)> Architectures()
    {
        foreach (var cell in TestCell.All)
        {
            // The cells that everything rests on at every size and depth, their variations at some.
            bool isVariation = cell.Source is null && !Basic.Contains(cell);
            foreach (int size in isVariation ? [17] : Sizes)
            {
                for (int depth = 1; depth <= (isVariation ? 2 : 3); depth++)
                    yield return ($"{cell.Name}_{size}_{depth}", [new(cell, size, depth)]);
            }
        }

        yield return ("Relu", [new(TestCell.SimpleRnn, 9, 2) { Activation = "Relu" }]);
        yield return ("Linear", [new(TestCell.SimpleRnn, 20) { Activation = "Linear" }]);
        yield return ("Sigmoid", [new(TestCell.SimpleRnn, 5) { Activation = "Sigmoid" }]);
        yield return ("WithoutBias", [new(TestCell.Lstm, 6) { Bias = false }, new(TestCell.Gru, 18) { Bias = false }]);
        yield return ("Mixed", [new(TestCell.Gru, 19), new(TestCell.Lstm, 5, 2), new(TestCell.SimpleRnn, 33)]);
    }

    private static Dictionary<string, (TestGraph Graph, TestModel Model)> Compile()
    {
        var graphs = Architectures().ToDictionary(a => a.Name, a => TestGraph.Of(Steps, Input, a.Layers));
        return ModelFactory.Compile(graphs, TestCell.Sources).ToDictionary(m => m.Key, m => (graphs[m.Key], m.Value));
    }
}
