using System.Buffers.Binary;
using RnnGen.Audio;
using Voice;
using Voice.Networks;
using Voice.Sound;

namespace VoiceServer.Load;

/// <summary>What clients say: the sample's recording again and again, and the answers that one client alone would get.</summary>
internal sealed class Sound
{
    /// <summary>Bytes of a hop.</summary>
    public const int HopBytes = Spectrum.Hop * sizeof(short);

    private readonly byte[] bytes;

    /// <param name="path">A WAV file.</param>
    public Sound(string path)
    {
        float[] samples = Recording.Read(path).ToMono(Spectrum.Rate);
        bytes = new byte[samples.Length / Spectrum.Hop * HopBytes];
        for (int i = 0; i < bytes.Length / sizeof(short); i++)
        {
            short value = (short)Math.Clamp(MathF.Round(samples[i] * 32768), short.MinValue, short.MaxValue);
            BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(i * sizeof(short)), value);
        }
    }

    /// <summary>The hops of the recording.</summary>
    public int Hops => bytes.Length / HopBytes;

    /// <summary>Writes some hops of a stream.</summary>
    public void Read(int firstHop, Span<byte> hops)
    {
        for (int i = 0; i < hops.Length / HopBytes; i++)
            bytes.AsSpan((firstHop + i) % Hops * HopBytes, HopBytes).CopyTo(hops[(i * HopBytes)..]);
    }

    /// <summary>What the network says of the first hops, step by step.</summary>
    public float[] Answers(SpeechModel model, int hops)
    {
        Stft stft = new(Spectrum.Format);
        SpeechModel.State state = default;
        byte[] hop = new byte[HopBytes];
        float[] samples = new float[Spectrum.Hop], real = new float[Spectrum.Format.Bins], imaginary = new float[Spectrum.Format.Bins];
        float[] roots = new float[Spectrum.Format.Bins], answers = new float[hops];
        for (int i = 0; i < hops; i++)
        {
            Read(i, hop);
            for (int n = 0; n < samples.Length; n++)
                samples[n] = BinaryPrimitives.ReadInt16LittleEndian(hop.AsSpan(n * sizeof(short))) / 32768f;
            ReadOnlySpan<float> left = samples;
            stft.TryRead(ref left, real, imaginary);
            Spectrum.Roots(real, imaginary, roots);
            model.Step(roots, ref state, answers.AsSpan(i, 1));
        }

        return answers;
    }
}
