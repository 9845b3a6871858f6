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
/// <see cref="Map"/> and <see cref="PerUnit"/> are its parameters; its method <c>Score</c> is its equations, and the score is the sum of the
/// vector that it returns. The generator differentiates them.
/// </summary>
[AttributeUsage(AttributeTargets.Struct | AttributeTargets.Class | AttributeTargets.Interface, Inherited = false)]
public sealed class RnnAttentionAttribute : Attribute;

/// <summary>The equations of a cell or a score as the generator left them, so that models in other assemblies can be compiled from them.</summary>
/// <param name="source">The struct's fields and its <c>Step</c> or <c>Score</c> method, in C#.</param>
[AttributeUsage(AttributeTargets.Struct, Inherited = false)]
public sealed class CellEquationsAttribute(string source) : Attribute
{
    /// <summary>The struct's fields and its <c>Step</c> or <c>Score</c> method, in C#.</summary>
    public string Source { get; } = source;
}

/// <summary>Marks a cell's <see cref="Bias"/> of the gate that keeps the state: initialisations may start it open.</summary>
[AttributeUsage(AttributeTargets.Field, Inherited = false)]
public sealed class ForgetBiasAttribute : Attribute;
