using System.Numerics;

namespace RnnGen.Audio;

/// <summary>How sound is cut into frames: a frame of <see cref="FrameLength"/> samples every <see cref="Hop"/> samples.</summary>
/// <remarks>
/// This only describes; <see cref="Stft"/> and <see cref="InverseStft"/> check it. Everywhere in this package samples are interleaved,
/// [sample][channel], as in a WAV file, and spectra are [channel][bin].
/// </remarks>
/// <param name="FrameLength">Samples of a frame, 2 to 65,536.</param>
/// <param name="Hop">Samples from the start of a frame to the start of the next, 1 to <paramref name="FrameLength"/>.</param>
public sealed record StftFormat(int FrameLength, int Hop)
{
    private const int MostChannels = 1024;

    /// <summary>What a frame is multiplied by before the transform.</summary>
    public WindowKind Window { get; init; } = WindowKind.SquareRootHann;

    /// <summary>What a frame is multiplied by after the inverse transform; null, the default, for the same as before it.</summary>
    public WindowKind? SynthesisWindow { get; init; }

    /// <summary>
    /// Numbers that are transformed, a power of 2 from 4 to 65,536: a frame and zeros behind it. 0, the default, is the least that holds a
    /// frame.
    /// </summary>
    public int TransformLength { get; init; }

    /// <summary>Channels of the sound, 1 to 1,024; each is transformed by itself.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>Complex numbers of a channel's spectrum: half the numbers that are transformed, and one.</summary>
    public int Bins => (Length / 2) + 1;

    /// <summary>
    /// How many samples later a sample leaves <see cref="InverseStft"/> than it came: <see cref="FrameLength"/> − <see cref="Hop"/>.
    /// </summary>
    public int Latency => FrameLength - Hop;

    /// <summary>
    /// Whether the products of both windows, laid one over the other at each hop, add up to a constant (to 1e-6 of it): then
    /// <see cref="InverseStft"/> gives back what <see cref="Stft"/> took.
    /// </summary>
    /// <exception cref="ArgumentException">A number is out of its range, or a frame is shorter than its hop.</exception>
    public bool Reconstructs
    {
        get
        {
            var (least, most) = OverlapGains();
            return most - least <= 1e-6 * most;
        }
    }

    /// <summary><see cref="TransformLength"/>, or what stands for it.</summary>
    internal int Length =>
        TransformLength != 0 ? TransformLength : (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(FrameLength, 4));

    internal WindowKind Synthesis => SynthesisWindow ?? Window;

    /// <summary>The least and the largest sum of the windows' products over a sample.</summary>
    internal (double Least, double Most) OverlapGains()
    {
        Check();
        double[] analysis = Audio.Window.Of(Window, FrameLength), synthesis = Audio.Window.Of(Synthesis, FrameLength);
        double[] sums = new double[Hop];
        for (int n = 0; n < FrameLength; n++)
            sums[n % Hop] += analysis[n] * synthesis[n];
        return (sums.Min(), sums.Max());
    }

    internal void Check()
    {
        if (FrameLength is < 2 or > FourierTransform.Longest)
            throw new ArgumentException($"A frame has 2 to {FourierTransform.Longest:N0} samples, not {FrameLength:N0}.");
        if (Hop < 1 || Hop > FrameLength)
            throw new ArgumentException($"The hop of frames of {FrameLength:N0} samples is 1 to {FrameLength:N0}, not {Hop:N0}.");
        if (TransformLength != 0)
            FourierTransform.Check(TransformLength);
        if (Length < FrameLength)
            throw new ArgumentException($"A transform of {Length:N0} numbers is shorter than a frame of {FrameLength:N0} samples.");
        if (Channels is < 1 or > MostChannels)
            throw new ArgumentException($"There are 1 to {MostChannels:N0} channels, not {Channels:N0}.");
    }
}
