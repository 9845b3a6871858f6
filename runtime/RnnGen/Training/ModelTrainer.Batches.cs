using System.Runtime.InteropServices;
using RnnGen.Generated;

namespace RnnGen;

/// <content>The same calls with batches that <see cref="Batches{TInput, TTarget}"/> laid out, and that know their shape.</content>
public abstract partial record Trainer<T, TInput, TTarget, TState>
{
    // Shared by trainers that `with` makes, of which one runs at a time.
    private readonly BatchWeights<T> batchWeights = new();
    private readonly EvaluationMemory<T, TState> evaluation = new();

    /// <summary>Forward, loss, BPTT and an update. After the first batch of a size nothing is allocated.</summary>
    /// <param name="batch">A batch with the declared steps, or what <see cref="Segments"/> says.</param>
    /// <param name="states">
    /// The state in which each row starts; receives the one in which it ended: truncated BPTT through a longer sequence. Empty to start all
    /// rows at zero.
    /// </param>
    /// <returns>The mean loss before the update. If nothing counts it is 0, and there is no update: only the states move on.</returns>
    /// <exception cref="ArgumentException">The batch has another shape than the model, or holds what is no valid input, target, state,
    /// length or weight. Nothing has changed.</exception>
    /// <exception cref="NotFiniteNumberException">The loss or a gradient is not finite, or a parameter or one of its moments would not be.
    /// Nothing has changed.</exception>
    public double Step(SequenceBatch<TInput, TTarget> batch, Span<TState> states = default)
    {
        ReadOnlySpan<int> lengths = LengthsOf(batch);
        return Step(batch.Inputs, batch.Targets, states, lengths, batchWeights.Of(batch.Weights));
    }

    /// <summary>
    /// Forward, loss and BPTT of a batch whose gradients wait for <see cref="Trainer{T}.Update()"/>, together with those of others: a large
    /// batch in the memory of a small one.
    /// </summary>
    /// <inheritdoc cref="Step(SequenceBatch{TInput, TTarget}, Span{TState})"/>
    /// <returns>The mean loss; 0 if nothing counts.</returns>
    public double Accumulate(SequenceBatch<TInput, TTarget> batch, Span<TState> states = default)
    {
        ReadOnlySpan<int> lengths = LengthsOf(batch);
        ReadOnlySpan<T> weights = batchWeights.Of(batch.Weights);
        using Exclusive.Scope call = Enter();
        Batch<T, BatchShard<T, TInput, TTarget, TState>> current = Load(batch.Inputs, batch.Targets, states, lengths, weights);
        double loss = Gather(Parameters, current);
        GetFinalStates(current, states);
        return loss;
    }

    /// <summary>The mean loss of a batch, without noise and without learning from it; on request its outputs and metrics of them.</summary>
    /// <param name="batch">A batch with the declared steps, or what <see cref="Segments"/> says.</param>
    /// <param name="states">The state in which each row starts; receives the one in which it ended. Empty to start all rows at
    /// zero.</param>
    /// <param name="metrics">To each is added what counts, in the order of steps, then rows.</param>
    /// <param name="outputs">
    /// Receives the outputs, [output step][row][number]: before a softmax or sigmoid that belongs to the loss, and zeros behind the end of
    /// a sequence. Empty if they are not wanted.
    /// </param>
    /// <returns>The mean loss; 0 if nothing counts.</returns>
    /// <exception cref="ArgumentException">The batch has another shape than the model, or holds what is no valid input, target, state,
    /// length or weight, or a metric is of another kind than its loss. Nothing has changed.</exception>
    /// <exception cref="NotFiniteNumberException">The loss is not finite, or an output that is wanted; no metric was added to.</exception>
    public double Evaluate(
        SequenceBatch<TInput, TTarget> batch, Span<TState> states = default, ReadOnlySpan<Metric> metrics = default,
        Span<T> outputs = default)
    {
        ReadOnlySpan<int> lengths = LengthsOf(batch);
        ReadOnlySpan<T> weights = batchWeights.Of(batch.Weights);
        MetricRun.Check(metrics, model.Shape);
        int count = batch.TargetSteps * batch.Rows * model.Shape.OutputSize;
        if (!outputs.IsEmpty)
            Guard.Length(outputs.Length, count, nameof(outputs));
        using Exclusive.Scope call = Enter();
        Batch<T, BatchShard<T, TInput, TTarget, TState>> current = Load(batch.Inputs, batch.Targets, states, lengths, weights);
        bool keeps = !metrics.IsEmpty || !outputs.IsEmpty;
        double loss = Measure(Parameters, current, keeps);
        if (keeps)
        {
            Span<T> all = outputs.IsEmpty ? evaluation.Outputs(count) : outputs;
            GetOutputs(current, all);
            if (!outputs.IsEmpty)
                Guard.Outputs<T>(outputs, model.Shape.OutputSize, "output");
            MetricRun.Add(metrics, model.Shape, batch.Rows, all, batch.Targets, weights, lengths);
        }

        GetFinalStates(current, states);
        return loss;
    }

    /// <summary>The mean loss of all batches of their first epoch, and metrics. After the first time nothing is allocated.</summary>
    /// <param name="batches">Best in order. Where each row goes on in the next batch, so do the states.</param>
    /// <param name="metrics">Each is reset first, and then has what counts.</param>
    /// <returns>The mean loss over all that counts; 0 if that is nothing.</returns>
    /// <exception cref="ArgumentException">A batch has another shape than the model, or holds what is no valid input, target, length or
    /// weight, or a metric is of another kind than its loss.</exception>
    /// <exception cref="NotFiniteNumberException">A loss is not finite.</exception>
    public double Evaluate(Batches<TInput, TTarget> batches, params ReadOnlySpan<Metric> metrics)
    {
        ArgumentNullException.ThrowIfNull(batches);
        foreach (Metric metric in metrics)
            Guard.NotNull(metric, nameof(metrics)).Reset();
        Span<TState> states = batches.Continues ? evaluation.States(batches.Rows) : default;
        WeightedMean mean = default;
        foreach (SequenceBatch<TInput, TTarget> batch in batches)
            mean.Add(Evaluate(batch, batches.Continues ? states[..batch.Rows] : default, metrics), batch.Weight);
        return double.IsNaN(mean.Value) ? 0 : mean.Value;
    }

    /// <summary>The outputs of a batch, without targets, noise or learning.</summary>
    /// <param name="inputs">
    /// [step][row], and for real inputs [number]: the declared steps of any number of rows, or one where a sequence has one input; or what
    /// <see cref="Segments"/> says.
    /// </param>
    /// <param name="outputs">
    /// Receives [output step][row][number]: before a softmax or sigmoid that belongs to the loss, and zeros behind the end of a sequence.
    /// </param>
    /// <param name="states">The state in which each row starts; receives the one in which it ended. Empty to start all rows at
    /// zero.</param>
    /// <param name="lengths">The steps of each row that count, 0 to the steps there are; empty if all do.</param>
    /// <exception cref="ArgumentException">A span has the wrong length, or holds what is no valid input, state or length.</exception>
    /// <exception cref="InvalidOperationException">The model is told its outputs of the step before: its own <c>Forward</c> runs
    /// it.</exception>
    /// <exception cref="NotFiniteNumberException">An output is not finite. Outputs are as they were computed, states as they
    /// were.</exception>
    public void Forward(
        ReadOnlySpan<TInput> inputs, Span<T> outputs, Span<TState> states = default, ReadOnlySpan<int> lengths = default)
    {
        using Exclusive.Scope call = Enter();
        Batch<T, BatchShard<T, TInput, TTarget, TState>> current = Load(inputs, [], states, lengths, [], hasTargets: false);
        if (!current.Shards.IsEmpty && current.Shards[0].NeedsTeaching)
            throw new InvalidOperationException(
                "The model is told its outputs of the step before, so steps of a batch cannot run ahead: use the model's own Forward.");
        ModelShape shape = model.Shape;
        int steps = inputs.Length / (current.Rows * shape.InputWidth);
        int outputSteps = shape.InputSteps == shape.Steps ? shape.OutputStepsOf(steps) : shape.OutputSteps;
        Guard.Length(outputs.Length, outputSteps * current.Rows * shape.OutputSize, nameof(outputs));
        Meet(RankCall.Measure, Parameters, current.Rows);
        current.Run(Threads, new RunOptions(Learn: false, Measures: false, KeepsOutputs: true), Parameters);
        GetOutputs(current, outputs);
        Guard.Outputs<T>(outputs, shape.OutputSize, "output");
        GetFinalStates(current, states);
    }

    /// <summary>
    /// Trains epoch after epoch: validation, early stopping, the best weights, checkpoints, as <paramref name="options"/> say. It is a loop
    /// over <c>Epoch</c>, <c>Step</c> and <c>Evaluate</c>, which docs/training.md shows. After the first epoch it allocates nothing but
    /// checkpoints.
    /// </summary>
    /// <param name="training">What to learn from. Where each row goes on in the next batch, so do the states within an epoch.</param>
    /// <param name="validation">What to measure with after each epoch, best in order; null for nothing.</param>
    /// <param name="options">What else to do; null for the defaults.</param>
    /// <param name="cancellationToken">Ends training after an update, with a checkpoint if there is a file for one.</param>
    /// <returns>What happened. The model has its best weights, or without validation data its last.</returns>
    /// <exception cref="ArgumentException">The options do not go together, or a batch holds what is no valid input, target, length or
    /// weight.</exception>
    /// <exception cref="InvalidDataException">The checkpoint to resume does not fit; the message says why.</exception>
    /// <exception cref="NotFiniteNumberException">A loss, gradient or parameter is not finite; the last update was not made.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled. The model has the weights of the last update.</exception>
    public FitHistory Fit(
        Batches<TInput, TTarget> training, Batches<TInput, TTarget>? validation = null, FitOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        CheckNothingAccumulated();
        ModelLearner<T, TInput, TTarget, TState> learner = new(this, model, training);
        return new FitLoop<T, TInput, TTarget>(learner, training, validation, options ?? new()).Run(cancellationToken);
    }

    private void GetOutputs(Batch<T, BatchShard<T, TInput, TTarget, TState>> batch, Span<T> outputs)
    {
        foreach (BatchShard<T, TInput, TTarget, TState> shard in batch.Shards)
            shard.GetOutputs(outputs);
        batch.ShareSteps(outputs, model.Shape.OutputSize);
    }

    /// <summary>The length of each sequence, and checks that the batch has the model's shape.</summary>
    private ReadOnlySpan<int> LengthsOf(SequenceBatch<TInput, TTarget> batch)
    {
        ModelShape shape = model.Shape;
        bool hasInputs = shape.InputSteps == shape.Steps, hasTargets = shape.OutputSteps == shape.Steps;
        int steps = hasInputs ? batch.Steps : shape.Steps;
        if (segments == 1 && batch.Steps != shape.InputSteps)
            throw new ArgumentException(
                $"Expected {shape.InputSteps} steps of inputs, but the batch has {batch.Steps}. Batches(…, steps: {shape.InputSteps}) pads "
                + "them.", nameof(batch));
        if (batch.TargetSteps != (hasTargets ? steps : shape.OutputSteps))
            throw new ArgumentException(
                $"Expected {(hasTargets ? steps : shape.OutputSteps)} steps of targets, but the batch has {batch.TargetSteps}.",
                nameof(batch));
        Guard.Length(batch.Inputs.Length, batch.Steps * batch.Rows * shape.InputWidth, nameof(batch), "elements of inputs");
        Guard.Length(batch.Targets.Length, batch.TargetSteps * batch.Rows * shape.TargetWidth, nameof(batch), "elements of targets");
        if (!hasInputs)
            return batch.TargetLengths;
        if (hasTargets && !batch.InputLengths.SequenceEqual(batch.TargetLengths))
            throw new ArgumentException(
                "Expected targets as long as their inputs: the model has an output for each step.", nameof(batch));
        return batch.InputLengths;
    }
}
