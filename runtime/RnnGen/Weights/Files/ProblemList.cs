using System.Globalization;

namespace RnnGen;

/// <summary>What is wrong with a file: each thing once, in the order in which it is found. The first are said, all are counted, since a file can have any number of them.</summary>
internal sealed class ProblemList
{
    /// <summary>A message with more would help nobody.</summary>
    public const int MostSaid = 20;

    private readonly HashSet<string> found = new(StringComparer.Ordinal);
    private readonly List<string> said = [];

    /// <summary>How many there are.</summary>
    public int Count => found.Count;

    /// <summary>Adds one, unless it is known.</summary>
    public void Add(string problem)
    {
        if (found.Add(problem) && said.Count < MostSaid)
            said.Add(problem);
    }

    /// <summary>The first of them, and how many more there are.</summary>
    public string Join(string separator) =>
        string.Join(separator, Count > said.Count ? said.Append(string.Create(CultureInfo.InvariantCulture, $"and {Count - said.Count} more")) : said);
}
