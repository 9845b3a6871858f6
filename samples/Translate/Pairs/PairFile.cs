namespace Translate;

/// <summary>A file of pairs: a text, a tab and what it is to become on each line.</summary>
internal static class PairFile
{
    /// <summary>Reads pairs; of equal texts the first counts.</summary>
    /// <exception cref="InvalidDataException">A line is no pair, or is too long for the network; the message says which.</exception>
    public static IReadOnlyList<Pair> Read(string path)
    {
        List<Pair> pairs = [];
        foreach (string line in File.ReadLines(path))
        {
            pairs.Add(line.Split('\t') is [{ Length: > 0 } written, { Length: > 0 } spoken]
                ? new("pair", written, spoken)
                : throw new InvalidDataException($"{path}, line {pairs.Count + 1}: expected a text, a tab and a text."));
        }

        return [.. pairs.DistinctBy(pair => pair.Written)];
    }
}
