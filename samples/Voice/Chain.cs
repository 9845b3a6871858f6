using RnnGen.Audio;
using Voice.Networks;

namespace Voice;

/// <summary>
/// A stream from a file's rate to 16 kHz, through both networks, and back: takes blocks of any length, and allocates nothing.
/// </summary>
internal sealed class Chain
{
    // A multiple of every network's hop.
    private const int Step = 512;
    private readonly IDetector detector;
    private readonly IDenoiser denoiser;
    private readonly int channels;
    private readonly Resampler down;
    private readonly Resampler up;
    private readonly float[] mono;
    private readonly float[] pending;
    private readonly float[] cleaned = new float[Step];

    // Samples at 16 kHz: waiting for a step to be full; that came in all; that the denoiser gave; that are yet to be dropped, as they
    // are from before the stream.
    private int waiting;
    private int taken;
    private int given;
    private int early;

    /// <param name="detector">Says where somebody speaks.</param>
    /// <param name="denoiser">Takes the noise out.</param>
    /// <param name="rate">The rate of what comes and of what is given.</param>
    /// <param name="channels">Channels of what comes; they are mixed.</param>
    /// <param name="longest">The most samples of a block.</param>
    /// <param name="length">The samples of the stream.</param>
    public Chain(IDetector detector, IDenoiser denoiser, int rate, int channels, int longest, int length)
    {
        (this.detector, this.denoiser, this.channels) = (detector, denoiser, channels);
        (down, up) = (new(rate, Spectrum.Rate), new(Spectrum.Rate, rate));
        early = denoiser.Latency;
        mono = new float[longest];
        pending = new float[Step + down.GetCount(longest + (2 * down.Latency))];
        int atNetworks = down.GetCount(length, flush: true);
        Probabilities = new float[(atNetworks + detector.Hop - 1) / detector.Hop];
        Cleaned = new float[up.GetCount(atNetworks, flush: true)];
    }

    /// <summary>The cleaned sound, at the file's rate and in time with what came; <see cref="CleanedCount"/> samples so far.</summary>
    public float[] Cleaned { get; }

    /// <summary>How many samples were given.</summary>
    public int CleanedCount { get; private set; }

    /// <summary>How likely somebody speaks in each of the detector's hops; <see cref="ProbabilityCount"/> so far.</summary>
    public float[] Probabilities { get; }

    /// <summary>How many hops the detector has seen.</summary>
    public int ProbabilityCount { get; private set; }

    /// <summary>Takes a block.</summary>
    /// <param name="samples">[sample][channel].</param>
    /// <param name="isLast">Whether the stream ends with it: then all is given.</param>
    public void Process(ReadOnlySpan<float> samples, bool isLast)
    {
        int count = samples.Length / channels;
        for (int i = 0; i < count; i++)
        {
            mono[i] = 0;
            foreach (float sample in samples.Slice(i * channels, channels))
                mono[i] += sample / channels;
        }

        int added = down.Process(mono.AsSpan(0, count), pending.AsSpan(waiting), isLast);
        (waiting, taken) = (waiting + added, taken + added);
        int start = 0;
        for (; waiting - start >= Step; start += Step)
            RunNetworks(pending.AsSpan(start, Step));
        pending.AsSpan(start, waiting - start).CopyTo(pending);
        waiting -= start;
        if (!isLast)
            return;
        // Silence until the denoiser has given all that came.
        while (given < taken)
        {
            pending.AsSpan(waiting, Step - waiting).Clear();
            waiting = 0;
            RunNetworks(pending.AsSpan(0, Step));
        }

        CleanedCount += up.Process([], Cleaned.AsSpan(CleanedCount), flush: true);
    }

    private void RunNetworks(ReadOnlySpan<float> step)
    {
        for (int start = 0; start < Step && ProbabilityCount * detector.Hop < taken; start += detector.Hop)
            Probabilities[ProbabilityCount++] = detector.Step(step.Slice(start, detector.Hop));
        for (int start = 0; start < Step; start += denoiser.Hop)
            denoiser.Step(step.Slice(start, denoiser.Hop), cleaned.AsSpan(start, denoiser.Hop));
        int dropped = Math.Min(early, Step), kept = Math.Min(Step - dropped, taken - given);
        early -= dropped;
        given += kept;
        CleanedCount += up.Process(cleaned.AsSpan(dropped, kept), Cleaned.AsSpan(CleanedCount));
    }
}
