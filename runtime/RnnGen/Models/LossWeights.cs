namespace RnnGen;

/// <summary>The weights of the losses of a batch's outputs: those that were given, and 0 behind the end of a sequence.</summary>
internal static class LossWeights
{
    /// <summary>The sum of all weights.</summary>
    /// <param name="weights">[output step][row], or empty for ones.</param>
    /// <param name="lengths">The steps of each row that count, or empty for all.</param>
    /// <param name="steps">Output steps.</param>
    /// <param name="rows">Sequences.</param>
    public static double Total<T>(ReadOnlySpan<T> weights, ReadOnlySpan<int> lengths, int steps, int rows) where T : unmanaged =>
        Total(weights, lengths, steps, new ShardRows(rows, 0, rows));

    /// <summary>The sum of the weights of some rows.</summary>
    /// <param name="weights">[output step][row of the batch], or empty for ones.</param>
    /// <param name="lengths">The steps of each row of the batch that count, or empty for all.</param>
    /// <param name="steps">Output steps.</param>
    /// <param name="rows">The rows.</param>
    public static double Total<T>(ReadOnlySpan<T> weights, ReadOnlySpan<int> lengths, int steps, ShardRows rows) where T : unmanaged
    {
        if (weights.IsEmpty && lengths.IsEmpty)
            return (double)steps * rows.Count;
        double total = 0;
        for (int step = 0; step < steps; step++)
        {
            int first = (step * rows.All) + rows.First;
            for (int item = first; item < first + rows.Count; item++)
                total += Of(item, weights, lengths, rows.All);
        }

        return total;
    }

    /// <summary>The weight of an output.</summary>
    /// <param name="item">step · rows + row.</param>
    /// <param name="weights">[output step][row], or empty for ones.</param>
    /// <param name="lengths">The steps of each row that count, or empty for all.</param>
    /// <param name="rows">Sequences.</param>
    public static double Of<T>(int item, ReadOnlySpan<T> weights, ReadOnlySpan<int> lengths, int rows) where T : unmanaged =>
        !lengths.IsEmpty && item / rows >= lengths[item % rows] ? 0 : weights.IsEmpty ? 1 : Element.ToDouble(weights[item]);
}
