using System.ComponentModel;

namespace RnnGen.Generated;

/// <summary>
/// The equations of a cell or a score as the generator left them, so that models in other assemblies can be compiled from them.
/// </summary>
/// <param name="source">The struct's fields and its <c>Step</c> or <c>Score</c> method, in C#.</param>
[AttributeUsage(AttributeTargets.Struct, Inherited = false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class CellEquationsAttribute(string source) : Attribute
{
    /// <summary>The struct's fields and its <c>Step</c> or <c>Score</c> method, in C#.</summary>
    public string Source { get; } = source;
}
