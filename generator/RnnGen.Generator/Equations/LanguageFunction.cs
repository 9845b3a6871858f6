namespace RnnGen.Generator.Equations;

/// <summary>A function of the equation language.</summary>
/// <param name="Name">As equations write it.</param>
/// <param name="Vectors">The number of vectors that it takes first.</param>
/// <param name="Numbers">The names of the numbers it takes after them.</param>
/// <param name="Build">Its value for vectors and numbers.</param>
internal sealed record LanguageFunction(string Name, int Vectors, string[] Numbers, Func<Term[], double[], Term> Build)
{
    public int Arguments => Vectors + Numbers.Length;

    /// <summary>Its arguments in words.</summary>
    public string Takes { get; init; } = (Vectors, Numbers.Length) switch
    {
        (1, 0) => "a hidden vector",
        (1, 1) => "a hidden vector and a number",
        (1, 2) => "a hidden vector and two numbers",
        (2, 0) => "two hidden vectors, or one and a number",
        _ => throw new ArgumentException($"{Name} takes {Vectors} vectors and {Numbers.Length} numbers."),
    };

    /// <summary>True if cells have it.</summary>
    public bool InCells { get; init; } = true;

    /// <summary>True if attention's scores have it.</summary>
    public bool InScores { get; init; } = true;

    /// <summary>A function that is one operator.</summary>
    public static LanguageFunction Of(Operator op) => new(op.Name, op.Arity, [], (x, _) => op.Of(x));

    /// <summary>A function of one vector that operators make up.</summary>
    public static LanguageFunction Of(string name, Func<Term, Term> build) => new(name, 1, [], (x, _) => build(x[0]));

    /// <summary>A function of two vectors.</summary>
    public static LanguageFunction Of(string name, Func<Term, Term, Term> build) => new(name, 2, [], (x, _) => build(x[0], x[1]));

    /// <summary>A function of a vector and a number.</summary>
    public static LanguageFunction Of(string name, string a, Func<Term, double, Term> build) =>
        new(name, 1, [a], (x, n) => build(x[0], n[0]));

    /// <summary>A function of a vector and two numbers.</summary>
    public static LanguageFunction Of(string name, string a, string b, Func<Term, double, double, Term> build) =>
        new(name, 1, [a, b], (x, n) => build(x[0], n[0], n[1]));

    /// <summary>A function that <see cref="LayerEquations"/> replaces by what the layer says.</summary>
    public static LanguageFunction OfLayer(string name, params string[] numbers) =>
        new(name, 1, numbers, (_, _) => throw new InvalidOperationException($"{name} is not resolved."));
}
