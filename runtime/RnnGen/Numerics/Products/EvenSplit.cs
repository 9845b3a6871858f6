namespace RnnGen.Numerics;

/// <summary>A number of rows in parts, all nearly as high: 32 in 6 parts are 6, 6, 5, 5, 5, 5.</summary>
internal readonly record struct EvenSplit
{
    private readonly int height;
    private readonly int higher;

    /// <param name="rows">To be split.</param>
    /// <param name="count">Parts.</param>
    public EvenSplit(int rows, int count) => (Count, height, higher) = (count, rows / count, rows % count);

    /// <summary>Parts.</summary>
    public int Count { get; }

    /// <summary>The beginning of a part; for <see cref="Count"/>, the end.</summary>
    public int this[int part] => (part * height) + Math.Min(part, higher);

    /// <summary>As few parts as a height allows.</summary>
    public static EvenSplit OfAtMost(int height, int rows) => new(rows, (rows + height - 1) / height);
}
