namespace RnnGen;

/// <summary>
/// Marks a <c>readonly partial struct</c> as a recurrent cell. Its fields of the types <see cref="Weight"/>,
/// <see cref="Recurrent"/> and <see cref="Bias"/> are its parameters; its method <c>Step</c> is its equations.
/// The generator differentiates them.
/// </summary>
[AttributeUsage(AttributeTargets.Struct | AttributeTargets.Class | AttributeTargets.Interface, Inherited = false)]
public sealed class RnnCellAttribute : Attribute;

/// <summary>
/// Marks a <c>readonly partial struct</c> as the score of an attention: how well a query and a key fit together. Its fields of the types
/// <see cref="Map"/> and <see cref="PerUnit"/> are its parameters; its method <c>Score</c> is its equations, and the score is the sum of
/// the vector that it returns. The generator differentiates them.
/// </summary>
[AttributeUsage(AttributeTargets.Struct | AttributeTargets.Class | AttributeTargets.Interface, Inherited = false)]
public sealed class RnnAttentionAttribute : Attribute;

/// <summary>
/// Marks a <c>readonly partial struct</c> as a loss: its method <c>Loss</c> is its equations, of an output, or of up to 16 that share a
/// target, and the target. The generator differentiates them.
/// </summary>
[AttributeUsage(AttributeTargets.Struct | AttributeTargets.Class | AttributeTargets.Interface, Inherited = false)]
public sealed class RnnLossAttribute : Attribute;

/// <summary>Marks a cell's <see cref="Bias"/> of the gate that keeps the state: initialisations may start it open.</summary>
[AttributeUsage(AttributeTargets.Field, Inherited = false)]
public sealed class ForgetBiasAttribute : Attribute;

/// <summary>
/// Marks a <see cref="PerUnit"/> or a <see cref="Scalar"/> of a cell or a score as constant: it is saved and loaded with the weights, and
/// training leaves it as it is.
/// </summary>
[AttributeUsage(AttributeTargets.Field, Inherited = false)]
public sealed class FrozenAttribute : Attribute;
