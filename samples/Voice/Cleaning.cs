using System.Diagnostics;
using Voice.Networks;
using Voice.Sound;

namespace Voice;

/// <summary>A recording that was cleaned.</summary>
/// <param name="Recording">The cleaned sound, at the rate of the original.</param>
/// <param name="Probabilities">How likely somebody speaks, hop after hop.</param>
/// <param name="Hop">A hop's length, in seconds.</param>
/// <param name="Work">How long it took, without reading and writing files.</param>
/// <param name="Allocated">Bytes that were allocated meanwhile.</param>
internal sealed record Cleaning(Recording Recording, float[] Probabilities, double Hop, TimeSpan Work, long Allocated)
{
    /// <summary>Where somebody speaks.</summary>
    public List<Span> Speech { get; } = Span.Speech(Probabilities, Hop);

    /// <summary>Cleans a recording as a stream, in blocks of 20 ms.</summary>
    /// <param name="noisy">The recording.</param>
    /// <param name="detector">Says where somebody speaks.</param>
    /// <param name="denoiser">Takes the noise out.</param>
    /// <param name="report">Is told the share that is done.</param>
    public static Cleaning Of(Recording noisy, IDetector detector, IDenoiser denoiser, Action<double> report)
    {
        int block = Math.Max(1, noisy.Rate / 50);
        WarmUp(detector, denoiser);
        Chain chain = new(detector, denoiser, noisy.Rate, noisy.Channels, block, noisy.Length);
        long ticks = 0, allocated = 0;
        for (int start = 0, blocks = 0; start < noisy.Length; start += block, blocks++)
        {
            int count = Math.Min(block, noisy.Length - start);
            ReadOnlySpan<float> samples = noisy.Samples.AsSpan(start * noisy.Channels, count * noisy.Channels);
            long before = GC.GetAllocatedBytesForCurrentThread(), from = Stopwatch.GetTimestamp();
            chain.Process(samples, isLast: start + count == noisy.Length);
            ticks += Stopwatch.GetTimestamp() - from;
            allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            if (blocks % 50 == 0 || start + count == noisy.Length)
                report((double)(start + count) / noisy.Length);
        }

        return new(
            new(chain.Cleaned[..noisy.Length], noisy.Rate, 1), chain.Probabilities[..chain.ProbabilityCount],
            (double)detector.Hop / Spectrum.Rate, Stopwatch.GetElapsedTime(0, ticks), allocated);
    }

    // A thread's first step gets its memory, and the first steps are slow until they are compiled.
    private static void WarmUp(IDetector detector, IDenoiser denoiser)
    {
        const int Blocks = 50, Block = Spectrum.Rate / 50;
        Chain chain = new(detector, denoiser, Spectrum.Rate, 1, Block, Blocks * Block);
        float[] silence = new float[Block];
        for (int i = 0; i < Blocks; i++)
            chain.Process(silence, isLast: i == Blocks - 1);
        detector.Reset();
        denoiser.Reset();
    }
}
