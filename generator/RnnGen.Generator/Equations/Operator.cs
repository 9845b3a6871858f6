namespace RnnGen.Generator.Equations;

/// <summary>The way in which the backward pass gets a value of the forward pass.</summary>
internal enum Cost
{
    /// <summary>Computes it again.</summary>
    Low,

    /// <summary>
    /// Reads it from the tape, but computes it again from a new state: the tape has that already, and a slot's way through memory costs
    /// more.
    /// </summary>
    Middle,

    /// <summary>Reads it from the tape.</summary>
    High,
}

/// <summary>∂L/∂x for an argument x of an operator.</summary>
internal delegate Term Gradient(Application at);

/// <summary>
/// An element-wise operation of the graph: how it is built, differentiated, priced and spelled. <see cref="Operators"/> has all of them.
/// </summary>
/// <param name="name">Its name in kernels. An operator without a symbol and of one or two arguments is a function of the language by that
/// name.</param>
/// <param name="gradients">The gradient of each argument; null where there is none.</param>
internal sealed class Operator(string name, params Gradient?[] gradients)
{
    public string Name { get; } = name;

    public IReadOnlyList<Gradient?> Gradients { get; } = gradients;

    public int Arity => Gradients.Count;

    public Cost Cost { get; init; } = Cost.Low;

    /// <summary>The C# operator, before its argument or between its two; null for what is called by its name.</summary>
    public string? Symbol { get; init; }

    /// <summary>True if the runtime's vectors have it as a method, <c>V.Name</c>.</summary>
    public bool IsOfVectors { get; init; }

    /// <summary>
    /// True if it is a function of the runtime's <c>Functions</c>: a file of kernels that calls it has a method of its name for that.
    /// </summary>
    public bool IsFunction => Symbol is null && !IsOfVectors;

    /// <summary>True if it is a function of the equation language.</summary>
    public bool IsInLanguage => Symbol is null && Arity <= 2;

    /// <summary>
    /// Its value for constants, which then is a constant; null if it is computed at run time, where its rounding is the kernels'.
    /// </summary>
    public Func<double[], double>? Value { get; init; }

    /// <summary>A simpler node of the same value; null if there is none.</summary>
    public Func<Graph, Node[], Node?>? Simplify { get; init; }

    /// <summary>The operator applied to terms.</summary>
    public Term Of(params Term[] arguments) => Term.Apply(this, arguments);

    public override string ToString() => Name;
}
