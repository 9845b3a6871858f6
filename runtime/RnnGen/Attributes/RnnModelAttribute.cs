using RnnGen.Generated;

namespace RnnGen;

/// <summary>
/// Makes a partial class a recurrent network. The attributes beside it declare, from top to bottom, the source of the
/// inputs, the layers and the loss; the generator writes everything else.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface, Inherited = false)]
public sealed class RnnModelAttribute : Attribute
{
    /// <summary>The number of steps that BPTT is unrolled over, 1 to 65,536. The default is 32.</summary>
    public int Steps { get; set; } = 32;

    /// <summary>The type all numbers of the model have. The default is <see cref="Precision.Float"/>.</summary>
    public Precision Precision { get; set; }
}

/// <summary>The type of a model's numbers.</summary>
public enum Precision
{
    /// <summary><see cref="float"/>, 32 bits.</summary>
    Float,

    /// <summary><see cref="double"/>, 64 bits: for checking gradients, not for speed.</summary>
    Double,
}
