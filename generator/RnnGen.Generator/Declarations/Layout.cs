namespace RnnGen.Generator.Declarations;

/// <summary>The panel layout's arithmetic.</summary>
internal static class Layout
{
    /// <summary>Units per block.</summary>
    public const int Lanes = 16;

    public static int Blocks(int size) => (size + Lanes - 1) / Lanes;

    public static int Pad(int size) => Blocks(size) * Lanes;
}
