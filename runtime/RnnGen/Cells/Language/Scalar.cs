using RnnGen.Generated;

namespace RnnGen;

/// <summary>In a cell: one learned number, which all units of a layer share, such as a leak or a temperature.</summary>
public readonly struct Scalar : IOperand
{
    private readonly double value;

    internal Scalar(double value) => this.value = value;

    /// <inheritdoc/>
    public Hidden ToHidden() => value;

    /// <summary>The sum.</summary>
    public static Hidden operator +(Scalar left, IOperand right) => left.ToHidden() + right.ToHidden();

    /// <inheritdoc cref="op_Addition(Scalar, IOperand)"/>
    public static Hidden operator +(double left, Scalar right) => left + right.ToHidden();

    /// <inheritdoc cref="op_Addition(Scalar, IOperand)"/>
    public static Hidden operator +(Scalar left, double right) => left.ToHidden() + right;

    /// <summary>The difference.</summary>
    public static Hidden operator -(Scalar left, IOperand right) => left.ToHidden() - right.ToHidden();

    /// <inheritdoc cref="op_Subtraction(Scalar, IOperand)"/>
    public static Hidden operator -(double left, Scalar right) => left - right.ToHidden();

    /// <inheritdoc cref="op_Subtraction(Scalar, IOperand)"/>
    public static Hidden operator -(Scalar left, double right) => left.ToHidden() - right;

    /// <summary>The element-wise product.</summary>
    public static Hidden operator *(Scalar left, IOperand right) => left.ToHidden() * right.ToHidden();

    /// <inheritdoc cref="op_Multiply(Scalar, IOperand)"/>
    public static Hidden operator *(double left, Scalar right) => left * right.ToHidden();

    /// <inheritdoc cref="op_Multiply(Scalar, IOperand)"/>
    public static Hidden operator *(Scalar left, double right) => left.ToHidden() * right;

    /// <summary>The element-wise quotient.</summary>
    public static Hidden operator /(Scalar left, IOperand right) => left.ToHidden() / right.ToHidden();

    /// <inheritdoc cref="op_Division(Scalar, IOperand)"/>
    public static Hidden operator /(double left, Scalar right) => left / right.ToHidden();

    /// <inheritdoc cref="op_Division(Scalar, IOperand)"/>
    public static Hidden operator /(Scalar left, double right) => left.ToHidden() / right;

    /// <summary>The negation.</summary>
    public static Hidden operator -(Scalar value) => -value.ToHidden();
}
