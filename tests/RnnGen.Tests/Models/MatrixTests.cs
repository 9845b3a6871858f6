namespace RnnGen.Tests.Models;

/// <summary>
/// Cells × directions and merges × modes × lengths: every derived gradient against central differences of the loss. Of the modes each pair
/// of a cell and a direction has four, so that every pair of a cell, a direction and a mode occurs.
/// </summary>
public class MatrixTests
{
    private const int Rows = 3;
    private const int ModesPerPair = 4;

    private static readonly (string Name, TestCell Cell, string Activation)[] Cells =
    [
        ("SimpleRnn", TestCell.SimpleRnn, "Tanh"),
        ("ReluRnn", TestCell.SimpleRnn, "Relu"),
        ("Lstm", TestCell.Lstm, "Tanh"),
        ("Gru", TestCell.Gru, "Tanh"),
        ("GruResetBefore", TestCell.GruResetBefore, "Tanh"),
        ("PeepholeLstm", TestCell.PeepholeLstm, "Tanh"),
        ("CoupledLstm", TestCell.CoupledLstm, "Tanh"),
        ("GruTakeNew", TestCell.GruTakeNew, "Tanh"),
        ("GruResetBeforeTakeNew", TestCell.GruResetBeforeTakeNew, "Tanh"),
        ("Mgu", TestCell.Mgu, "Tanh"),
        ("IndRnn", TestCell.IndRnn, "Tanh"),
    ];

    private static readonly (string Direction, string Merge)[] Directions =
    [
        ("Forward", "Concat"),
        ("Reverse", "Concat"),
        ("Bidirectional", "Concat"),
        ("Bidirectional", "Sum"),
        ("Bidirectional", "Mean"),
        ("Bidirectional", "Multiply"),
        ("Bidirectional", "Linear"),
    ];

    private static readonly string[] Modes = ["Each", "Last", "Mean", "Attention", "AttentionUnits", "Repeat", "FirstState"];

    private static readonly Dictionary<string, TestGraph> Graphs = Generate();

    private static readonly Lazy<Dictionary<string, TestModel>> Models = new(() => ModelFactory.Compile(Graphs));

    public static TheoryData<string, bool> Combinations
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (string name in Graphs.Keys)
            {
                data.Add(name, false);
                data.Add(name, true);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public void MatchesDifferences(string name, bool isRagged)
    {
        var model = Models.Value[name];
        model.Randomize((ulong)name.Sum(c => c), 0.5);
        var batch = TestGraphs.Batch(Graphs[name], model.Shape, Rows, isRagged);
        Differences.Check(model, batch, name, most: 6);
    }

    [Fact]
    public void EveryPairOccurs()
    {
        Assert.True(2 * Graphs.Count >= 600, $"{2 * Graphs.Count}");
        foreach (string mode in Modes)
        {
            foreach (string cell in Cells.Select(c => c.Name))
                Assert.Contains(
                    Graphs.Keys,
                    name => name.StartsWith(cell + "_", StringComparison.Ordinal) && name.EndsWith("_" + mode, StringComparison.Ordinal));
            foreach (var (direction, merge) in Directions)
                Assert.Contains(Graphs.Keys, name => name.EndsWith($"_{direction}{merge}_{mode}", StringComparison.Ordinal));
        }
    }

    private static Dictionary<string, TestGraph> Generate()
    {
        var graphs = new Dictionary<string, TestGraph>();
        for (int cell = 0; cell < Cells.Length; cell++)
        {
            for (int direction = 0; direction < Directions.Length; direction++)
            {
                for (int i = 0; i < ModesPerPair; i++)
                {
                    string mode = Modes[(cell + (2 * direction) + (3 * i)) % Modes.Length];
                    graphs.Add(
                        $"{Cells[cell].Name}_{Directions[direction].Direction}{Directions[direction].Merge}_{mode}",
                        Graph(mode, cell, direction, graphs.Count));
                }
            }
        }

        return graphs;
    }

    /// <summary>Sizes, depths, heads and losses change from combination to combination.</summary>
    private static TestGraph Graph(string mode, int cell, int direction, int index)
    {
        int hidden = 3 + (index % 3), input = mode == "FirstState" ? hidden : 2 + (index % 2);
        var rnn = new TestRnn(Cells[cell].Cell, hidden, index % 4 == 1 ? 2 : 1)
        {
            Activation = Cells[cell].Activation,
            Direction = Directions[direction].Direction,
            Merge = Directions[direction].Merge,
            FirstState = mode == "FirstState",
            Bias = index % 5 != 2,
            Name = "rnn",
        };
        TestElement[] pool = mode switch
        {
            "Each" or "Repeat" or "FirstState" => [],
            "AttentionUnits" => [new TestPool("Attention", 3) { Name = "pool" }],
            _ => [new TestPool(mode) { Name = "pool" }],
        };
        string last = pool.Length > 0 ? "pool" : "rnn";
        TestElement[] heads = (index % 6) switch
        {
            0 => [new TestHead("SquaredError")],
            1 => [new TestDense(2), new TestHead("SigmoidCrossEntropy")],
            2 =>
                [
                    new TestDense(3) { Name = "one" }, new TestHead("SoftmaxCrossEntropy", 0.5),
                    new TestDense(2) { Activation = "Tanh", From = last, Name = "two" }, new TestHead("SquaredError")
                ],
            _ => [new TestDense(2) { Name = "dense" }, new TestHead("SquaredError")],
        };
        return new(
            3 + (index % 2),
            [
                new TestSource("Input", input, Once: mode is "Repeat" or "FirstState"),
                .. mode == "Repeat" ? [new TestRepeat()] : Array.Empty<TestElement>(), rnn, .. pool, .. heads
            ]);
    }
}
