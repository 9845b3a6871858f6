using RnnGen.Generator.Equations;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Kernels;

/// <summary>
/// Writes a stage of the way back, equation by equation: the gradient of each equation's value, and what follows from it before the next
/// one's is known.
/// </summary>
/// <param name="writer">The writer of the text.</param>
/// <param name="elementwise">The stage's values.</param>
/// <param name="adjoints">The gradients of the equations' values.</param>
/// <param name="stored">The values that outlive the stage; what to call each, null for the gradient of a sum.</param>
internal sealed class GradientLines(
    CodeWriter writer, ElementwiseWriter elementwise, IReadOnlyDictionary<Node, Identifier> adjoints,
    IReadOnlyList<(Node Value, Identifier? Name)> stored)
{
    private readonly HashSet<Node> known = [];

    /// <summary>The lines of an equation, if there are any.</summary>
    /// <param name="equation">Its text.</param>
    /// <param name="variable">Its variable; null for what only a new state is.</param>
    /// <param name="gradient">The name of its value's gradient.</param>
    /// <param name="isGiven">True if a gradient that comes from elsewhere is known by now.</param>
    public void Write(string equation, Identifier? variable, string gradient, Func<Node, bool> isGiven)
    {
        bool hasHead = false;
        foreach (var adjoint in adjoints.Where(a => variable == a.Value).Select(a => a.Key))
        {
            if (elementwise.IsPending(adjoint))
                Define(adjoint, null);
            known.Add(adjoint);
        }

        foreach (var (value, name) in stored)
        {
            if (elementwise.IsPending(value) && IsKnown(value, isGiven, []))
                Define(value, name ?? $"{gradient}Sum");
        }

        void Define(Node node, Identifier? name)
        {
            if (!hasHead)
                writer.Comment($"back through {equation}");
            hasHead = true;
            elementwise.Define(node, wanted: elementwise.NameOf(node) ?? name);
        }
    }

    /// <summary>True if all gradients that a value depends on are known.</summary>
    private bool IsKnown(Node node, Func<Node, bool> isGiven, HashSet<Node> visited)
    {
        if (known.Contains(node) || !visited.Add(node))
            return true;
        if (adjoints.ContainsKey(node))
            return false;
        return elementwise.IsLoaded(node) ? isGiven(node) : node.Arguments.All(a => IsKnown(a, isGiven, visited));
    }
}
