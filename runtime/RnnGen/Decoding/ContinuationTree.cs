using System.Globalization;

namespace RnnGen;

/// <summary>
/// The most probable continuations of a sequence as a tree: a symbol, and below it what may follow.
/// <see cref="BeamSearch{T, TState}.ToTree"/> makes one of the hypotheses that it has found: with <see cref="BeamOptions.Results"/> = k,
/// <see cref="BeamOptions.Longest"/> = d and no normalisation, of the k most probable continuations of d symbols, or fewer where one ends
/// before. So the tree has k leaves; it branches where the model is undecided.
/// </summary>
public sealed class ContinuationTree
{
    private readonly List<ContinuationTree> children = [];

    private ContinuationTree(int symbol, double probability, double pathProbability, bool isEnd)
    {
        Symbol = symbol;
        Probability = probability;
        PathProbability = pathProbability;
        IsEnd = isEnd;
    }

    /// <summary>The symbol; in the root the one that everything follows.</summary>
    public int Symbol { get; }

    /// <summary>The probability of the symbol after those above it: more than 0, at most 1; 1 in the root.</summary>
    public double Probability { get; }

    /// <summary>The probability of the whole sequence from the root to this symbol: the product of the probabilities on the way.</summary>
    public double PathProbability { get; }

    /// <summary>True if the symbol is the end symbol.</summary>
    public bool IsEnd { get; }

    /// <summary>The symbols that may follow, the likeliest first, as far as they belong to a continuation that was found.</summary>
    public IReadOnlyList<ContinuationTree> Children => children;

    /// <summary>Draws the tree, a symbol per line with its <see cref="Probability"/> and its <see cref="PathProbability"/>.</summary>
    /// <param name="writer">The writer of the text.</param>
    /// <param name="name">The text to show for a symbol; its number if null.</param>
    public void Write(TextWriter writer, Func<int, string>? name = null)
    {
        ArgumentNullException.ThrowIfNull(writer);
        name ??= symbol => symbol.ToString(CultureInfo.InvariantCulture);
        List<(string Label, ContinuationTree Tree)> lines = [];
        AddLines(lines, "", name);
        int width = lines.Max(line => line.Label.Length);
        writer.WriteLine(name(Symbol));
        foreach ((string label, ContinuationTree tree) in lines)
        {
            string percentages =
                string.Create(CultureInfo.InvariantCulture, $"{100 * tree.Probability,6:F2} % {100 * tree.PathProbability,6:F2} %");
            writer.WriteLine($"{label.PadRight(width)} {percentages}");
        }
    }

    /// <summary>The drawing that <see cref="Write"/> makes.</summary>
    /// <param name="name">The text to show for a symbol; its number if null.</param>
    public string ToString(Func<int, string>? name)
    {
        using StringWriter writer = new() { NewLine = "\n" };
        Write(writer, name);
        return writer.ToString();
    }

    /// <inheritdoc/>
    public override string ToString() => ToString(null);

    internal static ContinuationTree Root(int symbol) => new(symbol, 1, 1, isEnd: false);

    internal ContinuationTree Add(int symbol, double probability, bool isEnd)
    {
        ContinuationTree child = new(symbol, probability, PathProbability * probability, isEnd);
        children.Add(child);
        return child;
    }

    private void AddLines(List<(string Label, ContinuationTree Tree)> lines, string indent, Func<int, string> name)
    {
        foreach (ContinuationTree child in children)
        {
            bool isLast = ReferenceEquals(child, children[^1]);
            lines.Add((indent + (isLast ? "└─ " : "├─ ") + name(child.Symbol), child));
            child.AddLines(lines, indent + (isLast ? "   " : "│  "), name);
        }
    }
}
