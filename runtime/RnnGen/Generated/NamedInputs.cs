using System.ComponentModel;
using System.Numerics;

namespace RnnGen.Generated;

/// <summary>Several inputs side by side in the vectors of steps, for generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class NamedInputs
{
    /// <summary>Writes one of the inputs into its columns of all vectors.</summary>
    /// <param name="values">[vector][width].</param>
    /// <param name="width">Its numbers or symbols in a vector.</param>
    /// <param name="name">Its name.</param>
    /// <param name="inputs">[vector][size].</param>
    /// <param name="size">Numbers of a vector.</param>
    /// <param name="column">The first of its columns.</param>
    /// <exception cref="ArgumentException">There are not as many as vectors.</exception>
    public static void Copy<TValue, T>(ReadOnlySpan<TValue> values, int width, string name, Span<T> inputs, int size, int column)
        where TValue : unmanaged, INumberBase<TValue>
        where T : unmanaged, INumberBase<T>
    {
        int vectors = Guard.Rows(inputs.Length, size, nameof(inputs));
        Guard.Length(values.Length, checked(vectors * width), name, typeof(TValue) == typeof(int) ? "symbols" : "numbers");
        for (int vector = 0; vector < vectors; vector++)
        {
            for (int i = 0; i < width; i++)
                inputs[(vector * size) + column + i] = T.CreateTruncating(values[(vector * width) + i]);
        }
    }
}
