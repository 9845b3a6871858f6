using RnnGen.Audio;
using Voice;
using Voice.Networks;
using Voice.Sound;

namespace VadCluster;

/// <summary>What streams send: the spectra of the recording, over and over, each stream from another hop on.</summary>
internal sealed class Frames
{
    private readonly float[] roots;

    public Frames(string path)
    {
        ReadOnlySpan<float> samples = Recording.Read(path).ToMono(Spectrum.Rate);
        Stft stft = new(Spectrum.Format);
        float[] real = new float[Spectrum.Format.Bins], imaginary = new float[Spectrum.Format.Bins];
        Count = samples.Length / Spectrum.Hop;
        roots = new float[Count * SpeechModel.InputSize];
        for (int hop = 0; hop < Count; hop++)
        {
            ReadOnlySpan<float> left = samples.Slice(hop * Spectrum.Hop, Spectrum.Hop);
            stft.TryRead(ref left, real, imaginary);
            Spectrum.Roots(real, imaginary, roots.AsSpan(hop * SpeechModel.InputSize, SpeechModel.InputSize));
        }
    }

    /// <summary>Hops of the recording.</summary>
    public int Count { get; }

    /// <summary>A frame of a stream.</summary>
    public ReadOnlySpan<float> Of(long stream, long position) =>
        roots.AsSpan((int)((stream + position) % Count) * SpeechModel.InputSize, SpeechModel.InputSize);

    /// <summary>A stream's state after some frames, computed in this process, alone.</summary>
    public SpeechModel.State StateOf(SpeechModel model, long stream, long frames)
    {
        SpeechModel.State state = default;
        Span<float> output = stackalloc float[1];
        for (long position = 0; position < frames; position++)
            model.Step(Of(stream, position), ref state, output);
        return state;
    }
}
