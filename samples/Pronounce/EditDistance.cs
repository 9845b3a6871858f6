namespace Pronounce;

/// <summary>How different two sequences are (Levenshtein).</summary>
internal static class EditDistance
{
    /// <summary>The least number of symbols to put in, leave out or replace that makes one sequence of the other.</summary>
    public static int Between(ReadOnlySpan<int> from, ReadOnlySpan<int> to)
    {
        // Of the row above: what makes the first symbols of `to` of the first row symbols of `from`.
        Span<int> edits = stackalloc int[to.Length + 1];
        for (int column = 0; column <= to.Length; column++)
            edits[column] = column;
        for (int row = 1; row <= from.Length; row++)
        {
            int diagonal = edits[0];
            edits[0] = row;
            for (int column = 1; column <= to.Length; column++)
            {
                int replaced = diagonal + (from[row - 1] == to[column - 1] ? 0 : 1);
                diagonal = edits[column];
                edits[column] = Math.Min(replaced, 1 + Math.Min(diagonal, edits[column - 1]));
            }
        }

        return edits[to.Length];
    }
}
