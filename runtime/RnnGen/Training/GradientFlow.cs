using System.Runtime.CompilerServices;

namespace RnnGen;

/// <summary>What a batch shows of how gradients flow back through a model: where they vanish, explode, or meet gates that hardly move.</summary>
/// <param name="Layers">The recurrent layers in the order of the model, both directions of a bidirectional one.</param>
public sealed record GradientFlow(IReadOnlyList<LayerFlow> Layers)
{
    /// <summary>The recurrent layers.</summary>
    public IReadOnlyList<LayerFlow> Layers { get; } = Guard.NotNull(Layers);
}

/// <summary>One recurrent layer of a <see cref="GradientFlow"/>.</summary>
/// <param name="Name">What its parameters are called after: <c>rnn</c> and the suffix <c>_l0</c>, <c>_l0_reverse</c>.</param>
/// <param name="Norms">
/// ‖∂L/∂h_t‖, the Euclidean norm over units and rows, for the state h at each end of a step in the order of time: steps + 1 numbers. Of a forward layer the first
/// belongs to the initial state, of a reverse layer the last.
/// </param>
/// <param name="SaturatedGates">
/// The share of gate values σ(…) below 0.1 or above 0.9 (Karpathy, Johnson and Li 2015), over units, steps and rows: there they, and the gradients
/// through them, hardly move. NaN for a cell without such gates.
/// </param>
/// <param name="Stretches">The largest singular value of each recurrent matrix.</param>
public sealed record LayerFlow(string Name, IReadOnlyList<double> Norms, double SaturatedGates, IReadOnlyList<RecurrentStretch> Stretches)
{
    /// <summary>The layer's name.</summary>
    public string Name { get; } = Guard.NotNull(Name);

    /// <summary>The gradients' norms in the order of time.</summary>
    public IReadOnlyList<double> Norms { get; } = Guard.NotNull(Norms);

    /// <summary>The largest singular value of each recurrent matrix.</summary>
    public IReadOnlyList<RecurrentStretch> Stretches { get; } = Guard.NotNull(Stretches);
}

/// <summary>Where a recurrent layer's numbers lie on a tape, for <see cref="GradientFlow"/>.</summary>
/// <param name="Module">What its parameters' names begin with.</param>
/// <param name="Suffix">What they end with.</param>
/// <param name="Hidden">Units.</param>
/// <param name="SlotCount">Slots per block of 16 units.</param>
/// <param name="SlotRow">From a row of slots to the next, in elements.</param>
/// <param name="Gates">Those that hold gates after the forward pass.</param>
/// <param name="IsEncoder">Whether it runs over the source's steps.</param>
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
