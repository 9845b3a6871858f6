namespace RnnGen.Generator.Equations;

/// <summary>An expression of a cell's equations as it was written. Records, so that equal equations are equal values.</summary>
internal abstract record Expression
{
    /// <summary>This and everything it is made of.</summary>
    public IEnumerable<Expression> Subexpressions() => this switch
    {
        Negation negation => negation.Operand.Subexpressions().Prepend(this),
        Binary binary => binary.Left.Subexpressions().Concat(binary.Right.Subexpressions()).Prepend(this),
        Call call => call.Arguments.SelectMany(a => a.Subexpressions()).Prepend(this),
        _ => [this],
    };
}

internal sealed record Number(Real Value) : Expression
{
    public override string ToString() => Value.ToString();
}

internal sealed record Reference(Identifier Name) : Expression
{
    public override string ToString() => Name.ToString();
}

internal sealed record Negation(Expression Operand) : Expression
{
    public override string ToString() => Operand is Reference or Call ? $"-{Operand}" : $"-({Operand})";
}

internal sealed record Binary(char Operator, Expression Left, Expression Right) : Expression
{
    private int Precedence => Operator is '+' or '-' ? 1 : 2;

    public override string ToString() =>
        $"{Bracket(Left, Left is Binary left && left.Precedence < Precedence)} {Operator} "
        + $"{Bracket(Right, Right is Negation || (Right is Binary right && NeedsBrackets(right)))}";

    /// <summary>To the right, equal precedence needs brackets too: C# groups from the left, and rounding depends on the grouping.</summary>
    private bool NeedsBrackets(Binary right) => right.Precedence <= Precedence;

    private static string Bracket(Expression expression, bool brackets) => brackets ? $"({expression})" : expression.ToString();
}

/// <summary>A function of the language: vectors first, then numbers.</summary>
internal sealed record Call(string Function, EquatableArray<Expression> Arguments) : Expression
{
    public override string ToString() => $"{Function}({string.Join(", ", Arguments)})";
}
