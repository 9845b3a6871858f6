using RnnGen;
using RnnGen.Audio;

namespace Amp;

/// <summary>
/// One channel through a model, block after block. At the model's rate or above it a <see cref="RateAdapter{T}"/> does it; below it the
/// sound is resampled to that rate and back.
/// </summary>
internal sealed class Player
{
    private readonly RateAdapter<float> adapter;
    private readonly Resampler? up, down;
    private readonly float[] raised, played;

    /// <param name="stream">The model's stream; it is copied.</param>
    /// <param name="trained">The model's rate, in Hz.</param>
    /// <param name="rate">The sound's.</param>
    /// <param name="block">The most samples of a block.</param>
    public Player(RnnStream<float> stream, double trained, int rate, int block)
    {
        bool resamples = rate < trained;
        adapter = new(stream, trained, resamples ? trained : rate);
        if (resamples)
            (up, down) = (new(rate, (int)trained), new((int)trained, rate));
        // At the end of the sound comes what the resampler has kept.
        int most = up?.GetCount(block + up.Latency, flush: true) + 16 ?? 0;
        (raised, played) = (new float[most], new float[most]);
    }

    /// <summary>True if every output has the network's own bits: the rate is the model's, or a multiple.</summary>
    public bool IsExact => up is null && adapter.IsExact;

    /// <summary>True if the sound is resampled to the model's rate and back.</summary>
    public bool Resamples => up is not null;

    /// <summary>Plays a block. With resampling the outputs come later than the inputs; the last block brings the rest.</summary>
    /// <param name="input">The samples.</param>
    /// <param name="output">Receives samples: room for all that are still to come.</param>
    /// <param name="isLast">True at the end of the sound.</param>
    /// <returns>The samples that were written.</returns>
    public int Play(ReadOnlySpan<float> input, Span<float> output, bool isLast)
    {
        if (up is null || down is null)
        {
            adapter.Process(input, output[..input.Length]);
            return input.Length;
        }

        int count = up.Process(input, raised, isLast);
        adapter.Process(raised.AsSpan(0, count), played.AsSpan(0, count));
        return down.Process(played.AsSpan(0, count), output, isLast);
    }
}
