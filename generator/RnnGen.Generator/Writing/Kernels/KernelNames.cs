using RnnGen.Generator.Equations;
using RnnGen.Generator.Scheduling.Layouts;

namespace RnnGen.Generator.Writing.Kernels;

/// <summary>What kernels call the values of a cell: its author's names, wherever there are any.</summary>
internal sealed class KernelNames(LayerLayout layer)
{
    private readonly CellGraph cell = layer.Plan.Cell;

    /// <summary>A value of the derivative.</summary>
    public Identifier? OfGradient(Node node)
    {
        if (layer.Plan.Derivative.Adjoints.TryGetValue(node, out var equation))
            return KernelMemory.Gradient(equation.Text);
        return node.Op switch
        {
            Op.StateGradient => KernelMemory.Gradient(layer.StateName(node.Index)),
            Op.Saved => NameOfSaved(cell.Graph.Nodes[node.Index]),
            Op.Tanh or Op.Sigmoid when node.Arguments[0].Op == Op.Saved => NameOfFunction(node.Op, cell.Graph.Nodes[node.Arguments[0].Index].Name),
            _ => NameOfLeaf(node),
        };
    }

    private Identifier? NameOfSaved(Node node)
    {
        int state = Array.IndexOf(cell.Results, node);
        return OfValue(node) ?? (state >= 0 ? $"{layer.StateName(state)}New" : default(Identifier?));
    }

    /// <summary>The author's name, or for a function of a named value one like tanhC.</summary>
    public Identifier? OfValue(Node node)
    {
        if (node.Name is not null || node.IsLeaf)
            return node.Name ?? NameOfLeaf(node);
        return node.Op is Op.Tanh or Op.Sigmoid or Op.Exp or Op.Softplus ? NameOfFunction(node.Op, node.Arguments[0].Name) : null;
    }

    private static Identifier? NameOfFunction(Op function, Identifier? argument) =>
        argument is { } name ? $"{char.ToLowerInvariant(function.ToString()[0])}{function.ToString().Substring(1)}{name.Capitalized}" : default(Identifier?);

    private Identifier? NameOfLeaf(Node node) => node.Op switch
    {
        Op.State => layer.Cell.States[node.Index],
        Op.Noise => layer.Cell.Noises[node.Index].Name,
        Op.PerUnit => layer.Cell.Parameters[node.Index].Name,
        _ => default(Identifier?),
    };
}
