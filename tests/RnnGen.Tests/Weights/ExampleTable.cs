using RnnGen.Generated;
using RnnGen.Numerics;

namespace RnnGen.Tests;

/// <summary>
/// A reset-after GRU's parameters as a generator could lay them out: 33 units in 3 blocks of 16 lanes, 5 inputs, and one bias
/// for z and r but two for n. PyTorch's second bias therefore has only the rows of n; the others are folded into the first.
/// </summary>
internal static class ExampleTable
{
    public const int Units = 33, Inputs = 5, Lanes = 16;

    // [block][input][gate][lane], then [block][gate][lane] with gate 3 for the second bias of n.
    public const int BiasOffset = 3 * Inputs * 3 * Lanes;
    public const int Length = BiasOffset + (3 * 4 * Lanes);

    public static ParameterInfo[] Create() =>
    [
        new("rnn.weight_ih_l0", 3 * Units, Inputs, [Weight(0), Weight(1), Weight(2)], []),
        new("rnn.bias_ih_l0", 3 * Units, 0, [Bias(0, 0), Bias(1, 1), Bias(2, 2)], []),
        new("rnn.bias_hh_l0", 3 * Units, 0, [Bias(2, 3)], [Bias(0, 0), Bias(1, 1)]),
    ];

    public static (ParameterSet<T> Set, AlignedBuffer<T> Buffer) Create<T>() where T : unmanaged
    {
        AlignedBuffer<T> buffer = new(Length);
        return (new(Create(), buffer), buffer);
    }

    /// <summary>Gives every parameter of its own a value from −1 to 1.</summary>
    public static void Fill<T>(ParameterSet<T> set, int seed) where T : unmanaged
    {
        Random random = new(seed);
        foreach (ParameterView<T> view in set)
        {
            T[] values = new T[view.Count];
            for (int i = 0; i < values.Length; i++)
            {
                bool own = view.Name != "rnn.bias_hh_l0" || i >= 2 * Units;
                values[i] = Element.FromDouble<T>(own ? (random.NextDouble() * 2) - 1 : 0);
            }

            view.CopyFrom(values);
        }
    }

    private static ParameterSlice Weight(int gate) => new(gate * Units, Units, gate * Lanes, Lanes, Inputs * 3 * Lanes, 3 * Lanes);

    private static ParameterSlice Bias(int gate, int place) => new(gate * Units, Units, BiasOffset + (place * Lanes), Lanes, 4 * Lanes, 1);
}
