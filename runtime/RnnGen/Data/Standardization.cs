using RnnGen.Generated;

namespace RnnGen;

/// <summary>Sets the statistics of <see cref="StandardizeAttribute"/> layers from data.</summary>
public static class Standardization
{
    /// <summary>Sets a layer's mean and scale from vectors: their mean, and one over their deviation.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="parameters">The model's.</param>
    /// <param name="layer">The layer's name, or <c>standardize</c> for the only one without.</param>
    /// <param name="vectors">[vector][number], all of them finite: the inputs of training, and of nothing else.</param>
    /// <exception cref="ArgumentException">The vectors are none, no whole ones, or not finite.</exception>
    /// <exception cref="KeyNotFoundException">There is no such layer.</exception>
    public static void Adapt<T>(ParameterSet<T> parameters, string layer, ReadOnlySpan<T> vectors) where T : unmanaged =>
        Adapt(parameters, layer, vectors, inverts: false);

    /// <summary>Sets an inverted layer's mean and scale from vectors: their mean and their deviation.</summary>
    /// <inheritdoc cref="Adapt{T}(ParameterSet{T}, string, ReadOnlySpan{T})"/>
    public static void AdaptInverse<T>(ParameterSet<T> parameters, string layer, ReadOnlySpan<T> vectors) where T : unmanaged =>
        Adapt(parameters, layer, vectors, inverts: true);

    private static void Adapt<T>(ParameterSet<T> parameters, string layer, ReadOnlySpan<T> vectors, bool inverts) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ParameterView<T> mean = parameters[$"{layer}.mean"], scale = parameters[$"{layer}.scale"];
        int width = mean.Count;
        if (vectors.Length == 0 || vectors.Length % width != 0)
            throw new ArgumentException($"Expected whole vectors of {width} numbers, not {vectors.Length} numbers.", nameof(vectors));
        Guard.Finite(vectors, nameof(vectors));
        double rounding = typeof(T) == typeof(float) ? 1e-7 : 1e-13;
        for (int i = 0; i < width; i++)
        {
            var (centre, deviation) = Moments(vectors, i, width);
            // What changes by rounding only has no spread; it becomes 0.
            double spread = deviation > rounding * Math.Abs(centre) ? deviation : 1;
            mean[i] = Element.FromDouble<T>(centre);
            scale[i] = Element.FromDouble<T>(inverts ? spread : 1 / spread);
        }
    }

    private static (double Mean, double Deviation) Moments<T>(ReadOnlySpan<T> vectors, int place, int width) where T : unmanaged
    {
        int count = vectors.Length / width;
        double mean = 0, squares = 0;
        for (int i = place; i < vectors.Length; i += width)
            mean += Element.ToDouble(vectors[i]) / count;
        for (int i = place; i < vectors.Length; i += width)
            squares += (Element.ToDouble(vectors[i]) - mean) * (Element.ToDouble(vectors[i]) - mean) / count;
        return (mean, Math.Sqrt(squares));
    }
}
