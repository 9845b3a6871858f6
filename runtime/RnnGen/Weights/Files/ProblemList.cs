using System.Globalization;

namespace RnnGen;

/// <summary>
/// The problems of a file, in the order in which they are found. The first are said, each once; the rest are only counted, since a file can
/// have any number of them, and a message with all would help nobody.
/// </summary>
internal sealed class ProblemList
{
    /// <summary>The problems that a message has.</summary>
    public const int MostSaid = 20;

    private readonly List<string> said = [];

    /// <summary>The number of problems; of those that are not said, repetitions count.</summary>
    public int Count { get; private set; }

    /// <summary>Adds one, unless it has been said.</summary>
    public void Add(string problem)
    {
        if (said.Contains(problem))
            return;
        Count++;
        if (said.Count < MostSaid)
            said.Add(problem);
    }

    /// <summary>The first of them, and how many more there are.</summary>
    public string Join(string separator) =>
        string.Join(
            separator,
            Count > said.Count ? said.Append(string.Create(CultureInfo.InvariantCulture, $"and {Count - said.Count} more")) : said);
}
