using RnnGen.Generated;

namespace RnnGen;

/// <summary>The largest singular value of a recurrent matrix: how much a step through it can stretch a state or a gradient.</summary>
/// <param name="Name">The tensor, for instance <c>rnn.weight_hh_l0</c>.</param>
/// <param name="Gate">The index of the gate in the tensor's order, from 0.</param>
/// <param name="Value">At least 0.</param>
public readonly record struct RecurrentStretch(string Name, int Gate, double Value)
{
    /// <summary>The tensor.</summary>
    public string Name { get; } = Name ?? throw new ArgumentNullException(nameof(Name));
}

/// <summary>Singular values of a model's recurrent matrices.</summary>
public static class SingularValues
{
    /// <summary>
    /// The largest of each recurrent matrix, in the order of the parameters; computed in double, and infinite only where it is more than a
    /// double holds.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="parameters">A model's parameters.</param>
    public static IReadOnlyList<RecurrentStretch> Largest<T>(ParameterSet<T> parameters) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(parameters);
        RecurrentMatrix matrix = new();
        List<RecurrentStretch> values = [];
        foreach (ParameterInfo info in parameters.Table)
        {
            foreach (ParameterSlice slice in info.Slices)
            {
                if (!RecurrentMatrix.Is(info, slice))
                    continue;
                matrix.Load(parameters.Buffer, info, slice);
                values.Add(new(info.Name, matrix.Gate, matrix.LargestSingularValue()));
            }
        }

        return values;
    }
}
