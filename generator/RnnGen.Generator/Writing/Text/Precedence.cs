namespace RnnGen.Generator.Writing.Text;

/// <summary>The precedence of an expression of generated code, from the loosest on.</summary>
internal enum Precedence
{
    /// <summary><c>a + b</c>, <c>a - b</c>.</summary>
    Sum,

    /// <summary><c>a * b</c>, <c>a / b</c>.</summary>
    Product,

    /// <summary><c>-a</c>.</summary>
    Unary,

    /// <summary>A name, a call, or what has brackets.</summary>
    Primary,
}
