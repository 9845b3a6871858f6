namespace RnnGen;

/// <summary>An axis of what flows through a model.</summary>
public enum Axis
{
    /// <summary>The steps of a sequence.</summary>
    Time,

    /// <summary>The positions of a step's grid.</summary>
    Inner,
}

/// <summary>The numbers that stand beyond the ends of a grid.</summary>
public enum PaddingMode
{
    /// <summary>Zeros.</summary>
    Zeros,

    /// <summary>The grid, mirrored at its first and last position, which are not repeated (PyTorch's <c>reflect</c>).</summary>
    Reflect,
}
