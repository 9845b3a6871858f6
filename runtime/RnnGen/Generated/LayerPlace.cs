using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace RnnGen.Generated;

/// <summary>Where a recurrent layer's numbers lie on a tape, for <see cref="GradientFlow"/>.</summary>
/// <param name="Module">What its parameters' names begin with.</param>
/// <param name="Suffix">What they end with.</param>
/// <param name="Hidden">Units.</param>
/// <param name="SlotCount">Slots per block of 16 units.</param>
/// <param name="SlotRow">From a row of slots to the next, in elements.</param>
/// <param name="Gates">Those that hold gates after the forward pass.</param>
/// <param name="IsEncoder">Whether it runs over the source's steps.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record LayerPlace(string Module, string Suffix, int Hidden, int SlotCount, int SlotRow, IReadOnlyList<int> Gates, bool IsEncoder = false)
{
    private const int Lanes = Numerics.Panels.Lanes;

    /// <summary>The beginning of its parameters' names.</summary>
    public string Module { get; } = Guard.NotNull(Module);

    /// <summary>The end of its parameters' names.</summary>
    public string Suffix { get; } = Guard.NotNull(Suffix);

    /// <summary>The slots that hold gates after the forward pass.</summary>
    public IReadOnlyList<int> Gates { get; } = Guard.NotNull(Gates);

    private int Blocks => (Hidden + Lanes - 1) / Lanes;

    internal string Name => Module + Suffix;

    internal bool Owns(string parameter) => parameter.StartsWith(Module + ".", StringComparison.Ordinal) && parameter.EndsWith(Suffix, StringComparison.Ordinal);

    /// <summary>The share of saturated gates in [step][row][block][slot][16].</summary>
    internal double Saturated<T>(ref T slots, int steps, int rows, ReadOnlySpan<int> lengths) where T : unmanaged
    {
        long saturated = 0, all = 0;
        for (int item = 0; item < steps * rows; item++)
        {
            if (!lengths.IsEmpty && item / rows >= lengths[item % rows])
                continue;
            foreach (int gate in Gates)
            {
                for (int unit = 0; unit < Hidden; unit++)
                {
                    nint place = ((nint)item * SlotRow) + (unit / Lanes * SlotCount * Lanes) + (gate * Lanes) + (unit % Lanes);
                    double value = Element.ToDouble(Unsafe.Add(ref slots, place));
                    saturated += value is < 0.1 or > 0.9 ? 1 : 0;
                    all++;
                }
            }
        }

        return (double)saturated / all;
    }

    /// <summary>The norm of each step's vectors in [step][row][hidden, padded].</summary>
    internal double[] Norms<T>(ref T gradients, int steps, int rows) where T : unmanaged
    {
        var norms = new double[steps];
        for (int item = 0; item < steps * rows; item++)
        {
            for (int unit = 0; unit < Hidden; unit++)
            {
                double value = Element.ToDouble(Unsafe.Add(ref gradients, ((nint)item * Blocks * Lanes) + unit));
                norms[item / rows] += value * value;
            }
        }

        for (int step = 0; step < steps; step++)
            norms[step] = Math.Sqrt(norms[step]);
        return norms;
    }
}
