using RnnGen.Numerics;

namespace RnnGen;

/// <summary>How a new model's parameters are drawn. The same seed gives the same bits on every machine.</summary>
public abstract record Initialization
{
    private protected Initialization()
    {
    }

    /// <summary>
    /// PyTorch's: all parameters of a recurrent layer uniform in ±1/√hidden, of a dense layer in ±1/√inputs, embeddings normal with variance 1.
    /// Where PyTorch has two biases per gate and a cell has one, it is drawn like one of them.
    /// </summary>
    public static Initialization PyTorch { get; } = new UniformInitialization();

    /// <summary>
    /// Keras': weights of inputs uniform in ±√(6 / (inputs + outputs)) (Glorot and Bengio 2010), recurrent weights orthogonal (Saxe et al. 2014),
    /// biases 0, forget biases 1 (Jozefowicz et al. 2015).
    /// </summary>
    public static GlorotInitialization Glorot { get; } = new();

    /// <summary>Draws all parameters of a model.</summary>
    /// <param name="table">What and where they are.</param>
    /// <param name="weights">Where to; padding is left alone.</param>
    /// <param name="seed">Any number.</param>
    public void Apply<T>(ParameterInfo[] table, AlignedBuffer<T> weights, ulong seed) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(weights);
        var random = new CounterRandom(seed);
        ulong position = 0;
        foreach (ParameterInfo info in table)
        {
            foreach (ParameterPart part in info.Parts)
            {
                int columns = Math.Max(info.Columns, 1);
                double[] values = Draw(part, columns, random, ref position);
                for (int row = 0; row < part.Rows; row++)
                {
                    for (int column = 0; column < columns; column++)
                        weights.Span[part.IndexOf(part.FirstRow + row, column)] = Element.FromDouble<T>(values[(row * columns) + column]);
                }
            }
        }
    }

    /// <summary>Draws the values of a part, row by row.</summary>
    private protected abstract double[] Draw(ParameterPart part, int columns, CounterRandom random, ref ulong position);

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
internal sealed record UniformInitialization : Initialization
{
    private protected override double[] Draw(ParameterPart part, int columns, CounterRandom random, ref ulong position) => part.Role switch
    {
        ParameterRole.Embedding => Normal(part.Rows * columns, random, ref position),
        _ => Uniform(part.Rows * columns, 1 / Math.Sqrt(part.FanIn), random, ref position),
    };
}

/// <inheritdoc cref="Initialization.Glorot"/>
public sealed record GlorotInitialization : Initialization
{
    /// <summary>What biases marked <see cref="ForgetBiasAttribute"/> start with: any finite number. The default is 1.</summary>
    public double ForgetBias { get; init; } = 1;

    /// <summary>What orthogonal matrices are multiplied by. The default is 1.</summary>
    public double Gain { get; init; } = 1;

    private protected override double[] Draw(ParameterPart part, int columns, CounterRandom random, ref ulong position)
    {
        int count = part.Rows * columns;
        switch (part.Role)
        {
            case ParameterRole.Input or ParameterRole.DenseWeight:
                return Uniform(count, Math.Sqrt(6.0 / (columns + part.Rows)), random, ref position);
            case ParameterRole.Recurrent:
                return Orthogonal(part.Rows, random, ref position);
            case ParameterRole.Embedding:
                return Uniform(count, 0.05, random, ref position);
            case ParameterRole.ForgetBias:
                return [.. Enumerable.Repeat(ForgetBias, count)];
            default:
                return new double[count];
        }
    }

    /// <summary>A random orthogonal matrix: normal numbers, each row made orthogonal to those before it, twice for accuracy.</summary>
    private double[] Orthogonal(int size, CounterRandom random, ref ulong position)
    {
        double[] values = Normal(size * size, random, ref position);
        for (int row = 0; row < size; row++)
        {
            Span<double> current = values.AsSpan(row * size, size);
            for (int pass = 0; pass < 2; pass++)
            {
                for (int other = 0; other < row; other++)
                {
                    ReadOnlySpan<double> previous = values.AsSpan(other * size, size);
                    double overlap = Dot(current, previous);
                    for (int i = 0; i < size; i++)
                        current[i] -= overlap * previous[i];
                }
            }

            double length = Math.Sqrt(Dot(current, current));
            foreach (ref double value in current)
                value /= length;
        }

        foreach (ref double value in values.AsSpan())
            value *= Gain;
        return values;
    }

    private static double Dot(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        double sum = 0;
        for (int i = 0; i < left.Length; i++)
            sum += left[i] * right[i];
        return sum;
    }
}
