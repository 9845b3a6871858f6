namespace RnnGen.Tests.Models;

/// <summary>Layers that stay as they are: those that learn do so to the bit as if all did, and the others have no gradients.</summary>
public class FrozenTests
{
    private const int Rows = 3;

    private static readonly Lazy<Dictionary<string, TestModel>> Models = new(() => ModelFactory.Compile(Graphs, TestCell.Sources));

    /// <summary>Of each graph, in turn, all layers with parameters but the last, all but the first, or every second one.</summary>
    private static Dictionary<string, TestGraph> Graphs
    {
        get
        {
            Dictionary<string, TestGraph> graphs = [];
            foreach (var (name, graph) in TestGraphs.All)
            {
                int[] places = [.. Enumerable.Range(0, graph.Elements.Length).Where(i => graph.Elements[i].HasParameters)];
                if (places.Length < 2)
                    continue;
                int[] frozen = (graphs.Count % 3) switch
                {
                    0 => places[..^1],
                    1 => places[1..],
                    _ => [.. places.Where((_, i) => i % 2 == 1)],
                };
                graphs[name] = graph with { Elements = [.. graph.Elements.Select((e, i) => e with { Frozen = frozen.Contains(i) })] };
            }

            return graphs;
        }
    }

    public static TheoryData<string> Names => [.. Graphs.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void WhatLearnsLearnsTheSame(string name)
    {
        var (all, graph, model) = (GraphTests.Models.Value[name], Graphs[name], Models.Value[name]);
        all.Randomize(31);
        model.Randomize(31);
        var batch = TestGraphs.Batch(graph, all.Shape, Rows, isRagged: true);
        TestPass expected = all.Run(batch), complete = model.Run(batch);
        var frozen = Enumerable.Range(0, graph.Elements.Length).Where(i => graph.Elements[i].Frozen).Select(FirstOf).ToList();
        Assert.Equal(expected.InputGradients, complete.InputGradients);
        if (graph.Source.Kind == "Input")
            Assert.Equal(expected.InitialStateGradients, complete.InitialStateGradients);
        foreach (var pass in new[] { complete, model.RunToLearn(batch) })
        {
            Assert.Equal(expected.Loss, pass.Loss);
            Assert.Equal(expected.Outputs, pass.Outputs);
            foreach (var (parameter, gradient) in pass.Gradients)
            {
                bool isFrozen = frozen.Exists(f => parameter.StartsWith(f + ".", StringComparison.Ordinal));
                Assert.Equal(isFrozen ? new double[gradient.Length] : expected.Gradients[parameter], gradient);
            }
        }

        string FirstOf(int element) => graph.Elements[element] is TestSource ? "embedding" : graph.Path(element);
    }
}
