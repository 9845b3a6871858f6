using RnnGen.Generated;

namespace RnnGen;

/// <summary>
/// In a cell's equations: the layer's input, a vector. A <see cref="Weight"/> is multiplied by it; where it has as many numbers as the
/// layer has units, it also stands for itself, element by element.
/// </summary>
public readonly struct Input : IOperand
{
    internal readonly double[] Values;

    // The input one step earlier, two steps earlier, ….
    private readonly Input[]? earlier;

    /// <summary>An input to evaluate a cell with.</summary>
    /// <param name="values">Its numbers.</param>
    public Input(params double[] values) => Values = values;

    private Input(double[] values, Input[] earlier)
    {
        Values = values;
        this.earlier = earlier;
    }

    /// <inheritdoc/>
    public Hidden ToHidden() => new(Values);

    /// <summary>This input as it follows that of the step before, for cells whose equations look back.</summary>
    /// <param name="previous">The input one step earlier, which may know its own.</param>
    public Input After(Input previous) => new(Values, [previous, .. previous.earlier ?? []]);

    /// <summary>The sum.</summary>
    public static Hidden operator +(Input left, IOperand right) => left.ToHidden() + right.ToHidden();

    /// <inheritdoc cref="op_Addition(Input, IOperand)"/>
    public static Hidden operator +(double left, Input right) => left + right.ToHidden();

    /// <inheritdoc cref="op_Addition(Input, IOperand)"/>
    public static Hidden operator +(Input left, double right) => left.ToHidden() + right;

    /// <summary>The difference.</summary>
    public static Hidden operator -(Input left, IOperand right) => left.ToHidden() - right.ToHidden();

    /// <inheritdoc cref="op_Subtraction(Input, IOperand)"/>
    public static Hidden operator -(double left, Input right) => left - right.ToHidden();

    /// <inheritdoc cref="op_Subtraction(Input, IOperand)"/>
    public static Hidden operator -(Input left, double right) => left.ToHidden() - right;

    /// <summary>The element-wise product.</summary>
    public static Hidden operator *(Input left, IOperand right) => left.ToHidden() * right.ToHidden();

    /// <inheritdoc cref="op_Multiply(Input, IOperand)"/>
    public static Hidden operator *(double left, Input right) => left * right.ToHidden();

    /// <inheritdoc cref="op_Multiply(Input, IOperand)"/>
    public static Hidden operator *(Input left, double right) => left.ToHidden() * right;

    /// <summary>The element-wise quotient.</summary>
    public static Hidden operator /(Input left, IOperand right) => left.ToHidden() / right.ToHidden();

    /// <inheritdoc cref="op_Division(Input, IOperand)"/>
    public static Hidden operator /(double left, Input right) => left / right.ToHidden();

    /// <inheritdoc cref="op_Division(Input, IOperand)"/>
    public static Hidden operator /(Input left, double right) => left.ToHidden() / right;

    /// <summary>The negation.</summary>
    public static Hidden operator -(Input value) => -value.ToHidden();

    internal Input Before(int steps) =>
        steps > 0 && steps <= earlier?.Length ? earlier[steps - 1]
        : throw new InvalidOperationException($"The input knows {earlier?.Length ?? 0} earlier ones, "
            + $"but the equations look {steps} steps back.");
}
