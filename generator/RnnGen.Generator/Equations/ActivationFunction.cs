namespace RnnGen.Generator.Equations;

/// <summary>RnnGen.Activation, member by member.</summary>
internal enum ActivationKind
{
    Tanh,
    Sigmoid,
    Relu,
    Linear,
    Affine,
    LeakyRelu,
    ThresholdedRelu,
    ScaledTanh,
    HardSigmoid,
    Elu,
    Softsign,
    Softplus,
    Gelu,
    Silu,
}

/// <summary>An element-wise function with its numbers.</summary>
internal sealed record ActivationFunction(ActivationKind Kind, Real Alpha, Real Beta)
{
    /// <summary>The function with ONNX's numbers.</summary>
    public static ActivationFunction Of(ActivationKind kind) => kind switch
    {
        ActivationKind.LeakyRelu => new(kind, 0.01, 0),
        ActivationKind.HardSigmoid => new(kind, 0.2, 0.5),
        ActivationKind.ScaledTanh => new(kind, 1, 1),
        ActivationKind.Affine or ActivationKind.ThresholdedRelu or ActivationKind.Elu => new(kind, 1, 0),
        _ => new(kind, 0, 0),
    };

    /// <summary>The number of parameters (alpha, beta) that the function has.</summary>
    public static int NumbersOf(ActivationKind kind) => Language.Find($"{kind}")?.Numbers.Length ?? 0;

    /// <summary>The function of an expression.</summary>
    public Expression Of(Expression x) =>
        Kind == ActivationKind.Linear
            ? x
            : new Call($"{Kind}", new[] { x, new Number(Alpha), new Number(Beta) }.Take(1 + NumbersOf(Kind)).ToEquatableArray());
}
