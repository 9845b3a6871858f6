namespace RnnGen.Generator.Writing.Text;

/// <summary>A value in a kernel: an expression that knows what it is.</summary>
/// <param name="Text">The expression, without brackets around it.</param>
/// <param name="Precedence">Of its outermost operator.</param>
internal sealed record Code(string Text, Precedence Precedence = Precedence.Primary)
{
    /// <summary>True if it is a local or a parameter, which may be named as often as one likes.</summary>
    public bool IsName { get; init; }

    /// <summary>True if it reads memory, so that it means something else behind a store.</summary>
    public bool ReadsMemory { get; init; }

    public static Code Name(string name) => new(name) { IsName = true };

    public static Code Load(Address address) => new($"V.Load({address.Indexed})") { ReadsMemory = true };

    /// <summary>One number in all lanes.</summary>
    public static Code Broadcast(Address address) => new($"V.Broadcast({address})") { ReadsMemory = true };

    public static Code Call(string function, params Code[] arguments) =>
        new($"{function}({string.Join(", ", arguments.AsEnumerable())})") { ReadsMemory = arguments.Any(a => a.ReadsMemory) };

    /// <param name="left">The left operand.</param>
    /// <param name="symbol">The C# operator.</param>
    /// <param name="right">The right operand.</param>
    public static Code Binary(Code left, string symbol, Code right)
    {
        var precedence = symbol is "+" or "-" ? Precedence.Sum : Precedence.Product;
        return new(
            $"{left.Within(precedence)} {symbol} {right.Within(precedence + 1)}",
            precedence)
        { ReadsMemory = left.ReadsMemory || right.ReadsMemory };
    }

    /// <inheritdoc cref="Binary"/>
    public static Code Unary(string symbol, Code value) =>
        value with { Text = $"{symbol}{value.Within(Precedence.Primary)}", Precedence = Precedence.Unary, IsName = false };

    /// <summary>The expression where something at least as tight is wanted: in brackets if it is looser.</summary>
    public string Within(Precedence least) => Precedence < least ? $"({Text})" : Text;

    public override string ToString() => Text;
}
