using System.ComponentModel;

namespace RnnGen.Generated;

/// <summary>What every layer of a model has in common: a name, and what it takes.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class LayerAttribute : Attribute
{
    private protected LayerAttribute()
    {
    }

    /// <summary>What layers below call this one in their <c>From</c>, and what its parameters' names begin with. The default is none.</summary>
    public string Name { get; set; } = "";

    /// <summary>
    /// The names of earlier layers whose outputs this one takes, separated by commas; several are joined to one vector in that order. The default is
    /// whatever stands above.
    /// </summary>
    public string From { get; set; } = "";
}
