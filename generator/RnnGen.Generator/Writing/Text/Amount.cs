namespace RnnGen.Generator.Writing.Text;

/// <summary>A count or an offset in generated code: a number that is known now, or an expression, perhaps times a number.</summary>
/// <param name="Factor">The number.</param>
/// <param name="Expression">A name or another expression that needs no brackets beside <c>*</c>; null for the number alone.</param>
internal readonly record struct Amount(long Factor, string? Expression = null)
{
    public static implicit operator Amount(int number) => new(number);

    public static implicit operator Amount(string expression) => new(1, expression);

    /// <summary>Whether this is 1, whatever a program does.</summary>
    public bool IsOne => Factor == 1 && Expression is null;

    public bool IsZero => Factor == 0;

    public Amount Times(int factor) => this with { Factor = Factor * factor };

    public override string ToString() => Expression is null ? $"{Factor}" : Factor == 1 ? Expression : $"{Expression} * {Factor}";
}
