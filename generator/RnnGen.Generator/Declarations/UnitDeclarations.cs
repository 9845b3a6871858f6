namespace RnnGen.Generator.Declarations;

/// <summary>The kind of a normalisation.</summary>
internal enum NormKind
{
    Layer,
    Rms,
    Group,
}

/// <summary>[LayerNorm], [RmsNorm] or [GroupNorm]: each vector by itself.</summary>
/// <param name="Groups">Groups of neighbouring numbers that are normalised alone: 1 but for [GroupNorm].</param>
/// <param name="Gain">True if there is a γ.</param>
/// <param name="Bias">True if there is a β.</param>
internal sealed record NormDeclaration(
    string Name, EquatableArray<ElementUse> From, NormKind Kind, int Groups, double Epsilon, bool Gain, bool Bias)
    : ElementDeclaration(Name, From)
{
    public override bool HasParameters => Gain || Bias;

    /// <summary>layer norm; group norm 4.</summary>
    public string Words => $"{Kind.ToString().ToLowerInvariant()} norm{(Kind == NormKind.Group ? $" {Groups}" : "")}";
}

/// <summary>[Softmax] or [LogSoftmax]: over the numbers of each vector, or over time.</summary>
internal sealed record SoftmaxDeclaration(string Name, EquatableArray<ElementUse> From, bool IsLog, bool IsOverTime)
    : ElementDeclaration(Name, From)
{
    public string Words => $"{(IsLog ? "log softmax" : "softmax")}{(IsOverTime ? " over time" : "")}";
}

/// <summary>[PRelu].</summary>
/// <param name="Shared">True if there is one slope for all numbers.</param>
internal sealed record PReluDeclaration(string Name, EquatableArray<ElementUse> From, bool Shared) : ElementDeclaration(Name, From)
{
    public override bool HasParameters => true;

    public string Words => Shared ? "prelu, shared" : "prelu";
}

/// <summary>[Standardize].</summary>
/// <param name="Inverts">True from units of the spread to plain ones.</param>
internal sealed record StandardizeDeclaration(string Name, EquatableArray<ElementUse> From, bool Inverts) : ElementDeclaration(Name, From)
{
    public override bool HasParameters => true;

    public string Words => Inverts ? "plain units" : "standardized";
}
