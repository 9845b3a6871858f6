using System.ComponentModel;

namespace RnnGen.Generated;

/// <summary>
/// Trains a model that turns sequences into sequences of symbols: it takes targets as they are, and adds what the decoder is told at the
/// start and what it says at the end. Not for several threads at once.
/// </summary>
/// <inheritdoc/>
/// <typeparam name="T">The model's numbers: <see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TSource"><see cref="int"/> where sources are symbols, otherwise <typeparamref name="T"/>.</typeparam>
/// <typeparam name="TState">The model's nested type <c>State</c>: the decoder's.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract record SymbolSeq2SeqTrainer<T, TSource, TState> : Seq2SeqTrainer<T, TSource, int, int, TState>
    where T : unmanaged
    where TSource : unmanaged
    where TState : struct, IRnnState<T>
{
    private readonly ISeq2SeqModel<T, TSource, int, int, TState> model;
    private readonly TaughtSequences taught;
    private readonly double samplingProbability;

    /// <summary>Starts training.</summary>
    /// <param name="model">The model: its decoder has one output, of classes, and at least two steps.</param>
    /// <param name="optimizer">The rule by which gradients move its parameters.</param>
    /// <param name="start">The first input of every target: one of the decoder's inputs.</param>
    /// <param name="end">The symbol to be predicted after the last one: one of the decoder's outputs. The others must be inputs,
    /// too.</param>
    /// <exception cref="ArgumentException">The model is another.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such symbol.</exception>
    protected SymbolSeq2SeqTrainer(ISeq2SeqModel<T, TSource, int, int, TState> model, Optimizer optimizer, int start, int end)
        : base(model, optimizer)
    {
        this.model = model;
        taught = new(model.Shape, start, end);
        Start = start;
        End = end;
    }

    /// <summary>The first input of every target.</summary>
    public int Start { get; }

    /// <summary>The symbol to be predicted after the last one.</summary>
    public int End { get; }

    /// <summary>
    /// Scheduled sampling (Bengio et al. 2015): how probable it is that the decoder, from its second step on, is told not the true symbol
    /// but one that it chose itself, drawn from its output at the step before. All steps choose at once in a pass before the one that
    /// learns (Duckworth et al. 2019), and an end is never chosen. 0, the default, to 1, 1 excluded. To let it grow: <c>trainer = trainer
    /// with { SamplingProbability = … }</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public double SamplingProbability
    {
        get => samplingProbability;
        init => samplingProbability = value is >= 0 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(SamplingProbability), value, "Must be at least 0 and less than 1.");
    }

    /// <summary>
    /// Forward, loss, BPTT and an update. After the first batch of a number of rows nothing is allocated, however many steps there are.
    /// </summary>
    /// <remarks>
    /// Sources have the declared steps or fewer, targets at least one step less than were declared, which the end takes. There are as many
    /// rows as
    /// <paramref name="sourceLengths"/> or <paramref name="lengths"/>; if both are empty, as many as make <paramref name="sources"/> the
    /// declared steps.
    /// </remarks>
    /// <param name="sources">[source step][row], and for real sources [number].</param>
    /// <param name="targets">[step][row], without <see cref="Start"/> and <see cref="End"/>. What lies behind a length may be
    /// anything.</param>
    /// <param name="sourceLengths">The steps of each row's source that count, 1 to the steps there are; empty if all do.</param>
    /// <param name="lengths">The symbols of each row's target, 0 to the steps there are; empty if all count.</param>
    /// <returns>The mean loss of a symbol, ends included, before the update.</returns>
    /// <exception cref="ArgumentException">A span has the wrong length, or holds what is no valid source, target or length. Nothing has
    /// changed.</exception>
    /// <exception cref="NotFiniteNumberException">The loss or a gradient is not finite, or a parameter or one of its moments would not be.
    /// Nothing has changed.</exception>
    public double Step(
        ReadOnlySpan<TSource> sources, ReadOnlySpan<int> targets, ReadOnlySpan<int> sourceLengths = default,
        ReadOnlySpan<int> lengths = default)
    {
        using Exclusive.Scope call = Enter();
        taught.Load(CountRows(sources, sourceLengths, lengths), targets, lengths);
        return Learn(sources, taught.Inputs, taught.Targets, sourceLengths, taught.Lengths, default);
    }

    /// <summary>The mean loss of a batch, told the true symbols, without noise and without learning from it.</summary>
    /// <inheritdoc cref="Step(ReadOnlySpan{TSource}, ReadOnlySpan{int}, ReadOnlySpan{int}, ReadOnlySpan{int})"/>
    /// <returns>The mean loss of a symbol, ends included.</returns>
    public double Evaluate(
        ReadOnlySpan<TSource> sources, ReadOnlySpan<int> targets, ReadOnlySpan<int> sourceLengths = default,
        ReadOnlySpan<int> lengths = default)
    {
        using Exclusive.Scope call = Enter();
        taught.Load(CountRows(sources, sourceLengths, lengths), targets, lengths);
        return Measure(sources, taught.Inputs, taught.Targets, sourceLengths, taught.Lengths, default);
    }

    /// <inheritdoc cref="Step(ReadOnlySpan{TSource}, ReadOnlySpan{int}, ReadOnlySpan{int}, ReadOnlySpan{int})"/>
    /// <param name="batch">Sources and their targets, of the declared steps or fewer, without weights.</param>
    public double Step(SequenceBatch<TSource, int> batch)
    {
        CheckBatch(batch);
        return Step(batch.Inputs, batch.Targets, batch.InputLengths, batch.TargetLengths);
    }

    /// <summary>
    /// Forward, loss and BPTT of a batch whose gradients wait for <see cref="Trainer{T}.Update()"/>, together with those of others: a large
    /// batch in the memory of a small one.
    /// </summary>
    /// <inheritdoc cref="Step(SequenceBatch{TSource, int})"/>
    /// <returns>The mean loss of a symbol, ends included.</returns>
    public double Accumulate(SequenceBatch<TSource, int> batch)
    {
        CheckBatch(batch);
        using Exclusive.Scope call = Enter();
        taught.Load(batch.Rows, batch.Targets, batch.TargetLengths);
        return Gather(batch.Inputs, taught.Inputs, taught.Targets, batch.InputLengths, taught.Lengths);
    }

    /// <summary>
    /// The mean loss of a batch, told the true symbols, without noise and without learning from it; on request metrics of its outputs.
    /// </summary>
    /// <inheritdoc cref="Evaluate(ReadOnlySpan{TSource}, ReadOnlySpan{int}, ReadOnlySpan{int}, ReadOnlySpan{int})"/>
    /// <param name="batch">Sources and their targets, of the declared steps or fewer, without weights.</param>
    /// <param name="metrics">To each every symbol and every end is added, in the order of steps, then rows.</param>
    public double Evaluate(SequenceBatch<TSource, int> batch, params ReadOnlySpan<Metric> metrics)
    {
        CheckBatch(batch);
        using Exclusive.Scope call = Enter();
        taught.Load(batch.Rows, batch.Targets, batch.TargetLengths);
        return Measure(batch.Inputs, taught.Inputs, taught.Targets, batch.InputLengths, taught.Lengths, default, metrics);
    }

    /// <summary>The mean loss of all batches of their first epoch, told the true symbols, and metrics.</summary>
    /// <param name="batches">Best in order.</param>
    /// <param name="metrics">Each is reset first, and then has every symbol and every end.</param>
    /// <returns>The mean loss of a symbol, ends included.</returns>
    /// <exception cref="ArgumentException">A batch holds what is no valid source, target or length, or a metric is of numbers.</exception>
    /// <exception cref="NotFiniteNumberException">A loss is not finite.</exception>
    public double Evaluate(Batches<TSource, int> batches, params ReadOnlySpan<Metric> metrics)
    {
        ArgumentNullException.ThrowIfNull(batches);
        foreach (Metric metric in metrics)
            Guard.NotNull(metric, nameof(metrics)).Reset();
        WeightedMean mean = default;
        foreach (SequenceBatch<TSource, int> batch in batches)
            mean.Add(Evaluate(batch, metrics), batch.Weight + batch.Rows);
        return double.IsNaN(mean.Value) ? 0 : mean.Value;
    }

    /// <summary>
    /// Trains epoch after epoch: validation, early stopping, the best weights, checkpoints, as <paramref name="options"/> say. It is a loop
    /// over <c>Epoch</c>, <c>Step</c> and <c>Evaluate</c>, which docs/training.md shows. After the first epoch it allocates nothing but
    /// checkpoints.
    /// </summary>
    /// <param name="training">What to learn from.</param>
    /// <param name="validation">What to measure with after each epoch, best in order; null for nothing.</param>
    /// <param name="options">What else to do; null for the defaults.</param>
    /// <param name="cancellationToken">Ends training after an update, with a checkpoint if there is a file for one.</param>
    /// <returns>What happened. The model has its best weights, or without validation data its last.</returns>
    /// <exception cref="ArgumentException">The options do not go together, or a batch holds what is no valid input, target or
    /// length.</exception>
    /// <exception cref="InvalidDataException">The checkpoint to resume does not fit; the message says why.</exception>
    /// <exception cref="NotFiniteNumberException">A loss, gradient or parameter is not finite; the last update was not made.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled. The model has the weights of the last update.</exception>
    public FitHistory Fit(
        Batches<TSource, int> training, Batches<TSource, int>? validation = null, FitOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        CheckNothingAccumulated();
        PairLearner<T, TSource, TState> learner = new(this, model);
        return new FitLoop<T, TSource, int>(learner, training, validation, options ?? new()).Run(cancellationToken);
    }

    private static void CheckBatch(SequenceBatch<TSource, int> batch)
    {
        if (!batch.Weights.IsEmpty)
            throw new ArgumentException("A trainer of symbols takes no weights: every symbol and the end count 1.", nameof(batch));
    }

    private protected sealed override RunOptions LearningRun =>
        base.LearningRun with { SamplingProbability = SamplingProbability, End = End };
}
