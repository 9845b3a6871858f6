namespace RnnGen;

// What the equations of a cell are made of. The types let the C# compiler refuse what does not fit together; evaluated, they compute
// the equations plainly, in double: a reference to test a cell against.

/// <summary>In a cell's equations: a vector over the layer's units. Operators work element by element.</summary>
public readonly struct Hidden
{
    private readonly double[]? values;
    private readonly double every;

    // What Activation and its like stand for comes with the parameters, and goes wherever their products go.
    private readonly LayerFunctions? functions;

    // The same state one step earlier, two steps earlier, ….
    private readonly Hidden[]? earlier;

    /// <summary>A vector to evaluate a cell with.</summary>
    /// <param name="values">A number per unit.</param>
    public Hidden(params double[] values) => this.values = values;

    internal Hidden(double[]? values, double every, LayerFunctions? functions, Hidden[]? earlier = null)
    {
        this.values = values;
        this.every = every;
        this.functions = functions;
        this.earlier = earlier;
    }

    /// <summary>The number of a unit.</summary>
    /// <param name="unit">From 0.</param>
    public double this[int unit] => values is null ? every : values[unit];

    /// <summary>The number of units; 0 for a number that stands for any.</summary>
    public int Count => values?.Length ?? 0;

    /// <summary>One number for all units.</summary>
    public static implicit operator Hidden(double value) => new(null, value, null);

    /// <summary>The bias as a vector.</summary>
    public static implicit operator Hidden(Bias bias) => bias.ToHidden();

    /// <summary>The parameter as a vector.</summary>
    public static implicit operator Hidden(PerUnit parameter) => parameter.ToHidden();

    /// <summary>The parameter's number for every unit.</summary>
    public static implicit operator Hidden(Scalar parameter) => parameter.ToHidden();

    /// <summary>The input as a vector: it has a number for each unit.</summary>
    public static implicit operator Hidden(Input input) => input.ToHidden();

    /// <summary>The sum.</summary>
    public static Hidden operator +(Hidden left, Hidden right) => Combine(left, right, (a, b) => a + b);

    /// <summary>The difference.</summary>
    public static Hidden operator -(Hidden left, Hidden right) => Combine(left, right, (a, b) => a - b);

    /// <summary>The element-wise product.</summary>
    public static Hidden operator *(Hidden left, Hidden right) => Combine(left, right, (a, b) => a * b);

    /// <summary>The element-wise quotient.</summary>
    public static Hidden operator /(Hidden left, Hidden right) => Combine(left, right, (a, b) => a / b);

    /// <summary>The negation.</summary>
    public static Hidden operator -(Hidden value) => value.Map(x => -x);

    /// <summary>A function of every element.</summary>
    /// <param name="function">The function.</param>
    public Hidden Map(Func<double, double> function) =>
        new(values is null ? null : [.. values.Select(function)], values is null ? function(every) : 0, functions);

    /// <summary>The elements.</summary>
    public double[] ToArray() => values is null ? [] : [.. values];

    /// <summary>This state as it follows that of the step before, for cells whose equations look further back.</summary>
    /// <param name="previous">The state one step earlier, which may know its own.</param>
    public Hidden After(Hidden previous) => new(values, every, functions, [previous, .. previous.earlier ?? []]);

    internal LayerFunctions Functions => functions ?? LayerFunctions.Default;

    internal Hidden Before(int steps) =>
        steps == 0 ? this
        : steps > 0 && steps <= earlier?.Length ? earlier[steps - 1]
        : throw new InvalidOperationException($"The state knows {earlier?.Length ?? 0} earlier ones, but the equations look {steps} "
            + "steps further back.");

    internal static Hidden Combine(Hidden left, Hidden right, Func<double, double, double> function)
    {
        int count = Math.Max(left.Count, right.Count);
        return new(
            count == 0 ? null : [.. Enumerable.Range(0, count).Select(i => function(left[i], right[i]))],
            count == 0 ? function(left.every, right.every) : 0,
            left.functions ?? right.functions);
    }
}

/// <summary>In a cell: a matrix [hidden, input]. Multiplied by the <see cref="Input"/> it gives a <see cref="Hidden"/>.</summary>
public readonly struct Weight
{
    private readonly Matrix values;

    internal Weight(Matrix values) => this.values = values;

    /// <summary>The matrix product.</summary>
    public static Hidden operator *(Weight weight, Input input) => weight.values.Multiply(i => input.Values[i], input.Values.Length);
}

/// <summary>In a cell: a matrix [hidden, hidden]. Multiplied by a <see cref="Hidden"/> it gives a <see cref="Hidden"/>.</summary>
public readonly struct Recurrent
{
    private readonly Matrix values;

    internal Recurrent(Matrix values) => this.values = values;

    /// <summary>The matrix product.</summary>
    public static Hidden operator *(Recurrent weight, Hidden hidden) => weight.values.Multiply(i => hidden[i], hidden.Count);
}

/// <summary>In a cell: a matrix [projection, hidden], whose product is the first state; the layer says how many units that has.</summary>
public readonly struct Projection
{
    private readonly Matrix values;

    internal Projection(Matrix values) => this.values = values;

    /// <summary>The matrix product.</summary>
    public static Hidden operator *(Projection projection, Hidden hidden) => projection.values.Multiply(i => hidden[i], hidden.Count);
}

/// <summary>In an attention's score: a matrix [units, width of the query or the key], by which that one is multiplied.</summary>
public readonly struct Map
{
    private readonly Matrix values;

    internal Map(Matrix values) => this.values = values;

    /// <summary>The matrix product.</summary>
    public static Hidden operator *(Map map, Hidden hidden) => map.values.Multiply(i => hidden[i], hidden.Count);
}

/// <summary>A matrix [row, column] and what Activation and its like stand for in the cell that it belongs to.</summary>
internal sealed record Matrix(double[,] Values, LayerFunctions Functions)
{
    public Hidden Multiply(Func<int, double> vector, int length)
    {
        if (Values.GetLength(1) != length)
            throw new ArgumentException($"A matrix of {Values.GetLength(1)} columns cannot be multiplied by {length} numbers.");
        var result = new double[Values.GetLength(0)];
        for (int row = 0; row < result.Length; row++)
        {
            for (int column = 0; column < length; column++)
                result[row] += Values[row, column] * vector(column);
        }

        return new Hidden(result, 0, Functions);
    }
}
