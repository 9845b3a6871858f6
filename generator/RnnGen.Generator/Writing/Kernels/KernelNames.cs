using RnnGen.Generator.Equations;
using RnnGen.Generator.Scheduling.Layouts;

namespace RnnGen.Generator.Writing.Kernels;

/// <summary>The names of a cell's values in kernels: its author's, wherever there are any.</summary>
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
            Op.Elementwise when node.Arguments[0].Op == Op.Saved =>
                NameOfFunction(node.Operator!, cell.Graph.Nodes[node.Arguments[0].Index].Name),
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
        return node.Operator is { } op ? NameOfFunction(op, node.Arguments[0].Name) : null;
    }

    private static Identifier? NameOfFunction(Operator function, Identifier? argument) =>
        argument is { } name && function.IsFunction
            ? $"{char.ToLowerInvariant(function.Name[0])}{function.Name.Substring(1)}{name.Capitalized}"
            : default(Identifier?);

    private Identifier? NameOfLeaf(Node node) => node.Op switch
    {
        Op.State => layer.Cell.States[node.Index],
        Op.Sum when cell.Sums[node.Index] is { AddsInput: true, Products.Count: 0, Biases.Count: 0 } => layer.Cell.Input,
        Op.Noise => layer.Cell.Noises[node.Index].Name,
        Op.PerUnit => layer.Cell.Parameters[node.Index].Name,
        _ => default(Identifier?),
    };
}
