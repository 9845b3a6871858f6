using RnnGen.Generated;

namespace RnnGen;

/// <summary>
/// The magnitudes of complex numbers, y = √(re² + im²), at each position of a grid; half as many channels as stand above. Where y is 0 its
/// derivative is taken as 0, so that silence trains.
/// </summary>
/// <param name="parts">The order of the real and imaginary parts above.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class MagnitudeAttribute(ComplexParts parts) : LayerAttribute
{
    /// <summary>The order of the real and imaginary parts above.</summary>
    public ComplexParts Parts { get; } = parts;
}

/// <summary>The order of the parts of complex numbers.</summary>
public enum ComplexParts
{
    /// <summary>All real parts, then all imaginary ones.</summary>
    Halves,

    /// <summary>Each real part before its imaginary part.</summary>
    Pairs,
}
