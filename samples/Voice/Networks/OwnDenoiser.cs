using RnnGen.Audio;

namespace Voice.Networks;

/// <summary>The sample's own network against noise.</summary>
internal sealed class OwnDenoiser(MaskModel model) : IDenoiser
{
    private readonly Stft stft = new(Spectrum.Format);
    private readonly InverseStft inverse = new(Spectrum.Format);
    private readonly float[] real = new float[Spectrum.Format.Bins];
    private readonly float[] imaginary = new float[Spectrum.Format.Bins];
    private readonly float[] roots = new float[Spectrum.Format.Bins];
    private readonly float[] clean = new float[Spectrum.Format.Bins];
    private MaskModel.State state;

    public int Hop => Spectrum.Hop;

    public int Latency => Spectrum.Format.Latency;

    public static OwnDenoiser Load(string path)
    {
        MaskModel model = new();
        model.Load(path);
        return new(model);
    }

    public void Step(ReadOnlySpan<float> samples, Span<float> cleaned)
    {
        stft.TryRead(ref samples, real, imaginary);
        Spectrum.Roots(real, imaginary, roots);
        model.Step(roots, ref state, clean);
        // A root of the magnitude is multiplied by the mask, so the magnitude by its square.
        for (int bin = 0; bin < clean.Length; bin++)
        {
            float mask = roots[bin] > 0 ? clean[bin] / roots[bin] : 0;
            clean[bin] = mask * mask;
        }

        Spectra.Multiply(clean, real, imaginary);
        inverse.Add(real, imaginary, cleaned);
    }

    public void Reset()
    {
        stft.Reset();
        inverse.Reset();
        state = default;
    }
}
