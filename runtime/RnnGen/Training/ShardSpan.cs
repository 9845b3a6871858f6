namespace RnnGen;

/// <summary>Some rows of what a batch holds for each step, in memory that is used again.</summary>
/// <param name="rows">The rows.</param>
/// <param name="usual">Elements per row, over all steps, that there is memory for from the beginning.</param>
internal sealed class ShardSpan<TElement>(ShardRows rows, int usual)
{
    private TElement[] memory = new TElement[checked(rows.Count * usual)];
    private int length;

    public Span<TElement> Span => memory.AsSpan(0, length);

    /// <summary>Copies them; of nothing, nothing.</summary>
    /// <param name="batch">[step][row of the batch][width].</param>
    /// <param name="width">Elements per step and row.</param>
    /// <param name="steps">If the batch has fewer, zeros follow up to so many.</param>
    public void Load(ReadOnlySpan<TElement> batch, int width, int steps = 1)
    {
        int stride = rows.Count * width, given = batch.Length / rows.All * rows.Count;
        length = batch.IsEmpty ? 0 : Math.Max(given, checked(steps * stride));
        if (memory.Length < length)
            memory = new TElement[length];
        for (int to = 0, from = rows.First * width; to < given; to += stride, from += rows.All * width)
            batch.Slice(from, stride).CopyTo(memory.AsSpan(to));
        memory.AsSpan(given, length - given).Clear();
    }
}
