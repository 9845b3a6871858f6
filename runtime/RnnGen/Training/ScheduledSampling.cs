using System.Runtime.InteropServices;
using RnnGen.Numerics;

namespace RnnGen;

/// <summary>
/// Scheduled sampling (Bengio et al. 2015) for all steps at once (Duckworth et al. 2019): after a pass with the true symbols, some inputs
/// become what the model chose at the step before, drawn from its output, and the pass is run again.
/// </summary>
/// <param name="classes">Numbers of an output.</param>
internal sealed class ScheduledSampling<T>(int classes) where T : unmanaged
{
    // Masks count their streams from 0.
    private const ulong Stream = ulong.MaxValue;

    private static readonly Sampler Sampler = new();

    private readonly T[] probabilities = new T[classes];

    /// <summary>
    /// Replaces inputs. The random numbers of one depend on the seed, its step and its row's number in the whole batch alone. An end that
    /// the model chooses is no input, in use as little as here: the true symbol stays.
    /// </summary>
    /// <param name="tape">After a forward pass.</param>
    /// <param name="inputs">[step][row].</param>
    /// <param name="options">With a noise seed.</param>
    /// <returns>True if any has changed.</returns>
    public bool Replace<TInput, TTarget, TState>(Tape<T, TInput, TTarget, TState> tape, Span<int> inputs, RunOptions options)
        where TInput : unmanaged
        where TTarget : unmanaged
        where TState : struct, IRnnState<T>
    {
        bool changed = false;
        CounterRandom steps = new(new CounterRandom(options.NoiseSeed!.Value).Bits(Stream));
        for (int step = 1; step < tape.UsedSteps; step++)
        {
            CounterRandom rows = new(steps.Bits((ulong)step));
            for (int row = 0; row < tape.Rows; row++)
            {
                CounterRandom random = new(rows.Bits((ulong)(tape.FirstRow + row)));
                if (random.Uniform(0) >= options.SamplingProbability || (!tape.Lengths.IsEmpty && step >= tape.Lengths[row]))
                    continue;
                ref int input = ref inputs[(step * tape.Rows) + row];
                int chosen = Draw(tape.Output(step - 1, row), random.Bits(1), input);
                if (chosen == options.End || chosen == input)
                    continue;
                input = chosen;
                changed = true;
            }
        }

        return changed;
    }

    /// <summary>Outputs that are not finite choose nothing: the loss will say so.</summary>
    private int Draw(ReadOnlySpan<T> scores, ulong position, int otherwise)
    {
        Losses.Softmax(ref MemoryMarshal.GetReference(scores), ref probabilities[0], classes);
        if (!Element.IsFinite(probabilities[0]))
            return otherwise;
        return typeof(T) == typeof(float)
            ? Sampler.Sample(MemoryMarshal.Cast<T, float>(probabilities), position)
            : Sampler.Sample(MemoryMarshal.Cast<T, double>(probabilities), position);
    }
}
