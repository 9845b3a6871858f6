using System.ComponentModel;
using RnnGen.Generated;
using RnnGen.Numerics;

namespace RnnGen;

/// <summary>The way a new model's parameters are drawn. Equal seeds give equal bits on every machine.</summary>
/// <remarks>
/// Normalisations begin with the gain 1 and the bias 0, and <see cref="PReluAttribute"/> with the slope 0.25, whichever way it is.
/// </remarks>
public abstract record Initialization
{
    private protected Initialization()
    {
    }

    /// <summary>
    /// PyTorch's: all parameters of a recurrent layer uniform in ±1/√hidden, of a dense layer in ±1/√inputs, embeddings normal with
    /// variance 1. Where PyTorch has two biases per gate and a cell has one, it is drawn like one of them.
    /// </summary>
    public static Initialization PyTorch { get; } = new PyTorchInitialization();

    /// <summary>
    /// Keras', but gate by gate: weights of inputs uniform in ±√(6 / (inputs + outputs)) (Glorot and Bengio 2010), recurrent weights
    /// orthogonal (Saxe et al. 2014), biases 0, forget biases 1 (Jozefowicz et al. 2015).
    /// </summary>
    public static GlorotInitialization Glorot { get; } = new();

    /// <summary>
    /// For rectifiers: weights of inputs uniform in ±√(6 / inputs), which keeps the variance through a ReLU (He et al. 2015; PyTorch's
    /// <c>kaiming_uniform_</c> with the gain of a ReLU), recurrent weights orthogonal (Saxe et al. 2014), biases 0, embeddings normal with
    /// variance 1.
    /// </summary>
    public static Initialization He { get; } = new HeInitialization();

    /// <summary>All parameters uniform in ±limit, embeddings and biases too; not those of normalisations and rectifiers.</summary>
    /// <param name="limit">Finite and at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="limit"/> is outside that range.</exception>
    public static Initialization Uniform(double limit) => limit >= 0 && double.IsFinite(limit)
        ? new UniformInitialization(limit)
        : throw new ArgumentOutOfRangeException(nameof(limit), limit, "Must be finite and at least 0.");

    /// <summary>
    /// The IRNN's (Le, Jaitly and Hinton 2015), for a simple cell with ReLU: recurrent weights scale · I, other weights normal with the
    /// small standard deviation <see cref="IdentityInitialization.InputDeviation"/>, biases 0, embeddings normal with variance 1.
    /// </summary>
    /// <param name="scale">Any finite number: 1 keeps a state as it is, less forgets.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="scale"/> is not finite.</exception>
    public static IdentityInitialization Identity(double scale = 1) => new(scale);

    /// <summary>Draws all parameters of a model.</summary>
    /// <param name="table">The parameters and their places.</param>
    /// <param name="weights">Receives the numbers; padding is left alone.</param>
    /// <param name="seed">Any number.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void Apply<T>(ParameterInfo[] table, AlignedBuffer<T> weights, ulong seed) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(weights);
        var random = new CounterRandom(seed);
        ulong position = 0;
        foreach (ParameterInfo info in table)
        {
            foreach (ParameterSlice slice in info.Slices)
            {
                int columns = Math.Max(info.Columns, 1);
                double[] values = First(slice.Role) is { } first
                    ? [.. Enumerable.Repeat(first, slice.Rows * columns)]
                    : Draw(info, slice, columns, random, ref position);
                for (int row = 0; row < slice.Rows; row++)
                {
                    for (int column = 0; column < columns; column++)
                        weights.Span[slice.IndexOf(slice.FirstRow + row, column)] = Element.FromDouble<T>(values[(row * columns) + column]);
                }
            }
        }
    }

    /// <summary>The value that a role begins with however all else is drawn; null if it is drawn.</summary>
    private static double? First(ParameterRole role) => role switch
    {
        ParameterRole.Gain => 1,
        ParameterRole.NormBias => 0,
        ParameterRole.Slope => 0.25,
        _ => null,
    };

    /// <summary>Draws the values of a slice, row by row.</summary>
    private protected abstract double[] Draw(
        ParameterInfo info, ParameterSlice slice, int columns, CounterRandom random, ref ulong position);

    private protected static double[] Uniform(int count, double limit, CounterRandom random, ref ulong position)
    {
        var values = new double[count];
        foreach (ref double value in values.AsSpan())
            value = ((2 * random.Uniform(position++)) - 1) * limit;
        return values;
    }

    private protected static double[] Normal(int count, CounterRandom random, ref ulong position)
    {
        var values = new double[count];
        foreach (ref double value in values.AsSpan())
            value = random.Normal(ref position);
        return values;
    }
}

/// <inheritdoc cref="Initialization.PyTorch"/>
internal sealed record PyTorchInitialization : Initialization
{
    private protected override double[] Draw(
        ParameterInfo info, ParameterSlice slice, int columns, CounterRandom random, ref ulong position) => slice.Role switch
        {
            ParameterRole.Embedding => Normal(slice.Rows * columns, random, ref position),
            _ => Uniform(slice.Rows * columns, 1 / Math.Sqrt(slice.FanIn), random, ref position),
        };
}

/// <inheritdoc cref="Initialization.He"/>
internal sealed record HeInitialization : Initialization
{
    private protected override double[] Draw(
        ParameterInfo info, ParameterSlice slice, int columns, CounterRandom random, ref ulong position) => slice.Role switch
        {
            ParameterRole.Input => Uniform(slice.Rows * columns, Math.Sqrt(6.0 / columns), random, ref position),
            ParameterRole.DenseWeight => Uniform(slice.Rows * columns, Math.Sqrt(6.0 / slice.FanIn), random, ref position),
            ParameterRole.Recurrent => OrthogonalMatrix.Random(slice.Rows, columns, 1, random, ref position),
            ParameterRole.Embedding => Normal(slice.Rows * columns, random, ref position),
            _ => new double[slice.Rows * columns],
        };
}

/// <inheritdoc cref="Initialization.Uniform(double)"/>
internal sealed record UniformInitialization(double Limit) : Initialization
{
    private protected override double[] Draw(
        ParameterInfo info, ParameterSlice slice, int columns, CounterRandom random, ref ulong position) =>
        Uniform(slice.Rows * columns, Limit, random, ref position);
}
