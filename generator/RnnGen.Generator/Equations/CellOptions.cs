namespace RnnGen.Generator.Equations;

/// <summary>A layer's options for its cell.</summary>
internal sealed record CellOptions
{
    /// <summary>True if fields of the kind Bias exist.</summary>
    public bool Bias { get; init; } = true;

    /// <summary>True if there is an input at each step; without one its products vanish.</summary>
    public bool HasInput { get; init; } = true;

    /// <summary>The function that <c>Activation</c> stands for.</summary>
    public ActivationFunction Activation { get; init; } = ActivationFunction.Of(ActivationKind.Tanh);

    /// <summary>The function that <c>GateActivation</c> stands for.</summary>
    public ActivationFunction GateActivation { get; init; } = ActivationFunction.Of(ActivationKind.Sigmoid);

    /// <summary>The function that <c>OutputActivation</c> stands for.</summary>
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
