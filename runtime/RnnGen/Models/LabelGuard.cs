using RnnGen.Generated;

namespace RnnGen;

/// <summary>Checks labels without times, the targets of connectionist temporal classification.</summary>
internal static class LabelGuard
{
    /// <summary>Refuses labels that are none, or that a row has too few steps for; of rows that count.</summary>
    /// <param name="shape">The model's.</param>
    /// <param name="rows">Sequences.</param>
    /// <param name="steps">Their steps.</param>
    /// <param name="targets">[step][row][target].</param>
    /// <param name="weights">[step][row], or empty: a row of which the first weight is 0 may have any labels.</param>
    /// <param name="lengths">Of the rows, or empty.</param>
    /// <param name="name">The argument.</param>
    /// <exception cref="ArgumentException">The labels of a row do not fit it; the message names the row.</exception>
    public static void Check<T, TTarget>(
        ModelShape shape, int rows, int steps, ReadOnlySpan<TTarget> targets, ReadOnlySpan<T> weights, ReadOnlySpan<int> lengths,
        string name)
        where T : unmanaged
        where TTarget : unmanaged
    {
        int place = 0;
        // An enumerator of an interface would be an object.
        for (int i = 0; i < shape.Heads.Count; i++)
        {
            HeadShape head = shape.Heads[i];
            for (int row = 0; head.IsLabels && row < rows; row++)
            {
                if (weights.IsEmpty || Element.ToDouble(weights[row]) != 0)
                    CheckRow(head, row, lengths.IsEmpty ? steps : lengths[row], targets, rows, shape.TargetWidth, place, name);
            }

            place += head.TargetWidth;
        }
    }

    private static void CheckRow<TTarget>(
        HeadShape head, int row, int length, ReadOnlySpan<TTarget> targets, int rows, int width, int place, string name)
        where TTarget : unmanaged
    {
        int count = 0, needed = 0;
        double before = -1;
        for (; count < length; count++)
        {
            double label = ModelShape.NumberOf(targets[(((count * rows) + row) * width) + place]);
            if (label == -1)
                break;
            if (!(label >= 0 && label < head.Size && label == Math.Floor(label)) || label == head.Blank)
                throw new ArgumentException(
                    $"Label {count} of row {row} is {label}: it must be a class, 0 to {head.Size - 1} and not the blank {head.Blank}, or "
                    + "−1 behind the last label.", name);
            needed += label == before ? 2 : 1;
            before = label;
        }

        if (needed > length)
            throw new ArgumentException(
                $"The {count} labels of row {row} need {needed} steps, with one between two that are equal, but the row has {length}.",
                name);
    }
}
