namespace RnnGen;

/// <summary>Lays out labels without times as the targets of <see cref="CtcAttribute"/>.</summary>
public static class CtcTargets
{
    /// <summary>The mark behind a row's last label: −1.</summary>
    public const int End = -1;

    /// <summary>A batch's targets.</summary>
    /// <param name="labels">By row, its labels.</param>
    /// <param name="steps">Steps of the batch.</param>
    /// <returns>[step][row].</returns>
    /// <exception cref="ArgumentException">A row has more labels than steps.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are less than 0 steps.</exception>
    public static int[] Of(IReadOnlyList<int[]> labels, int steps)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        var targets = new int[checked(steps * labels.Count)];
        for (int row = 0; row < labels.Count; row++)
            Write(labels[row], row, labels.Count, targets);
        return targets;
    }

    /// <summary>Writes a row of a batch's targets.</summary>
    /// <param name="labels">The row's labels.</param>
    /// <param name="row">The row, from 0.</param>
    /// <param name="rows">Rows of the batch.</param>
    /// <param name="targets">[step][row]; the other rows stay as they are.</param>
    /// <exception cref="ArgumentException">There are more labels than steps, or the targets are no whole steps.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public static void Write(ReadOnlySpan<int> labels, int row, int rows, Span<int> targets)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        if ((uint)row >= (uint)rows)
            throw new ArgumentOutOfRangeException(nameof(row), row, $"The row must be 0 to {rows - 1}.");
        if (targets.Length % rows != 0)
            throw new ArgumentException($"Expected whole steps of {rows} rows, not {targets.Length} targets.", nameof(targets));
        int steps = targets.Length / rows;
        if (labels.Length > steps)
            throw new ArgumentException($"Row {row} has {labels.Length} labels, more than the {steps} steps.", nameof(labels));
        for (int step = 0; step < steps; step++)
            targets[(step * rows) + row] = step < labels.Length ? labels[step] : End;
    }
}
