using System.Globalization;

namespace RnnGen.Benchmarks;

/// <summary>A line of a measurement: peer,cell,mode,I,H,L,T,B,median_us.</summary>
/// <param name="Peer">Whose.</param>
/// <param name="Shape">What.</param>
/// <param name="Microseconds">The median of one run.</param>
internal sealed record Measurement(string Peer, Shape Shape, double Microseconds)
{
    private const string Columns = "peer,cell,mode,I,H,L,T,B,median_us";

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Peer},{Shape},{Microseconds:F3}");

    /// <summary>
    /// Reads a file; further columns, lines with a # in front and a line of headings are passed over. Of several passes over a shape the
    /// median counts.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">A line is not a measurement, or there is none.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyList<Measurement> Read(string path) => Parse(File.ReadLines(path), path);

    /// <summary>Reads the lines of a file.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="name">The file's name, for messages.</param>
    /// <exception cref="InvalidDataException">A line is not a measurement, or there is none.</exception>
    public static IReadOnlyList<Measurement> Parse(IEnumerable<string> lines, string name)
    {
        List<Measurement> all = [];
        foreach ((int index, string line) in lines.Index())
        {
            if (line.Length > 0 && line[0] != '#' && !line.StartsWith("peer,", StringComparison.Ordinal))
                all.Add(ParseLine(line, $"{name}, line {index + 1}"));
        }

        if (all.Count == 0)
            throw new InvalidDataException($"{name}: expected lines of {Columns}, but there are none.");
        return [.. all.GroupBy(m => (m.Peer, m.Shape))
            .Select(passes => passes.First() with { Microseconds = passes.Select(m => m.Microseconds).Median() })];
    }

    private static Measurement ParseLine(string line, string place)
    {
        string[] fields = line.Split(',');
        if (fields.Length < 9)
            throw new InvalidDataException($"{place}: expected {Columns}, but there are {fields.Length} columns: {line}");
        if (fields[0].Length == 0 || fields[2].Length == 0)
            throw new InvalidDataException($"{place}: expected the names of a peer and of a mode, but got: {line}");
        if (fields[1] is not ("lstm" or "gru"))
            throw new InvalidDataException($"{place}: expected the cell lstm or gru, but got '{fields[1]}'.");
        int[] sizes = [.. Enumerable.Range(3, 5)
            .Select(i => int.TryParse(fields[i], NumberStyles.None, CultureInfo.InvariantCulture, out int size) && size > 0
            ? size
            : throw new InvalidDataException($"{place}: expected a positive whole number "
                + $"in column {Columns.Split(',')[i]}, but got '{fields[i]}'."))];
        if (!double.TryParse(fields[8], NumberStyles.Float, CultureInfo.InvariantCulture, out double microseconds)
            || !(microseconds > 0)
            || !double.IsFinite(microseconds))
            throw new InvalidDataException($"{place}: expected positive microseconds, but got '{fields[8]}'.");
        return new(fields[0], new(fields[1], fields[2], sizes[0], sizes[1], sizes[2], sizes[3], sizes[4]), microseconds);
    }
}
