namespace RnnGen.Generator.Equations;

/// <summary>The kind of a node. Every node is a vector over a layer's units, or a constant.</summary>
internal enum Op
{
    // Leaves of the equations.
    Constant,
    State,
    PerUnit,

    /// <summary>A random vector of the layer, which has no gradient.</summary>
    Noise,

    /// <summary>Matrix products and biases added up: what the product kernels leave in a slot.</summary>
    Sum,

    /// <summary>An <see cref="Operator"/>, element by element.</summary>
    Elementwise,

    /// <summary>A vector minus its mean over the units, divided by its standard deviation: another stage, as a matrix product is.</summary>
    Normalize,

    /// <summary>A leaf that only takes up memory: what a normalisation divided by, for its derivative.</summary>
    Deviation,

    // Leaves of the derivative only.

    /// <summary>The value the forward pass left on the tape for one of its nodes.</summary>
    Saved,

    /// <summary>∂L/∂s for the new state s.</summary>
    StateGradient,

    /// <summary>∂L/∂q for a computed operand q of a matrix product: the transposed product of the stage before.</summary>
    OperandGradient,

    /// <summary>∂L/∂v for the argument v of a normalisation.</summary>
    NormalizeGradient,
}
