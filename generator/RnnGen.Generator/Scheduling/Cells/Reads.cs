using RnnGen.Generator.Equations;

namespace RnnGen.Generator.Scheduling.Cells;

/// <summary>Finds the leaves that expressions read.</summary>
internal static class Reads
{
    public static IReadOnlyCollection<Node> Of(IEnumerable<Node> values)
    {
        var leaves = new List<Node>();
        var visited = new HashSet<Node>();
        foreach (var value in values)
            Visit(value);
        return leaves;

        void Visit(Node node)
        {
            if (!visited.Add(node))
                return;
            if (node.IsLeaf)
                leaves.Add(node);
            foreach (var argument in node.Arguments)
                Visit(argument);
        }
    }
}
