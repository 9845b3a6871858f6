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
    /// <param name="buffer">What can stand behind <c>ref</c>.</param>
    public static Address Of(string buffer) => new(buffer, []);

    /// <summary>The same place, so many elements further.</summary>
    public Address Plus(Amount term) => term.IsZero ? this : new(buffer, [.. terms, term]);

    /// <summary>The two arguments of a load or a store: <c>ref x, a + b</c>.</summary>
    public string Indexed => $"{Start}, {Index}";

    /// <summary>The buffer, by reference.</summary>
    public string Start => $"ref {buffer}";

    /// <summary>What is added to it; 0 for nothing.</summary>
    public string Index => Amount.Sum(terms);

    /// <summary>What stands behind <c>ref</c>: <c>x</c>, or <c>At(ref x, a + b)</c>.</summary>
    public override string ToString() => terms.Length == 0 ? buffer : $"At({Indexed})";
}
