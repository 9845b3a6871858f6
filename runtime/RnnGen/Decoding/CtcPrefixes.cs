namespace RnnGen;

/// <summary>The beginnings of labels that a search follows: a tree, and the best of its nodes at the step at hand.</summary>
/// <param name="width">The nodes that are kept at each step.</param>
/// <param name="blank">The class that stands for no label.</param>
internal sealed class CtcPrefixes(int width, int blank)
{
    private readonly Dictionary<(int Parent, int Label), int> children = [];
    private readonly List<(int Parent, int Label)> nodes = [(-1, blank)];
    private readonly Dictionary<int, Ways> next = [];
    private List<(int Node, Ways Ways)> best = [(0, new(0, double.NegativeInfinity))];

    /// <summary>One more step.</summary>
    /// <param name="logarithms">By class, the logarithm of its probability.</param>
    public void Step(ReadOnlySpan<double> logarithms)
    {
        next.Clear();
        foreach (var (node, ways) in best)
        {
            int last = nodes[node].Label;
            Add(node, ways.Total + logarithms[blank], isBlank: true);
            for (int label = 0; label < logarithms.Length; label++)
            {
                if (label == blank || double.IsNegativeInfinity(logarithms[label]))
                    continue;
                // A label again is the same one, unless a blank stands between the two.
                bool isAgain = node != 0 && label == last;
                if (isAgain)
                    Add(node, ways.Label + logarithms[label], isBlank: false);
                Add(Child(node, label), (isAgain ? ways.Blank : ways.Total) + logarithms[label], isBlank: false);
            }
        }

        best = [.. next.Where(n => !double.IsNegativeInfinity(n.Value.Total)).Select(n => (n.Key, n.Value))
            .OrderByDescending(n => n.Value.Total).ThenBy(n => n.Key).Take(width)];
    }

    /// <summary>What is left, the best first.</summary>
    public IReadOnlyList<CtcLabels> Results() => [.. best.Select(b => new CtcLabels(LabelsOf(b.Node), b.Ways.Total))];

    private int[] LabelsOf(int node)
    {
        List<int> labels = [];
        for (; node != 0; node = nodes[node].Parent)
            labels.Add(nodes[node].Label);
        labels.Reverse();
        return [.. labels];
    }

    private int Child(int node, int label)
    {
        if (!children.TryGetValue((node, label), out int child))
        {
            children[(node, label)] = child = nodes.Count;
            nodes.Add((node, label));
        }

        return child;
    }

    private void Add(int node, double logarithm, bool isBlank)
    {
        Ways ways = next.TryGetValue(node, out Ways known) ? known : new(double.NegativeInfinity, double.NegativeInfinity);
        next[node] = isBlank ? ways with { Blank = Sum(ways.Blank, logarithm) } : ways with { Label = Sum(ways.Label, logarithm) };
    }

    private static double Sum(double a, double b)
    {
        double larger = Math.Max(a, b);
        return double.IsNegativeInfinity(larger) ? larger : larger + Math.Log(1 + Math.Exp(Math.Min(a, b) - larger));
    }

    /// <summary>The logarithms of the probabilities of the ways to a node.</summary>
    /// <param name="Blank">Of those that end in a blank.</param>
    /// <param name="Label">Of those that end in its label.</param>
    private readonly record struct Ways(double Blank, double Label)
    {
        public double Total => Sum(Blank, Label);
    }
}
