using System.ComponentModel;

namespace RnnGen.Generated;

/// <summary>The common properties of a model's layers: a name, and the layers whose outputs it takes.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class LayerAttribute : Attribute
{
    private protected LayerAttribute()
    {
    }

    /// <summary>
    /// The name of this layer for layers below, in their <c>From</c>, and the beginning of its parameters' names. The default is none.
    /// </summary>
    public string Name { get; set; } = "";

    /// <summary>
    /// The names of earlier layers whose outputs this one takes: joined to one vector ("a, b"), added ("a + b") or multiplied ("a * b")
    /// element by element, with parentheses; "a'" is a at the step before, "a'3" three steps before. The default is whatever stands above.
    /// </summary>
    public string From { get; set; } = "";
}
