using RnnGen.Generator.Scheduling.Layouts;

namespace RnnGen.Generator.Writing.Text;

/// <summary>A count or an offset in generated code: a number that is known now, or an expression, perhaps times a number.</summary>
/// <param name="Factor">The number.</param>
/// <param name="Expression">A name or another expression that needs no brackets beside <c>*</c>; null for the number alone.</param>
internal readonly record struct Amount(long Factor, string? Expression = null)
{
    public static implicit operator Amount(int number) => new(number);

    public static implicit operator Amount(string expression) => new(1, expression);

    public static implicit operator Amount(NamedOffset offset) => new(1, offset.ToString());

    /// <summary>True if this is 1, whatever a program does.</summary>
    public bool IsOne => Factor == 1 && Expression is null;

    public bool IsZero => Factor == 0;

    /// <summary>A sum as an expression; 0 adds nothing.</summary>
    public static string Sum(params Amount[] terms) => terms.All(t => t.IsZero) ? "0" : string.Join(" + ", terms.Where(t => !t.IsZero));

    public Amount Times(int factor) => this with { Factor = Factor * factor };

    public override string ToString() => Expression is null ? $"{Factor}" : Factor == 1 ? Expression : $"{Expression} * {Factor}";
}
