using System.Runtime.InteropServices;
using RnnGen.Generated;

namespace RnnGen;

/// <summary>The rows of a sequence-to-sequence model's batch.</summary>
internal sealed class SourceBatchShard<T, TSource, TInput, TTarget, TState>(
    SourceTape<T, TSource, TInput, TTarget, TState> tape, ModelShape shape, SourceShape source, ShardRows rows)
    : BatchShard<T, TInput, TTarget, TState>(tape, shape, rows)
    where T : unmanaged
    where TSource : unmanaged
    where TInput : unmanaged
    where TTarget : unmanaged
    where TState : struct, IRnnState<T>
{
    private readonly ShardSpan<TSource> sources = new(rows, source.Steps * source.InputWidth);
    private readonly ShardSpan<int> sourceLengths = new(rows, 1);
    private readonly ScheduledSampling<T> sampling = new(shape.OutputSize);

    /// <summary>Copies these rows' sources.</summary>
    public void LoadSources(ReadOnlySpan<TSource> allSources, ReadOnlySpan<int> allSourceLengths)
    {
        sources.Load(allSources, source.InputWidth);
        sourceLengths.Load(allSourceLengths, 1);
    }

    protected override void Forward(RunOptions options, ParameterSet<T> parameters, int segment)
    {
        tape.Encode(sources.Span, sourceLengths.Span);
        base.Forward(options, parameters, segment);
        if (options.SamplingProbability == 0 || !sampling.Replace(tape, MemoryMarshal.Cast<TInput, int>(Inputs), options))
            return;
        tape.Encode(sources.Span, sourceLengths.Span);
        base.Forward(options, parameters, segment);
    }
}
