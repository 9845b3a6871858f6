namespace RnnGen.Benchmarks;

/// <summary>How time grows with a size.</summary>
internal static class Growth
{
    /// <summary>
    /// The worst growth from a size to the next measured one, as times of what linear growth would be: at most 1 where it is linear or
    /// less.
    /// </summary>
    /// <param name="points">Sizes, and their times.</param>
    /// <exception cref="ArgumentException">There are fewer than two.</exception>
    public static (double Value, int From, int To) Worst(IEnumerable<(int Size, double Time)> points)
    {
        var sorted = points.OrderBy(p => p.Size).ToList();
        if (sorted.Count < 2)
            throw new ArgumentException($"Growth needs at least two sizes, but there are {sorted.Count}.", nameof(points));
        return sorted.Zip(sorted.Skip(1))
            .Select(pair => (
                pair.Second.Time / pair.First.Time * pair.First.Size / pair.Second.Size, pair.First.Size,
                pair.Second.Size)).MaxBy(g => g.Item1);
    }

    /// <summary>
    /// The worst time of a size that is no multiple of <paramref name="block"/>, as times of that of the next multiple; sizes without one
    /// are passed over.
    /// </summary>
    /// <param name="points">Sizes, and their times.</param>
    /// <param name="block">The block, at least 2.</param>
    /// <exception cref="ArgumentException">No size can be compared.</exception>
    public static (double Value, int Size, int Multiple) WorstOdd(IEnumerable<(int Size, double Time)> points, int block)
    {
        var times = points.ToDictionary(p => p.Size, p => p.Time);
        var odd = times.Keys.Where(size => size % block != 0)
            .Select(size => (size, multiple: (size + block - 1) / block * block))
            .Where(o => times.ContainsKey(o.multiple)).ToList();
        if (odd.Count == 0)
            throw new ArgumentException($"No size has the next multiple of {block} beside it.", nameof(points));
        return odd.Select(o => (times[o.size] / times[o.multiple], o.size, o.multiple)).MaxBy(o => o.Item1);
    }
}
