using RnnGen.Generated;

namespace RnnGen;

/// <summary>
/// Trains a sequence-to-sequence model: forward, loss, BPTT through decoder and encoder and an update as one call. Not for several threads
/// at once.
/// </summary>
/// <inheritdoc path="/remarks"/>
/// <typeparam name="T">The model's numbers: <see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TSource"><see cref="int"/> where sources are symbols, otherwise <typeparamref name="T"/>.</typeparam>
/// <typeparam name="TInput"><see cref="int"/> where the decoder's inputs are symbols, otherwise <typeparamref name="T"/>.</typeparam>
/// <typeparam name="TTarget"><see cref="int"/> where targets are classes, otherwise <typeparamref name="T"/>.</typeparam>
/// <typeparam name="TState">The model's nested type <c>State</c>: the decoder's.</typeparam>
public abstract record Seq2SeqTrainer<T, TSource, TInput, TTarget, TState> : BatchTrainer<T>
    where T : unmanaged
    where TSource : unmanaged
    where TInput : unmanaged
    where TTarget : unmanaged
    where TState : struct, IRnnState<T>
{
    private readonly ISeq2SeqModel<T, TSource, TInput, TTarget, TState> model;
    private readonly RecentBatches<T, SourceBatchShard<T, TSource, TInput, TTarget, TState>> batches;
    private readonly EvaluationMemory<T, TState> evaluation = new();

    /// <summary>Starts training.</summary>
    /// <param name="model">The model.</param>
    /// <param name="optimizer">The rule by which gradients move its parameters.</param>
    protected Seq2SeqTrainer(ISeq2SeqModel<T, TSource, TInput, TTarget, TState> model, Optimizer optimizer)
        : base(model, optimizer)
    {
        this.model = model;
        batches = new(WeightBytes, rows => new(model.CreateTape(rows.Count), model.Shape, model.SourceShape, rows));
    }

    /// <summary>
    /// Forward, loss, BPTT and an update. After the first batch of a number of rows nothing is allocated, however many steps there are.
    /// </summary>
    /// <remarks>
    /// Sources and targets have the declared steps or fewer. There are as many rows as <paramref name="sourceLengths"/> or
    /// <paramref name="lengths"/>; if both are empty, as many as make <paramref name="sources"/> the declared steps.
    /// </remarks>
    /// <param name="sources">[source step][row], and for real sources [number].</param>
    /// <param name="inputs">The decoder's, each with what came before: [step][row], and for real inputs [number].</param>
    /// <param name="targets">[step][row], and for real targets [number]; those of several heads side by side. What does not count may be
    /// anything.</param>
    /// <param name="sourceLengths">The steps of each row's source that count, 1 to the steps there are; empty if all do.</param>
    /// <param name="lengths">The steps of each row's target that count, 0 to the steps there are; empty if all do.</param>
    /// <param name="weights">
    /// [step][row]: what each output's loss counts, 0 for nothing; empty for 1. The mean is over all weights; behind the end of a sequence
    /// they are 0.
    /// </param>
    /// <returns>The mean loss before the update. If nothing counts it is 0, and there is no update.</returns>
    /// <exception cref="ArgumentException">A span has the wrong length, or holds what is no valid source, input, target, length or weight.
    /// Nothing has changed.</exception>
    /// <exception cref="NotFiniteNumberException">The loss or a gradient is not finite, or a parameter or one of its moments would not be.
    /// Nothing has changed.</exception>
    public double Step(
        ReadOnlySpan<TSource> sources, ReadOnlySpan<TInput> inputs, ReadOnlySpan<TTarget> targets,
        ReadOnlySpan<int> sourceLengths, ReadOnlySpan<int> lengths, ReadOnlySpan<T> weights = default)
    {
        using Exclusive.Scope call = Enter();
        return Learn(sources, inputs, targets, sourceLengths, lengths, weights);
    }

    /// <summary>The mean loss of a batch, without noise and without learning from it.</summary>
    /// <inheritdoc cref="Step"/>
    /// <returns>The mean loss; 0 if nothing counts.</returns>
    public double Evaluate(
        ReadOnlySpan<TSource> sources, ReadOnlySpan<TInput> inputs, ReadOnlySpan<TTarget> targets,
        ReadOnlySpan<int> sourceLengths, ReadOnlySpan<int> lengths, ReadOnlySpan<T> weights = default)
    {
        using Exclusive.Scope call = Enter();
        return Measure(sources, inputs, targets, sourceLengths, lengths, weights);
    }

    /// <summary>Trains on a batch, within a call that has been entered.</summary>
    private protected double Learn(
        ReadOnlySpan<TSource> sources, ReadOnlySpan<TInput> inputs, ReadOnlySpan<TTarget> targets,
        ReadOnlySpan<int> sourceLengths, ReadOnlySpan<int> lengths, ReadOnlySpan<T> weights)
    {
        ParameterSet<T> parameters = Parameters;
        return Learn(parameters, Load(sources, inputs, targets, sourceLengths, lengths, weights));
    }

    /// <summary>Adds the gradients of a batch, within a call that has been entered.</summary>
    private protected double Gather(
        ReadOnlySpan<TSource> sources, ReadOnlySpan<TInput> inputs, ReadOnlySpan<TTarget> targets,
        ReadOnlySpan<int> sourceLengths, ReadOnlySpan<int> lengths) =>
        Gather(Parameters, Load(sources, inputs, targets, sourceLengths, lengths, default));

    /// <summary>Evaluates a batch, within a call that has been entered.</summary>
    private protected double Measure(
        ReadOnlySpan<TSource> sources, ReadOnlySpan<TInput> inputs, ReadOnlySpan<TTarget> targets,
        ReadOnlySpan<int> sourceLengths, ReadOnlySpan<int> lengths, ReadOnlySpan<T> weights, ReadOnlySpan<Metric> metrics = default)
    {
        MetricRun.Check(metrics, model.Shape);
        Batch<T, SourceBatchShard<T, TSource, TInput, TTarget, TState>> batch =
            Load(sources, inputs, targets, sourceLengths, lengths, weights);
        double loss = Measure(Parameters, batch, keepsOutputs: !metrics.IsEmpty);
        if (metrics.IsEmpty)
            return loss;
        int width = batch.Rows * model.Shape.TargetWidth;
        Span<T> outputs = evaluation.Outputs(targets.Length / width * batch.Rows * model.Shape.OutputSize);
        foreach (SourceBatchShard<T, TSource, TInput, TTarget, TState> shard in batch.Shards)
            shard.GetOutputs(outputs);
        batch.ShareSteps(outputs, model.Shape.OutputSize);
        MetricRun.Add(metrics, model.Shape, batch.Rows, outputs, targets, weights, lengths);
        return loss;
    }

    /// <summary>The number of rows of a batch.</summary>
    private protected int CountRows(ReadOnlySpan<TSource> sources, ReadOnlySpan<int> sourceLengths, ReadOnlySpan<int> lengths)
    {
        SourceShape source = model.SourceShape;
        return !sourceLengths.IsEmpty ? sourceLengths.Length
            : !lengths.IsEmpty ? lengths.Length
            : Guard.Rows(sources.Length, source.Steps * source.InputWidth, nameof(sources));
    }

    private Batch<T, SourceBatchShard<T, TSource, TInput, TTarget, TState>> Load(
        ReadOnlySpan<TSource> sources, ReadOnlySpan<TInput> inputs, ReadOnlySpan<TTarget> targets,
        ReadOnlySpan<int> sourceLengths, ReadOnlySpan<int> lengths, ReadOnlySpan<T> weights)
    {
        ModelShape shape = model.Shape;
        int rows = CountRows(sources, sourceLengths, lengths);
        model.SourceShape.Check(rows, sources, sourceLengths, nameof(sources), nameof(sourceLengths));
        int steps = Guard.Steps(inputs.Length, rows, shape.InputWidth, shape.Steps, nameof(inputs));
        shape.CheckInputs(rows, steps, inputs, nameof(inputs));
        if (!lengths.IsEmpty)
            Guard.Lengths(lengths, rows, steps, nameof(lengths));
        if (!weights.IsEmpty)
            Guard.Weights(weights, shape.OutputStepsOf(steps) * rows, nameof(weights));
        shape.CheckTargets(rows, steps, targets, weights, lengths, nameof(targets));
        ComparedData?.Add(sources).Add(inputs).Add(targets).Add(sourceLengths).Add(lengths).Add(weights);
        Batch<T, SourceBatchShard<T, TSource, TInput, TTarget, TState>> batch = batches.Of(rows, MostShards, Exchange);
        batch.Weigh(weights, shape.OutputLengths(lengths), shape.OutputStepsOf(steps));
        foreach (SourceBatchShard<T, TSource, TInput, TTarget, TState> shard in batch.Shards)
        {
            shard.LoadSources(sources, sourceLengths);
            shard.Load(steps, inputs, targets, default, lengths, weights);
        }

        return batch;
    }
}
