using System.ComponentModel;
using RnnGen.Numerics;

namespace RnnGen.Generated;

/// <inheritdoc cref="Initialization.Identity"/>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record IdentityInitialization : Initialization
{
    private readonly double inputDeviation = 0.001;

    internal IdentityInitialization(double scale) =>
        Scale = double.IsFinite(scale) ? scale : throw new ArgumentOutOfRangeException(nameof(scale), scale, "Must be finite.");

    /// <summary>The factor on the identity.</summary>
    public double Scale { get; }

    /// <summary>
    /// The standard deviation of the weights of inputs and of dense layers: finite and at least 0. The default, 0.001, is the paper's.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public double InputDeviation
    {
        get => inputDeviation;
        init => inputDeviation = value >= 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(InputDeviation), value, "Must be finite and at least 0.");
    }

    private protected override double[] Draw(
        ParameterInfo info, ParameterSlice slice, int columns, CounterRandom random, ref ulong position)
    {
        int count = slice.Rows * columns;
        switch (slice.Role)
        {
            case ParameterRole.Input or ParameterRole.DenseWeight:
                return [.. Normal(count, random, ref position).Select(value => value * InputDeviation)];
            case ParameterRole.Recurrent:
                double[] values = new double[count];
                for (int i = 0; i < Math.Min(slice.Rows, columns); i++)
                    values[(i * columns) + i] = Scale;
                return values;
            case ParameterRole.Embedding:
                return Normal(count, random, ref position);
            default:
                return new double[count];
        }
    }
}
