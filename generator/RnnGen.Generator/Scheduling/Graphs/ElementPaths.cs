using RnnGen.Generator.Declarations;

namespace RnnGen.Generator.Scheduling.Graphs;

/// <summary>The beginnings of parameters' names: an element's own name, or its kind, numbered where there are several.</summary>
/// <param name="graph">The graph, in which no two are alike.</param>
/// <param name="elements">The elements of the part.</param>
/// <param name="prefix">The beginning of all names of the part.</param>
internal sealed class ElementPaths(GraphBuilder graph, EquatableArray<ElementDeclaration> elements, string prefix)
{
    private readonly Dictionary<string, int> numbers = [];

    /// <summary>The path of the next element in the order in which they run.</summary>
    public string Of(ElementDeclaration element)
    {
        string kind = KindOf(element)!;
        numbers.TryGetValue(kind, out int before);
        numbers[kind] = before + 1;
        if (element.Name.Length > 0 && element is not InputDeclaration { Name: InputDeclaration.DefaultName })
            return prefix + element.Name;
        // Most pools have no parameters, and so do not count.
        bool isOnly = element is PoolDeclaration || elements.Count(e => KindOf(e) == kind) == 1;
        return graph.UniquePath($"{prefix}{kind}{(isOnly ? "" : $"{before + 1}")}");
    }

    private static string? KindOf(ElementDeclaration element) => element switch
    {
        SymbolsDeclaration => "embedding",
        RnnDeclaration => "rnn",
        DenseDeclaration or TimeDenseDeclaration => "dense",
        ConvolutionDeclaration => "conv",
        AttentionDeclaration => "attention",
        PoolDeclaration => "pool",
        NormDeclaration => "norm",
        PReluDeclaration => "prelu",
        StandardizeDeclaration => "standardize",
        _ => null,
    };
}
