using NWaves.Transforms;

namespace RnnGen.Networks;

/// <summary>One step of a network: a frame in, outputs out.</summary>
internal delegate void NetworkStep(ReadOnlySpan<float> frame, Span<float> outputs);

/// <summary>DTLN around its two networks: frames of 512 samples, a hop of 128, a mask on the spectrum, overlap and add.</summary>
internal sealed class SpectralStream(NetworkStep spectrum, NetworkStep samples)
{
    public const int Hop = 128;
    private const int Frame = 512;
    private const int Bins = (Frame / 2) + 1;

    private readonly RealFft fft = new(Frame);
    private readonly float[] input = new float[Frame];
    private readonly float[] overlap = new float[Frame];
    private readonly float[] real = new float[Bins];
    private readonly float[] imaginary = new float[Bins];
    private readonly float[] magnitudes = new float[Bins];
    private readonly float[] mask = new float[Bins];
    private readonly float[] estimate = new float[Frame];
    private readonly float[] cleaned = new float[Frame];

    /// <summary>Takes a hop of samples, and gives one; nothing is allocated.</summary>
    public void Process(ReadOnlySpan<float> block, Span<float> output)
    {
        input.AsSpan(Hop).CopyTo(input);
        block.CopyTo(input.AsSpan(Frame - Hop));
        fft.Direct(input, real, imaginary);
        for (int bin = 0; bin < Bins; bin++)
            magnitudes[bin] = MathF.Sqrt((real[bin] * real[bin]) + (imaginary[bin] * imaginary[bin]));
        spectrum(magnitudes, mask);
        for (int bin = 0; bin < Bins; bin++)
        {
            real[bin] *= mask[bin];
            imaginary[bin] *= mask[bin];
        }

        fft.InverseNorm(real, imaginary, estimate);
        samples(estimate, cleaned);
        overlap.AsSpan(Hop).CopyTo(overlap);
        overlap.AsSpan(Frame - Hop).Clear();
        for (int i = 0; i < Frame; i++)
            overlap[i] += cleaned[i];
        overlap.AsSpan(0, Hop).CopyTo(output);
    }
}
