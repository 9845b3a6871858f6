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

/// <summary>The common properties of a model's layers with parameters.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class ParameterLayerAttribute : LayerAttribute
{
    private protected ParameterLayerAttribute()
    {
    }

    /// <summary>
    /// True if training leaves its parameters as they are. They have no gradients and no optimiser state, and where nothing below learns,
    /// no pass goes back through the layer. The default is false.
    /// </summary>
    /// <remarks>
    /// Where nothing below learns, gradients of initial states are 0, and those of inputs are computed on request only:
    /// <c>CreateTape(rows, inputGradients: true)</c> has both. To freeze a layer for some time, set the trainer's <c>Train</c>.
    /// </remarks>
    public bool Frozen { get; set; }
}
