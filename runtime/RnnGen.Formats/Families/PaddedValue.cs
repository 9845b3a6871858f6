namespace RnnGen.Formats;

/// <summary>A value of a network of some units in a class of more.</summary>
/// <param name="Width">Its numbers in the class.</param>
/// <param name="Places">For each number of the network, its place in the class's value. The other places hold what nothing takes.</param>
internal sealed record PaddedValue(int Width, int[] Places)
{
    /// <summary>True if the class has nothing beyond the network's own.</summary>
    public bool IsWhole => Width == Places.Length;

    /// <summary>The first numbers of a value.</summary>
    public static PaddedValue First(int width, int own) => new(width, [.. Enumerable.Range(0, own)]);

    /// <summary>Values side by side.</summary>
    public static PaddedValue Join(IReadOnlyList<PaddedValue> values)
    {
        List<int> places = [];
        int start = 0;
        foreach (PaddedValue value in values)
        {
            places.AddRange(value.Places.Select(place => start + place));
            start += value.Width;
        }

        return new(start, [.. places]);
    }

    /// <summary>Places of blocks of this size, one behind the other: the gates of a matrix's rows, the taps of a channel.</summary>
    public int[] InBlocks(int blocks) =>
        [.. Enumerable.Range(0, blocks).SelectMany(block => Places.Select(place => (block * Width) + place))];

    /// <summary>Places of numbers that are <paramref name="size"/> each.</summary>
    public int[] Each(int size) => [.. Places.SelectMany(place => Enumerable.Range(place * size, size))];

    /// <summary>True if another value has its numbers at the same places.</summary>
    public bool IsLike(PaddedValue other) => Width == other.Width && Places.AsSpan().SequenceEqual(other.Places);
}
