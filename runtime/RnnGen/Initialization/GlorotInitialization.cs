using System.ComponentModel;
using RnnGen.Numerics;

namespace RnnGen.Generated;

/// <inheritdoc cref="Initialization.Glorot"/>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record GlorotInitialization : Initialization
{
    /// <summary>The first value of biases marked <see cref="ForgetBiasAttribute"/>: any finite number. The default is 1.</summary>
    public double ForgetBias { get; init; } = 1;

    /// <summary>The factor on orthogonal matrices. The default is 1.</summary>
    public double Gain { get; init; } = 1;

    private protected override double[] Draw(
        ParameterInfo info, ParameterSlice slice, int columns, CounterRandom random, ref ulong position)
    {
        int count = slice.Rows * columns;
        switch (slice.Role)
        {
            case ParameterRole.Input:
                return Uniform(count, Math.Sqrt(6.0 / (columns + slice.Rows)), random, ref position);
            case ParameterRole.DenseWeight:
                // A dense matrix lies in slices of 16 rows, but it is one matrix.
                return Uniform(count, Math.Sqrt(6.0 / (columns + info.Rows)), random, ref position);
            case ParameterRole.Recurrent:
                return OrthogonalMatrix.Random(slice.Rows, columns, Gain, random, ref position);
            case ParameterRole.Embedding:
                return Uniform(count, 0.05, random, ref position);
            case ParameterRole.ForgetBias:
                return [.. Enumerable.Repeat(ForgetBias, count)];
            default:
                return new double[count];
        }
    }
}
