namespace RnnGen;

/// <summary>
/// The edits from what was said to what was expected (Levenshtein 1966), by the length of what was expected: of words it is WER, of phones
/// PER, of characters CER.
/// </summary>
/// <remarks>An edit inserts, removes or replaces one symbol. The rate may be more than 1.</remarks>
public sealed class EditDistance : Metric
{
    private int[] row = [];
    private long wrong;

    /// <summary>A name for tables.</summary>
    /// <param name="name">For instance WER, PER or CER.</param>
    public EditDistance(string name = "edit distance")
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <summary>All edits by the length of all that was expected; NaN if that is 0.</summary>
    public override double Value => Length == 0 ? double.NaN : (double)Edits / Length;

    /// <summary>All edits.</summary>
    public long Edits { get; private set; }

    /// <summary>The symbols of all that was expected.</summary>
    public long Length { get; private set; }

    /// <summary>Pairs that were added.</summary>
    public long Count { get; private set; }

    /// <summary>The share of pairs that differ; NaN if nothing was added.</summary>
    public double WrongSequences => Count == 0 ? double.NaN : (double)wrong / Count;

    /// <summary>Adds a pair. Nothing is allocated after the longest.</summary>
    /// <param name="said">The symbols of an output, of any number.</param>
    /// <param name="expected">The symbols that are right.</param>
    /// <returns>The edits between the two.</returns>
    public int Add(ReadOnlySpan<int> said, ReadOnlySpan<int> expected)
    {
        int edits = Between(said, expected);
        Edits += edits;
        Length += expected.Length;
        Count++;
        wrong += edits > 0 ? 1 : 0;
        return edits;
    }

    /// <inheritdoc/>
    public override void Reset() => (Edits, Length, Count, wrong) = (0, 0, 0, 0);

    // One row of the table of edits from each beginning of what was said to each beginning of what was expected.
    private int Between(ReadOnlySpan<int> said, ReadOnlySpan<int> expected)
    {
        if (row.Length <= expected.Length)
            row = new int[Math.Max(expected.Length + 1, 2 * row.Length)];
        for (int i = 0; i <= expected.Length; i++)
            row[i] = i;
        foreach (int symbol in said)
        {
            int diagonal = row[0]++;
            for (int i = 0; i < expected.Length; i++)
            {
                int replaced = diagonal + (symbol == expected[i] ? 0 : 1);
                diagonal = row[i + 1];
                row[i + 1] = Math.Min(replaced, Math.Min(row[i], diagonal) + 1);
            }
        }

        return row[expected.Length];
    }
}
