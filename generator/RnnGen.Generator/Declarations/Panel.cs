namespace RnnGen.Generator.Declarations;

/// <summary>The sizes of panels: a vector of units is stored in blocks of 16 lanes.</summary>
internal static class Panel
{
    /// <summary>Units per block.</summary>
    public const int Lanes = 16;

    public static int Blocks(int size) => (size + Lanes - 1) / Lanes;

    public static int Pad(int size) => Blocks(size) * Lanes;
}
