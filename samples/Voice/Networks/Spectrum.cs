using RnnGen.Audio;

namespace Voice.Networks;

/// <summary>The spectrum that this sample's own networks see: 32 ms of sound every 16 ms, as square roots of magnitudes.</summary>
/// <remarks>Roots bring loud and soft together, and still add: half the root is a quarter of the magnitude.</remarks>
internal static class Spectrum
{
    /// <summary>Samples a second.</summary>
    public const int Rate = 16_000;

    /// <summary>Samples from one spectrum to the next.</summary>
    public const int Hop = 256;

    public static StftFormat Format { get; } = new(2 * Hop, Hop);

    /// <summary>√|X|.</summary>
    public static void Roots(ReadOnlySpan<float> real, ReadOnlySpan<float> imaginary, Span<float> roots)
    {
        Spectra.Magnitudes(real, imaginary, roots);
        foreach (ref float root in roots)
            root = MathF.Sqrt(root);
    }
}
