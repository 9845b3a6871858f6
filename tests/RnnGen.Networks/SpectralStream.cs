using RnnGen.Audio;

namespace RnnGen.Networks;

/// <summary>One step of a network: a frame in, outputs out.</summary>
internal delegate void NetworkStep(ReadOnlySpan<float> frame, Span<float> outputs);

/// <summary>DTLN around its two networks: frames of 512 samples, a hop of 128, a mask on the spectrum, overlap and add.</summary>
internal sealed class SpectralStream(NetworkStep spectrum, NetworkStep samples)
{
    public const int Hop = 128;
    public const int Latency = Frame - Hop;
    private const int Frame = 512;
    private static readonly StftFormat Format = new(Frame, Hop) { Window = WindowKind.Rectangular };

    private readonly Stft stft = new(Format);
    private readonly FourierTransform transform = new(Frame);
    private readonly OverlapAdd overlap = new(Format);
    private readonly float[] real = new float[Format.Bins];
    private readonly float[] imaginary = new float[Format.Bins];
    private readonly float[] magnitudes = new float[Format.Bins];
    private readonly float[] mask = new float[Format.Bins];
    private readonly float[] estimate = new float[Frame];
    private readonly float[] cleaned = new float[Frame];

    /// <summary>Takes a hop of samples, and gives one, <see cref="Latency"/> samples late; nothing is allocated.</summary>
    public void Process(ReadOnlySpan<float> block, Span<float> output)
    {
        stft.TryRead(ref block, real, imaginary);
        Spectra.Magnitudes(real, imaginary, magnitudes);
        spectrum(magnitudes, mask);
        Spectra.Multiply(mask, real, imaginary);
        transform.Inverse(real, imaginary, estimate);
        samples(estimate, cleaned);
        overlap.Add(cleaned, output);
    }
}
