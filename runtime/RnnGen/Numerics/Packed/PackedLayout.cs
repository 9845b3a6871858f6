namespace RnnGen.Numerics;

/// <summary>The arithmetic of words: where the weights of a compressed matrix are.</summary>
internal static class PackedLayout
{
    /// <summary>The bits of a weight.</summary>
    public static int Bits<TFormat>() where TFormat : struct, IWeightFormat => 32 / TFormat.Pack;

    /// <summary>Words of a symbol's vector: those of 16 lanes hold as many blocks of it as a word holds weights.</summary>
    /// <param name="width">The vector's padded length.</param>
    public static int EmbeddingRow<TFormat>(int width) where TFormat : struct, IWeightFormat =>
        ((width / Panels.Lanes) + TFormat.Pack - 1) / TFormat.Pack * Panels.Lanes;

    /// <summary>Words in front of the vectors of so many symbols: a scale for each, if the format has scales.</summary>
    public static int EmbeddingHead<TFormat>(int symbols) where TFormat : struct, IWeightFormat =>
        TFormat.HeadRows == 0 ? 0 : (symbols + Panels.Lanes - 1) & -Panels.Lanes;
}
