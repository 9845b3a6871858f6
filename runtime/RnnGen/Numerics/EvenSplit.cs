namespace RnnGen.Numerics;

/// <summary>A number of rows in parts, all nearly as high: 32 in 6 parts are 5, 5, 6, 5, 5, 6.</summary>
/// <param name="Rows">To be split.</param>
/// <param name="Count">Parts.</param>
internal readonly record struct EvenSplit(int Rows, int Count)
{
    /// <summary>Where a part begins; for <see cref="Count"/>, the end.</summary>
    public int this[int part] => (int)((long)part * Rows / Count);

    /// <summary>As few parts as a height allows.</summary>
    public static EvenSplit OfAtMost(int height, int rows) => new(rows, (rows + height - 1) / height);
}
