using RnnGen.Generator.Diagnostics;
using RnnGen.Generator.Equations;

namespace RnnGen.Generator.Reading;

internal enum SourceKind
{
    Input,
    OneHot,
    Embedding,
}

internal enum LossKind
{
    SoftmaxCrossEntropy,
    SigmoidCrossEntropy,
    SquaredError,
}

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
}

/// <summary>Where the inputs come from.</summary>
/// <param name="Kind">The attribute.</param>
/// <param name="Symbols">Numbers per step for <see cref="SourceKind.Input"/>, otherwise how many symbols there are.</param>
/// <param name="Width">The length of the vector that the first layer sees.</param>
internal sealed record SourceDeclaration(SourceKind Kind, int Symbols, int Width);

/// <summary>One [Rnn] attribute: <paramref name="Depth"/> layers alike.</summary>
/// <param name="Cell">The layer's equations: the cell's, with the options in them.</param>
/// <param name="Hidden">Units.</param>
/// <param name="Depth">How many layers.</param>
/// <param name="Options">What the attribute says about the cell.</param>
internal sealed record RnnDeclaration(CellDeclaration Cell, int Hidden, int Depth, CellOptions Options)
{
    public bool Bias => Options.Bias;

    /// <summary>Units of its output.</summary>
    public int Output => Cell.Projection is null ? Hidden : Options.Projection;
}

internal sealed record DenseDeclaration(int Size, ActivationKind Activation);

/// <summary>A model as it was declared: values only, so that the pipeline can compare it.</summary>
internal sealed record ModelDeclaration(
    string Namespace,
    string Name,
    int Steps,
    bool IsDouble,
    SourceDeclaration Source,
    EquatableArray<RnnDeclaration> Layers,
    DenseDeclaration? Dense,
    LossKind Loss)
{
    public string FullName => Namespace.Length == 0 ? Name : $"{Namespace}.{Name}";
}

/// <summary>What reading a declaration gave. The two parts travel separately, so that a moved diagnostic reruns no emission.</summary>
internal sealed record ReadResult<T>(T? Declaration, EquatableArray<DiagnosticInfo> Diagnostics) where T : class;
