using RnnGen.Generated;

namespace RnnGen;

/// <summary>
/// A network that can be replaced by another while it plays: the new one fades in, and the old one out, so that nothing clicks.
/// </summary>
/// <remarks>
/// <see cref="Process"/> is for one thread, such as that of the sound; it allocates nothing and waits for nobody.
/// <see cref="SwitchTo"/> may be called on any other. During a fade both networks run. In and out of it the outputs are
/// <c>old + g · (new − old)</c> with g rising linearly from 0 to 1, since both networks hear the same and are not independent.
/// </remarks>
public sealed class ModelSwitch
{
    private const int MostSamples = 128;

    private readonly float[] incomingOutputs;
    private RateAdapter<float> current;
    private RateAdapter<float>? incoming, pending;
    private int position;

    /// <summary>Starts with a network.</summary>
    /// <param name="first">The network. From now on it belongs to the switch.</param>
    /// <param name="fadeSamples">The length of a fade: at least 1. 20 ms are 960 samples at 48 kHz.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="fadeSamples"/> is less than 1.</exception>
    public ModelSwitch(RateAdapter<float> first, int fadeSamples)
    {
        current = Guard.NotNull(first);
        ArgumentOutOfRangeException.ThrowIfLessThan(fadeSamples, 1);
        FadeSamples = fadeSamples;
        incomingOutputs = new float[MostSamples * first.OutputSize];
    }

    /// <summary>The length of a fade.</summary>
    public int FadeSamples { get; }

    /// <summary>True if another network waits for the next block, or is fading in.</summary>
    public bool IsSwitching => Volatile.Read(ref pending) is not null || Volatile.Read(ref incoming) is not null;

    /// <summary>
    /// Has another network fade in, from the next block on or as soon as a fade that is under way has ended. Of several that wait, the last
    /// one counts.
    /// </summary>
    /// <remarks>
    /// A copy of it runs over some zeros first, on the caller's thread: what the JIT has yet to compile must not be compiled while the
    /// sound waits.
    /// </remarks>
    /// <param name="next">The network. From now on it belongs to the switch.</param>
    /// <exception cref="ArgumentException">It has other sizes of inputs or outputs.</exception>
    public void SwitchTo(RateAdapter<float> next)
    {
        Guard.NotNull(next);
        RateAdapter<float> now = Volatile.Read(ref current);
        if (next.InputSize != now.InputSize || next.OutputSize != now.OutputSize)
            throw new ArgumentException(
                $"Expected a network of {now.InputSize} inputs and {now.OutputSize} outputs, but it has {next.InputSize} and "
                + $"{next.OutputSize}.", nameof(next));
        RateAdapter<float> rehearsal = next.Clone();
        rehearsal.Process(new float[MostSamples * next.InputSize], new float[MostSamples * next.OutputSize]);
        rehearsal.Process(new float[next.InputSize], new float[next.OutputSize]);
        Volatile.Write(ref pending, next);
    }

    /// <summary>Runs a block of any length.</summary>
    /// <param name="inputs">[sample][input].</param>
    /// <param name="outputs">Receives [sample][output]; other memory than the inputs.</param>
    /// <exception cref="ArgumentException">A length or a number is not valid, or the spans overlap.</exception>
    /// <exception cref="NotFiniteNumberException">An output is not finite.</exception>
    public void Process(ReadOnlySpan<float> inputs, Span<float> outputs)
    {
        SpanGuard.Steps(inputs, current.InputSize, outputs.Length, current.OutputSize);
        if (inputs.Overlaps(outputs))
            throw new ArgumentException("Expected other memory than the inputs', which both networks of a fade read.", nameof(outputs));
        int inputSize = current.InputSize, outputSize = current.OutputSize;
        while (!inputs.IsEmpty)
        {
            if (incoming is null && Interlocked.Exchange(ref pending, null) is { } next)
                (incoming, position) = (next, 0);
            int samples = inputs.Length / inputSize;
            if (incoming is not null)
            {
                samples = Math.Min(samples, Math.Min(MostSamples, FadeSamples - position));
                Fade(inputs[..(samples * inputSize)], outputs[..(samples * outputSize)], incoming);
            }
            else
            {
                current.Process(inputs, outputs);
            }

            inputs = inputs[(samples * inputSize)..];
            outputs = outputs[(samples * outputSize)..];
        }
    }

    private void Fade(ReadOnlySpan<float> inputs, Span<float> outputs, RateAdapter<float> next)
    {
        current.Process(inputs, outputs);
        Span<float> others = incomingOutputs.AsSpan(0, outputs.Length);
        next.Process(inputs, others);
        for (int i = 0; i < outputs.Length; i++)
        {
            float gain = (position + (i / next.OutputSize) + 1) / (float)FadeSamples;
            outputs[i] += gain * (others[i] - outputs[i]);
        }

        position += outputs.Length / next.OutputSize;
        if (position < FadeSamples)
            return;
        // A fade that has ended leaves the new network's outputs as they are.
        Volatile.Write(ref current, next);
        Volatile.Write(ref incoming, null);
    }
}
