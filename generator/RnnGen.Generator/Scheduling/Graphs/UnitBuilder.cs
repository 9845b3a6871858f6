using RnnGen.Generator.Declarations;
using RnnGen.Generator.Scheduling.Layouts;

namespace RnnGen.Generator.Scheduling.Graphs;

/// <summary>Adds the operations that work on each vector by itself and have parameters.</summary>
/// <param name="graph">The graph to build.</param>
/// <param name="paths">The beginnings of its parameters' names.</param>
internal sealed class UnitBuilder(GraphBuilder graph, ElementPaths paths)
{
    /// <summary>The output of an element; null if it is none of these.</summary>
    /// <param name="element">The element.</param>
    /// <param name="join">Joins what it takes.</param>
    public Value? TryAdd(ElementDeclaration element, Func<Value> join) => element switch
    {
        NormDeclaration norm => AddNorm(norm, graph.Compact(join())),
        SoftmaxDeclaration softmax => AddSoftmax(softmax, graph.Compact(join())),
        PReluDeclaration rectifier => AddPRelu(rectifier, graph.Compact(join())),
        StandardizeDeclaration standardize => AddStandardize(standardize, graph.Compact(join())),
        _ => null,
    };

    private Value AddNorm(NormDeclaration norm, Value x)
    {
        string path = paths.Of(norm);
        List<ParameterVector> vectors = [];
        if (norm.Gain)
            vectors.Add(Vector("weight", "Gain", x.Width));
        if (norm.Bias)
            vectors.Add(Vector("bias", "NormBias", x.Width));
        return graph.Add(new NormOperation(
            norm, path, vectors, graph.NameBuffer("normalized"), graph.NameBuffer("scale"), graph.NewValue("norm", x), x)).Output;
    }

    private Value AddSoftmax(SoftmaxDeclaration softmax, Value x) =>
        graph.Add(new SoftmaxOperation(softmax.IsLog, graph.NewValue(softmax.IsLog ? "logarithms" : "shares", x), x)).Output;

    private Value AddPRelu(PReluDeclaration rectifier, Value x)
    {
        string path = paths.Of(rectifier);
        return graph.Add(new PReluOperation(
            rectifier, path, [Vector("weight", "Slope", rectifier.Shared ? 1 : x.Width)], graph.NewValue("rectified", x), x)).Output;
    }

    private Value AddStandardize(StandardizeDeclaration standardize, Value x)
    {
        string path = paths.Of(standardize);
        ParameterVector[] vectors = [Vector("mean", "NormBias", x.Width), Vector("scale", "Gain", x.Width)];
        return graph.Add(new StandardizeOperation(standardize, path, vectors, graph.NewValue("standardized", x), x)).Output;
    }

    private ParameterVector Vector(string name, string role, int size) => new(name, role, size, graph.TakeWeights(Panel.Pad(size)));
}
