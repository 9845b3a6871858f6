using RnnGen.Generator.Reading;

namespace RnnGen.Generator.Scheduling;

/// <summary>A run of the dense layer's outputs: panels of the same number of columns.</summary>
/// <param name="Name">Full, or Rest.</param>
/// <param name="FirstBlock">The first block of 16 outputs.</param>
/// <param name="Panels">How many panels.</param>
/// <param name="Columns">Blocks per panel.</param>
/// <param name="Offset">Where the panels begin among the parameters.</param>
/// <param name="TransposedOffset">Where their transposed copy begins, counted from the dense layer's.</param>
internal sealed record DenseGroup(string Name, int FirstBlock, int Panels, int Columns, int Offset, int TransposedOffset);

/// <summary>The dense layer on top: its outputs in panels of four blocks, which fill a register tile, and one narrower panel for the rest; then the biases.</summary>
internal sealed record DenseLayout(int InputSize, int Size, ActivationKind Activation, int FirstParameter)
{
    public int Blocks => Layout.Blocks(Size);

    public int Padded => Layout.Pad(Size);

    public int BiasOffset => FirstParameter + (Padded * InputSize);

    public int EndParameter => BiasOffset + Padded;

    public IEnumerable<DenseGroup> Groups
    {
        get
        {
            int full = Blocks / 4;
            if (full > 0)
                yield return new("DensePanels", 0, full, 4, FirstParameter, 0);
            if (Blocks % 4 > 0)
                yield return new(full > 0 ? "DenseRest" : "DensePanels", full * 4, 1, Blocks % 4, FirstParameter + (full * 4 * Layout.Lanes * InputSize), full * 4 * Layout.Lanes * Layout.Pad(InputSize));
        }
    }
}
