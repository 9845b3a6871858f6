using RnnGen.Generated;

namespace RnnGen;

/// <summary>In a cell: a vector [hidden] that layers can do without (<c>Bias = false</c>).</summary>
public readonly struct Bias : IOperand
{
    private readonly double[] values;

    internal Bias(double[] values) => this.values = values;

    /// <inheritdoc/>
    public Hidden ToHidden() => new(values);

    /// <summary>The sum.</summary>
    public static Hidden operator +(Bias left, IOperand right) => left.ToHidden() + right.ToHidden();

    /// <inheritdoc cref="op_Addition(Bias, IOperand)"/>
    public static Hidden operator +(double left, Bias right) => left + right.ToHidden();

    /// <inheritdoc cref="op_Addition(Bias, IOperand)"/>
    public static Hidden operator +(Bias left, double right) => left.ToHidden() + right;

    /// <summary>The difference.</summary>
    public static Hidden operator -(Bias left, IOperand right) => left.ToHidden() - right.ToHidden();

    /// <inheritdoc cref="op_Subtraction(Bias, IOperand)"/>
    public static Hidden operator -(double left, Bias right) => left - right.ToHidden();

    /// <inheritdoc cref="op_Subtraction(Bias, IOperand)"/>
    public static Hidden operator -(Bias left, double right) => left.ToHidden() - right;

    /// <summary>The element-wise product.</summary>
    public static Hidden operator *(Bias left, IOperand right) => left.ToHidden() * right.ToHidden();

    /// <inheritdoc cref="op_Multiply(Bias, IOperand)"/>
    public static Hidden operator *(double left, Bias right) => left * right.ToHidden();

    /// <inheritdoc cref="op_Multiply(Bias, IOperand)"/>
    public static Hidden operator *(Bias left, double right) => left.ToHidden() * right;

    /// <summary>The element-wise quotient.</summary>
    public static Hidden operator /(Bias left, IOperand right) => left.ToHidden() / right.ToHidden();

    /// <inheritdoc cref="op_Division(Bias, IOperand)"/>
    public static Hidden operator /(double left, Bias right) => left / right.ToHidden();

    /// <inheritdoc cref="op_Division(Bias, IOperand)"/>
    public static Hidden operator /(Bias left, double right) => left.ToHidden() / right;

    /// <summary>The negation.</summary>
    public static Hidden operator -(Bias value) => -value.ToHidden();
}
