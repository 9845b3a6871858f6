using RnnGen.Generated;

namespace RnnGen;

/// <summary>In a cell: a learned vector [hidden] of the equations themselves, such as a peephole.</summary>
public readonly struct PerUnit : IOperand
{
    private readonly double[] values;

    internal PerUnit(double[] values) => this.values = values;

    /// <inheritdoc/>
    public Hidden ToHidden() => new(values);

    /// <summary>The sum.</summary>
    public static Hidden operator +(PerUnit left, IOperand right) => left.ToHidden() + right.ToHidden();

    /// <inheritdoc cref="op_Addition(PerUnit, IOperand)"/>
    public static Hidden operator +(double left, PerUnit right) => left + right.ToHidden();

    /// <inheritdoc cref="op_Addition(PerUnit, IOperand)"/>
    public static Hidden operator +(PerUnit left, double right) => left.ToHidden() + right;

    /// <summary>The difference.</summary>
    public static Hidden operator -(PerUnit left, IOperand right) => left.ToHidden() - right.ToHidden();

    /// <inheritdoc cref="op_Subtraction(PerUnit, IOperand)"/>
    public static Hidden operator -(double left, PerUnit right) => left - right.ToHidden();

    /// <inheritdoc cref="op_Subtraction(PerUnit, IOperand)"/>
    public static Hidden operator -(PerUnit left, double right) => left.ToHidden() - right;

    /// <summary>The element-wise product.</summary>
    public static Hidden operator *(PerUnit left, IOperand right) => left.ToHidden() * right.ToHidden();

    /// <inheritdoc cref="op_Multiply(PerUnit, IOperand)"/>
    public static Hidden operator *(double left, PerUnit right) => left * right.ToHidden();

    /// <inheritdoc cref="op_Multiply(PerUnit, IOperand)"/>
    public static Hidden operator *(PerUnit left, double right) => left.ToHidden() * right;

    /// <summary>The element-wise quotient.</summary>
    public static Hidden operator /(PerUnit left, IOperand right) => left.ToHidden() / right.ToHidden();

    /// <inheritdoc cref="op_Division(PerUnit, IOperand)"/>
    public static Hidden operator /(double left, PerUnit right) => left / right.ToHidden();

    /// <inheritdoc cref="op_Division(PerUnit, IOperand)"/>
    public static Hidden operator /(PerUnit left, double right) => left.ToHidden() / right;

    /// <summary>The negation.</summary>
    public static Hidden operator -(PerUnit value) => -value.ToHidden();
}
