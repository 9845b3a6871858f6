using RnnGen.Generated;

namespace RnnGen;

/// <summary>
/// Also generates a class for the model's weights in fewer bytes, to be used and not to be trained: <c>Int8</c> or <c>BFloat16</c> within
/// the model's, and a method that makes one, <c>ToInt8</c> or <c>ToBFloat16</c>. May stand once for each format. The model's numbers must
/// be floats.
/// </summary>
/// <param name="format">The format of the matrices.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class CompressedAttribute(WeightFormat format) : Attribute
{
    /// <summary>The format in which matrices are kept.</summary>
    public WeightFormat Format { get; } = format;
}

/// <summary>
/// The format of the weights of a compressed model's matrices. Vectors (biases and whatever is used element by element) stay floats.
/// </summary>
public enum WeightFormat
{
    /// <summary>The upper 16 bits of a float. Products and sums are those of floats.</summary>
    BFloat16,

    /// <summary>
    /// An integer of 8 bits, and a scale for each row. What a matrix multiplies is rounded to 8 bits too, with a scale for each vector, and
    /// the products are summed up exactly.
    /// </summary>
    Int8,
}
