namespace RnnGen.Generator.Declarations;

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
    AbsoluteError,

    /// <summary>[SoftmaxCrossEntropy(SoftTargets = true)].</summary>
    SoftCrossEntropy,
    Ctc,

    /// <summary>Equations: [Loss] or [Quantiles].</summary>
    Equations,
}

/// <summary>RnnGen.Direction, member by member.</summary>
internal enum DirectionKind
{
    Forward,
    Reverse,
    Bidirectional,
}

/// <summary>RnnGen.Merge, member by member.</summary>
internal enum MergeKind
{
    Concat,
    Sum,
    Mean,
    Multiply,
    Linear,
}

/// <summary>RnnGen.Bridge, member by member.</summary>
internal enum BridgeKind
{
    Dense,
    EveryState,
    Direct,
    None,
}

/// <summary>RnnGen.Pooling, member by member.</summary>
internal enum PoolKind
{
    Last,
    Mean,
    Attention,
    Max,
    Sum,
}
