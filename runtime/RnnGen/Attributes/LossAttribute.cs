using System.ComponentModel;

namespace RnnGen.Generated;

/// <summary>
/// A goal of training: an output and its loss. Several of them make several heads: their outputs lie side by side in the order in which
/// they are written, and so do their targets; the loss is the weighted sum of theirs.
/// </summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class LossAttribute : Attribute
{
    private protected LossAttribute()
    {
    }

    /// <summary>
    /// The layer whose outputs these are, or several combined as in a layer's From. The default is whatever stands above.
    /// </summary>
    public string From { get; set; } = "";

    /// <summary>The factor on this loss: a positive number. The default is 1.</summary>
    public double Weight { get; set; } = 1;
}
