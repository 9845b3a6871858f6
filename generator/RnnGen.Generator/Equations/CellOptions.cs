using RnnGen.Generator.Declarations;

namespace RnnGen.Generator.Equations;

/// <summary>A constant of a cell: a field's, or a layer's other value for it.</summary>
internal sealed record CellConstant(string Name, Real Value);

/// <summary>How long a noise lasts, and what it means.</summary>
internal enum NoiseKind
{
    /// <summary>Recurrent dropout, one vector a sequence: in training 0 with the probability p and otherwise 1 / (1 − p); in use 1.</summary>
    Dropout,

    /// <summary>Zoneout, one vector a step: in training 1 with the probability p and otherwise 0; in use p.</summary>
    Zoneout,
}

/// <summary>A random vector of a layer's equations, given by whoever runs the kernels.</summary>
/// <param name="Name">What the equations call it.</param>
/// <param name="Kind">Its distribution, and how long it lasts.</param>
/// <param name="Probability">p: above 0 and below 1.</param>
internal sealed record Noise(string Name, NoiseKind Kind, double Probability);

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

    /// <summary>How many of alpha and beta the function has.</summary>
    public static int NumbersOf(ActivationKind kind) => Language.Find($"{kind}")?.Numbers.Length ?? 0;

    /// <summary>The function of an expression.</summary>
    public Expression Of(Expression x) => Kind == ActivationKind.Linear ? x : new Call($"{Kind}", new[] { x, new Number(Alpha), new Number(Beta) }.Take(1 + NumbersOf(Kind)).ToEquatableArray());
}

/// <summary>What a layer says about its cell.</summary>
internal sealed record CellOptions
{
    /// <summary>Whether fields of the kind Bias exist.</summary>
    public bool Bias { get; init; } = true;

    /// <summary>Whether there is an input at each step; without one its products vanish.</summary>
    public bool HasInput { get; init; } = true;

    /// <summary>What <c>Activation</c> stands for.</summary>
    public ActivationFunction Activation { get; init; } = ActivationFunction.Of(ActivationKind.Tanh);

    /// <summary>What <c>GateActivation</c> stands for.</summary>
    public ActivationFunction GateActivation { get; init; } = ActivationFunction.Of(ActivationKind.Sigmoid);

    /// <summary>What <c>OutputActivation</c> stands for.</summary>
    public ActivationFunction OutputActivation { get; init; } = ActivationFunction.Of(ActivationKind.Tanh);

    /// <summary>The bound on the arguments of <c>Activation</c> and <c>GateActivation</c>.</summary>
    public double? Clip { get; init; }

    /// <summary>Units of the first state of a cell with a projection; 0 for other cells.</summary>
    public int Projection { get; init; }

    /// <summary>The share of each state that its products with matrices do not see; 0 for none.</summary>
    public double RecurrentDropout { get; init; }

    /// <summary>The share of each state that a step does not change; 0 for none.</summary>
    public double Zoneout { get; init; }

    /// <summary>Other values for the cell's constants.</summary>
    public EquatableArray<CellConstant> Constants { get; init; }
}
