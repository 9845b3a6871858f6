using RnnGen.Generated;

namespace RnnGen;

/// <summary>
/// Runs a network that was trained at one sample rate on a stream of the same or of a higher one. A network hears by its memory: its state
/// must be that of one trained sample ago, not of one sample of the host ago.
/// </summary>
/// <remarks>
/// <para>
/// At a whole multiple n there are n states in turn: each gets every nth sample, and each sample's output has the bits that the network
/// gives on that sequence alone. This holds for any class.
/// </para>
/// <para>
/// At another ratio r the state of r samples ago is read between those of ⌊r⌋ and ⌈r⌉ samples ago, linearly (Carson, Wright, Chowdhury,
/// Välimäki and Bilbao, "Sample rate independent recurrent neural networks for audio effects processing", 2024). This is an approximation
/// that damps the memory's highest frequencies. A convolution's steps further back are read so once a step.
/// </para>
/// <para>
/// The outputs have no latency of their own. Nothing is allocated after construction. An adapter is for one thread at a time.
/// </para>
/// </remarks>
/// <typeparam name="T">The model's numbers: <see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class RateAdapter<T> where T : unmanaged
{
    /// <summary>The highest ratio of rates: 64.</summary>
    public const int MostRatio = 64;

    private const int MostSteps = 128;
    private const double Tolerance = 1e-9;

    private readonly RnnStream<T>[] streams;
    private readonly double share;
    private readonly T[] inputs, outputs;
    private int turn;

    /// <summary>Starts in the stream's state.</summary>
    /// <param name="stream">A stream of the model; it is copied.</param>
    /// <param name="trainedRate">The rate that the network was trained at, in Hz.</param>
    /// <param name="hostRate">The rate of the samples, in Hz: <paramref name="trainedRate"/> to 64 times that.</param>
    /// <exception cref="ArgumentException">The model takes symbols, or whole sequences.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A rate is not positive, or the host's is below the trained one: then resample to the
    /// trained rate and back, for instance by <c>Resampler</c> of RnnGen.Audio.</exception>
    public RateAdapter(RnnStream<T> stream, double trainedRate, double hostRate)
    {
        Guard.NotNull(stream);
        if (stream.TakesSymbols || !stream.HasSteps)
            throw new ArgumentException(
                $"Expected a model that takes numbers step by step, but it takes {(stream.TakesSymbols ? "symbols" : "whole sequences")}.",
                nameof(stream));
        if (!(trainedRate > 0 && double.IsFinite(trainedRate)))
            throw new ArgumentOutOfRangeException(nameof(trainedRate), trainedRate, "A rate is a positive number of Hz.");
        double ratio = hostRate / trainedRate;
        if (!(ratio >= 1 - Tolerance && ratio <= MostRatio))
            throw new ArgumentOutOfRangeException(
                nameof(hostRate), hostRate,
                $"Expected a rate from the trained one, {trainedRate} Hz, to {MostRatio} times that. Below it, resample to "
                + $"{trainedRate} Hz and back.");
        if (Math.Abs(ratio - Math.Round(ratio)) <= Tolerance * ratio)
            ratio = Math.Round(ratio);
        Ratio = ratio;
        streams = [.. Enumerable.Range(0, (int)Math.Ceiling(ratio)).Select(_ => stream.Clone())];
        share = streams.Length - ratio;
        inputs = new T[MostSteps * stream.InputSize];
        outputs = new T[MostSteps * stream.OutputSize];
    }

    private RateAdapter(RateAdapter<T> other)
    {
        (Ratio, share, turn) = (other.Ratio, other.share, other.turn);
        streams = [.. other.streams.Select(s => s.Clone())];
        (inputs, outputs) = (new T[other.inputs.Length], new T[other.outputs.Length]);
    }

    /// <summary>The host's rate over the trained one: 1 to 64.</summary>
    public double Ratio { get; }

    /// <summary>True if the ratio is whole, and the outputs are the network's own to the bit.</summary>
    public bool IsExact => share == 0;

    /// <summary>Numbers of an input: those of the model.</summary>
    public int InputSize => streams[0].InputSize;

    /// <summary>Numbers of an output: those of the model.</summary>
    public int OutputSize => streams[0].OutputSize;

    /// <summary>Runs a block of any length. However a stream is cut into blocks, its outputs have the same bits.</summary>
    /// <param name="inputs">[sample][<see cref="InputSize"/>].</param>
    /// <param name="outputs">Receives [sample][<see cref="OutputSize"/>]. It may be the same memory as the inputs if both sizes are equal.
    /// </param>
    /// <exception cref="ArgumentException">A length or a number is not valid. Nothing has changed.</exception>
    /// <exception cref="NotFiniteNumberException">An output is not finite. Some samples are done and others not: call <see cref="Reset"/>.
    /// </exception>
    public void Process(ReadOnlySpan<T> inputs, Span<T> outputs)
    {
        SpanGuard.Steps(inputs, InputSize, outputs.Length, OutputSize);
        if (streams.Length == 1)
            streams[0].Forward(inputs, outputs);
        else if (IsExact)
            ProcessInTurn(inputs, outputs);
        else
            ProcessBetween(inputs, outputs);
    }

    /// <summary>Goes back to the state that the stream began in.</summary>
    public void Reset()
    {
        foreach (RnnStream<T> stream in streams)
            stream.Reset();
        turn = 0;
    }

    /// <summary>Another adapter of the same model, in the same state.</summary>
    public RateAdapter<T> Clone() => new(this);

    /// <summary>Every stream runs over its own samples as one sequence, which is faster than single steps.</summary>
    private void ProcessInTurn(ReadOnlySpan<T> block, Span<T> results)
    {
        int n = streams.Length, most = n * MostSteps;
        while (!block.IsEmpty)
        {
            int samples = Math.Min(block.Length / InputSize, most);
            for (int first = 0; first < Math.Min(n, samples); first++)
            {
                int steps = 0;
                for (int sample = first; sample < samples; sample += n)
                    block.Slice(sample * InputSize, InputSize).CopyTo(inputs.AsSpan(steps++ * InputSize));
                streams[(turn + first) % n].Forward(inputs.AsSpan(0, steps * InputSize), outputs.AsSpan(0, steps * OutputSize));
                for (int step = 0; step < steps; step++)
                    outputs.AsSpan(step * OutputSize, OutputSize).CopyTo(results[((first + (step * n)) * OutputSize)..]);
            }

            turn = (turn + samples) % n;
            block = block[(samples * InputSize)..];
            results = results[(samples * OutputSize)..];
        }
    }

    /// <summary>The oldest state moves towards the next one, then takes the sample.</summary>
    private void ProcessBetween(ReadOnlySpan<T> block, Span<T> results)
    {
        for (int sample = 0; sample < block.Length / InputSize; sample++)
        {
            RnnStream<T> oldest = streams[turn];
            turn = (turn + 1) % streams.Length;
            oldest.MoveTowards(streams[turn], share);
            oldest.Step(block.Slice(sample * InputSize, InputSize), results.Slice(sample * OutputSize, OutputSize));
        }
    }
}
