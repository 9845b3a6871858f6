using FsCheck;
using FsCheck.Fluent;
using RnnGen.Tests.Models;

namespace RnnGen.Tests.Properties;

/// <summary>Models as nobody thought of them: declarations by chance.</summary>
internal static class RandomGraphs
{
    private const int Count = 24;

    private static readonly TestCell[] Cells =
    [
        TestCell.SimpleRnn, TestCell.Lstm, TestCell.Gru, TestCell.GruResetBefore, TestCell.PeepholeLstm,
        TestCell.CoupledLstm, TestCell.GruTakeNew, TestCell.Mgu, TestCell.IndRnn,
    ];

    // The same models in every run: compiling them is the cost, not running them.
    public static IReadOnlyList<TestGraph> All { get; } = [.. Gen.Sample(Graph(), 10, new Rnd(20, 17), Count)];

    public static Lazy<IReadOnlyList<TestModel>> Models { get; } = new(() =>
    {
        Dictionary<string, TestGraph> named = All.Select((graph, i) => (graph, i)).ToDictionary(g => $"Chance{g.i}", g => g.graph);
        Dictionary<string, TestModel> models = ModelFactory.Compile(named);
        return [.. named.Keys.Select(name => models[name])];
    });

    private static Gen<TestGraph> Graph() =>
        from steps in Gen.Choose(2, 6)
        from source in Source()
        from layers in Gen.Choose(1, 2).SelectMany(count => Layer().ArrayOf(count))
        from pool in Pool()
        from head in Head()
        select new TestGraph(steps, [source, .. layers, .. pool, .. head]);

    private static Gen<TestSource> Source() =>
        from kind in Gen.Elements("Input", "OneHot", "Embedding")
        from size in Gen.Choose(2, 7)
        from width in Gen.Choose(1, 18)
        select new TestSource(kind, size, kind == "Embedding" ? width : 0);

    private static Gen<TestElement> Layer() =>
        from cell in Gen.Elements(Cells)
        from hidden in Gen.Elements(1, 3, 5, 16, 17)
        from depth in Gen.Choose(1, 2)
        from direction in Gen.Elements("Forward", "Reverse", "Bidirectional")
        from merge in Gen.Elements("Concat", "Sum", "Mean", "Multiply", "Linear")
        from bias in Gen.Elements(true, false)
        select (TestElement)new TestRnn(cell, hidden, depth)
        {
            Direction = direction,
            Merge = direction == "Bidirectional" ? merge : "Concat",
            Bias = bias
        };

    private static Gen<TestElement[]> Pool() =>
        from kind in Gen.Elements("None", "None", "Last", "Mean", "Attention")
        from units in Gen.Elements(0, 3)
        select kind == "None" ? Array.Empty<TestElement>() : [new TestPool(kind, kind == "Attention" ? units : 0)];

    private static Gen<TestElement[]> Head() =>
        from size in Gen.Choose(2, 18)
        from activation in Gen.Elements("Linear", "Tanh", "Sigmoid", "Relu")
        from loss in Gen.Elements("SquaredError", "AbsoluteError", "SoftmaxCrossEntropy", "SigmoidCrossEntropy")
        from units in Gen.Elements<TestElement[]>([], [], [new TestNorm("RmsNorm")], [new TestPRelu()])
        select (TestElement[])
        [
            .. units, new TestDense(size) { Activation = loss is "SquaredError" or "AbsoluteError" ? activation : "Linear" },
            new TestHead(loss)
        ];
}
