namespace RnnGen.Generator.Writing.Text;

/// <summary>A place in memory as generated code says it: where a buffer begins, and what is added to that.</summary>
internal sealed class Address
{
    private readonly string buffer;
    private readonly Amount[] terms;

    private Address(string buffer, Amount[] terms)
    {
        this.buffer = buffer;
        this.terms = terms;
    }

    /// <summary>A buffer's first element.</summary>
    /// <param name="buffer">An expression that can follow <c>ref</c>.</param>
    public static Address Of(string buffer) => new(buffer, []);

    /// <summary>The place some elements further on.</summary>
    public Address Plus(Amount term) => term.IsZero ? this : new(buffer, [.. terms, term]);

    /// <summary>The two arguments of a load or a store: <c>ref x, a + b</c>.</summary>
    public string Indexed => $"{Start}, {Index}";

    /// <summary>The buffer, by reference.</summary>
    public string Start => $"ref {buffer}";

    /// <summary>The offset from it; 0 for none.</summary>
    public string Index => Amount.Sum(terms);

    /// <summary>The text after <c>ref</c>: <c>x</c>, or <c>At(ref x, a + b)</c>.</summary>
    public override string ToString() => terms.Length == 0 ? buffer : $"At({Indexed})";
}
