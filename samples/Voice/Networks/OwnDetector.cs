using RnnGen.Audio;

namespace Voice.Networks;

/// <summary>The sample's own network for speech.</summary>
internal sealed class OwnDetector(SpeechModel model) : IDetector
{
    private readonly Stft stft = new(Spectrum.Format);
    private readonly float[] real = new float[Spectrum.Format.Bins];
    private readonly float[] imaginary = new float[Spectrum.Format.Bins];
    private readonly float[] roots = new float[Spectrum.Format.Bins];
    private readonly float[] probability = new float[1];
    private SpeechModel.State state;

    public int Hop => Spectrum.Hop;

    public static OwnDetector Load(string path)
    {
        SpeechModel model = new();
        model.Load(path);
        return new(model);
    }

    public float Step(ReadOnlySpan<float> samples)
    {
        stft.TryRead(ref samples, real, imaginary);
        Spectrum.Roots(real, imaginary, roots);
        model.Step(roots, ref state, probability);
        return probability[0];
    }

    public void Reset()
    {
        stft.Reset();
        state = default;
    }
}
