using RnnGen.Networks;

namespace Voice.Networks;

/// <summary>DTLN: a mask on the spectrum, and another on features of the samples.</summary>
internal sealed class DtlnDenoiser : IDenoiser
{
    private readonly DtlnSpectrum spectrum;
    private readonly DtlnSamples samples;
    private DtlnSpectrum.State spectrumState;
    private DtlnSamples.State samplesState;
    private SpectralStream stream;

    /// <param name="first">The ONNX file of the first stage.</param>
    /// <param name="second">That of the second.</param>
    public DtlnDenoiser(string first, string second)
    {
        spectrum = DtlnWeights.Spectrum(OnnxTensors.Read(first));
        samples = DtlnWeights.Samples(OnnxTensors.Read(second));
        stream = NewStream();
    }

    public int Hop => SpectralStream.Hop;

    public int Latency => SpectralStream.Latency;

    public void Step(ReadOnlySpan<float> samples, Span<float> cleaned) => stream.Process(samples, cleaned);

    public void Reset()
    {
        (spectrumState, samplesState) = (default, default);
        stream = NewStream();
    }

    private SpectralStream NewStream() => new(
        (frame, outputs) => spectrum.Step(frame, ref spectrumState, outputs),
        (frame, outputs) => samples.Step(frame, ref samplesState, outputs));
}
