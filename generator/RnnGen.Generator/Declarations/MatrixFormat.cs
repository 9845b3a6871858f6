namespace RnnGen.Generator.Declarations;

/// <summary>
/// The format of matrices' weights: one by one, or several in a word. Vectors are numbers of the model's type in either case.
/// </summary>
/// <param name="Name">RnnGen.WeightFormat's member, which the class with such weights is called after; empty for the model itself.</param>
/// <param name="Bits">Of a weight; 0 for a number of the model's type.</param>
/// <param name="Pack">Weights in a word, by which a unit multiplies neighbouring numbers.</param>
/// <param name="HeadRows">Rows of words in front of a block.</param>
/// <param name="Deepest">The longest vector that can be multiplied.</param>
internal sealed record MatrixFormat(string Name, int Bits, int Pack, int HeadRows, int Deepest)
{
    public static readonly MatrixFormat Full = new("", 0, 1, 0, int.MaxValue);

    public static readonly MatrixFormat BFloat16 = new("BFloat16", 16, 2, 0, int.MaxValue);

    /// <summary>
    /// A scale and a correction for each unit stand in front. More products than these would not fit into an integer of 32 bits.
    /// </summary>
    public static readonly MatrixFormat Int8 = new("Int8", 8, 4, 2, 131_072);

    /// <summary>Those there are, in the order of RnnGen.WeightFormat.</summary>
    public static readonly MatrixFormat[] Compressed = [BFloat16, Int8];

    public bool IsCompressed => Pack > 1;

    /// <summary>The method of a model that compresses it.</summary>
    public string Method => $"To{Name}";

    /// <summary>Rows of a block of panels, [column][16 lanes] each.</summary>
    public int Rows(int depth) => HeadRows + ((depth + Pack - 1) / Pack);

    /// <summary>From a symbol's vector to the next's.</summary>
    public int EmbeddingRow(int stride) => IsCompressed ? ((stride / Panel.Lanes) + Pack - 1) / Pack * Panel.Lanes : stride;

    /// <summary>All symbols' vectors.</summary>
    public int EmbeddingSize(int symbols, int stride) => (HeadRows == 0 ? 0 : Panel.Pad(symbols)) + (symbols * EmbeddingRow(stride));
}
