using System.ComponentModel;
using System.Runtime.CompilerServices;
using RnnGen.Numerics;

namespace RnnGen.Generated;

/// <summary>A recurrent layer of a tape, in one direction: its states, and its sums.</summary>
/// <param name="Module">The beginning of its parameters' names.</param>
/// <param name="Suffix">The end of its parameters' names.</param>
/// <param name="Hidden">Units.</param>
/// <param name="Slots">The sums, and what becomes of them: [step][row][block][slot][16].</param>
/// <param name="SlotCount">Slots per block of 16 units.</param>
/// <param name="SlotRow">From a row of slots to the next, in elements.</param>
/// <param name="Gates">The slots that hold gates after the forward pass.</param>
/// <param name="States">The states; the first is the layer's output.</param>
/// <param name="IsReverse">True if it runs from the last step to the first.</param>
/// <param name="IsEncoder">True if it runs over the source's steps, from zeros on.</param>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record TapeLayer<T>(
    string Module,
    string Suffix,
    int Hidden,
    AlignedBuffer<T> Slots,
    int SlotCount,
    int SlotRow,
    IReadOnlyList<int> Gates,
    IReadOnlyList<TapeState<T>> States,
    bool IsReverse = false,
    bool IsEncoder = false)
    where T : unmanaged
{
    private const int Lanes = Panels.Lanes;

    /// <summary>The beginning of its parameters' names.</summary>
    public string Module { get; } = Guard.NotNull(Module);

    /// <summary>The end of its parameters' names.</summary>
    public string Suffix { get; } = Guard.NotNull(Suffix);

    /// <summary>The sums, and what becomes of them.</summary>
    public AlignedBuffer<T> Slots { get; } = Guard.NotNull(Slots);

    /// <summary>The slots that hold gates after the forward pass.</summary>
    public IReadOnlyList<int> Gates { get; } = Guard.NotNull(Gates);

    /// <summary>The states; the first is the layer's output.</summary>
    public IReadOnlyList<TapeState<T>> States { get; } = Guard.NotNull(States);

    private int Blocks => (Hidden + Lanes - 1) / Lanes;

    internal string Name => Module + Suffix;

    internal bool Owns(string parameter) =>
        parameter.StartsWith(Module + ".", StringComparison.Ordinal) && parameter.EndsWith(Suffix, StringComparison.Ordinal);

    /// <summary>The share of saturated gates.</summary>
    internal double Saturated(int steps, int rows, ReadOnlySpan<int> lengths)
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
                    double value = Element.ToDouble(Unsafe.Add(ref Slots.Start, place));
                    saturated += value is < 0.1 or > 0.9 ? 1 : 0;
                    all++;
                }
            }
        }

        return (double)saturated / all;
    }

    /// <summary>The norm of the first state's gradients at each end of a step.</summary>
    internal double[] Norms(int steps, int rows)
    {
        var norms = new double[steps + 1];
        for (int item = 0; item < norms.Length * rows; item++)
        {
            for (int unit = 0; unit < Hidden; unit++)
            {
                double value = Element.ToDouble(Unsafe.Add(ref States[0].Gradients.Start, ((nint)item * Blocks * Lanes) + unit));
                norms[item / rows] += value * value;
            }
        }

        for (int step = 0; step < norms.Length; step++)
            norms[step] = Math.Sqrt(norms[step]);
        return norms;
    }
}
