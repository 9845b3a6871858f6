using System.ComponentModel;
using RnnGen.Generated;
using RnnGen.Numerics;

namespace RnnGen;

/// <summary>
/// The memory of one batch: what the forward pass leaves for the backward pass, and the gradients. Not for several threads at once: calls
/// that run at the same time are refused with an <see cref="InvalidOperationException"/>.
/// </summary>
/// <remarks>
/// <see cref="Forward"/> reads the model's parameters once, and the backward pass goes on with them: a <c>Load</c> in between counts from
/// the next pass forward on. An update in place changes them under the tape. Sequences may have different lengths. Behind the end of one
/// its outputs are 0 and nothing counts, its final state is that of its last step, and reverse layers run inside it. A sequence of length 0
/// has a final state of 0, whatever state it started in (ONNX). Where a sequence has one output, that counts whatever the length: its
/// weight says otherwise.
/// </remarks>
/// <typeparam name="T">The model's numbers: <see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TInput"><see cref="int"/> where inputs are symbols, otherwise <typeparamref name="T"/>.</typeparam>
/// <typeparam name="TTarget"><see cref="int"/> where targets are classes, otherwise <typeparamref name="T"/>.</typeparam>
/// <typeparam name="TState">The model's nested type <c>State</c>.</typeparam>
public abstract partial class Tape<T, TInput, TTarget, TState>
    where T : unmanaged
    where TInput : unmanaged
    where TTarget : unmanaged
    where TState : struct, IRnnState<T>
{
    private readonly AlignedBuffer<T> gradients;
    private readonly AlignedBuffer<T> ownTransposed;
    private readonly GradientCopies<T> copies = new();
    private readonly Exclusive calls =
        new("The tape is at work in another call: it is for one thread at a time. Give every thread a tape of its own.");

    private readonly ITrainedModel<T> model;
    private readonly ModelShape shape;
    private readonly int[] lengths;
    private readonly T[] itemWeights;
    private readonly T[] noOutput;

    // Those of the last pass forward: the pass back goes on with them, whatever the model's are by then.
    private ParameterSet<T>? parameters;
    private bool hasLengths;
    private bool isForward;
    private int taughtSteps;

    /// <summary>Memory for a number of rows.</summary>
    /// <param name="model">The model: each pass forward asks for its parameters once.</param>
    /// <param name="rows">At least 1.</param>
    /// <param name="shape">The model's sizes.</param>
    /// <param name="transposedCount">Elements of the transposed matrices.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rows"/> is less than 1.</exception>
    protected Tape(ITrainedModel<T> model, int rows, ModelShape shape, int transposedCount)
        : this(model, rows, shape, transposedCount, mayBeShorter: false)
    {
    }

    /// <summary>Memory for a number of rows, whose passes may have fewer steps than were declared.</summary>
    private protected Tape(ITrainedModel<T> model, int rows, ModelShape shape, int transposedCount, bool mayBeShorter)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentNullException.ThrowIfNull(shape);
        Rows = rows;
        StepsAtOnce = Panels.StepsAtOnce(rows);
        UsedSteps = shape.Steps;
        this.model = model;
        this.shape = shape;
        MayBeShorter = mayBeShorter;
        ParameterSet<T> now = model.Parameters;
        gradients = new(now.Buffer.Length);
        Gradients = now.In(gradients);
        Transposed = ownTransposed = new(transposedCount);
        lengths = new int[rows];
        itemWeights = new T[checked(shape.OutputSteps * rows)];
        noOutput = new T[shape.OutputSize];
    }

    /// <summary>Sequences side by side.</summary>
    public int Rows { get; }

    /// <summary>The steps of the last pass: the declared ones, or where a tape takes shorter batches, what it was given.</summary>
    public int UsedSteps { get; private set; }

    /// <summary>The lengths of the sequences of the last pass; empty if all have all steps.</summary>
    public ReadOnlySpan<int> Lengths => hasLengths ? lengths : default;

    /// <summary>
    /// The seed of dropout's and zoneout's masks in the next pass: equal seeds give equal masks on every machine. Null, the default, for
    /// none, as in use.
    /// </summary>
    public ulong? NoiseSeed { get; set; }

    /// <summary>
    /// The number that row 0 has in the whole batch, of which this tape may be one shard: masks go by it. The default is 0.
    /// </summary>
    public long FirstRow { get; set; }

    /// <summary>
    /// The number that step 0 has in the whole sequence, of which the next pass may be a segment: masks of single steps go by it, those of
    /// a sequence stay. The default is 0.
    /// </summary>
    public long FirstStep { get; set; }

    /// <summary>The gradients of all parameters, under the parameters' names; set by <see cref="Backward()"/>.</summary>
    public ParameterSet<T> Gradients { get; }

    /// <summary>True if a pass takes as many steps as it is given, the declared ones at most; if not, always those.</summary>
    internal bool MayBeShorter { get; }

    /// <summary>
    /// Sets what each step is told about the outputs of the step before (teacher forcing). A model with <see cref="FeedbackAttribute"/>
    /// needs it before each <see cref="Forward"/>; others ignore it.
    /// </summary>
    /// <param name="targets">[step][row][target].</param>
    /// <exception cref="ArgumentException">The targets have the wrong length, or one is not finite, even if its loss does not
    /// count.</exception>
    public void Teach(ReadOnlySpan<TTarget> targets)
    {
        using Exclusive.Scope call = Enter();
        if (!HasFeedback)
            return;
        int steps = CountSteps(targets.Length, shape.TargetWidth, nameof(targets));
        shape.CheckTargets<T, TTarget>(Rows, steps, targets, default, default, nameof(targets));
        LoadFeedback(targets);
        taughtSteps = steps;
    }

    /// <summary>
    /// Runs all steps of all rows forward: the declared ones, or where a tape takes shorter batches, as many as there are inputs.
    /// </summary>
    /// <param name="inputs">[step][row], and for real inputs [number]; one step where a sequence has one input.</param>
    /// <param name="states">The state in which each row starts; empty to start all at zero.</param>
    /// <param name="lengths">The steps of each row that count, 0 to the steps there are; empty if all do.</param>
    /// <exception cref="ArgumentException">A span has the wrong length, or holds what is no valid input, state or length.</exception>
    /// <exception cref="InvalidOperationException">The model feeds its outputs back, and <see cref="Teach"/> did not come
    /// before.</exception>
    public void Forward(ReadOnlySpan<TInput> inputs, ReadOnlySpan<TState> states = default, ReadOnlySpan<int> lengths = default)
    {
        using Exclusive.Scope call = Enter();
        int steps = CountSteps(inputs.Length, shape.InputWidth, nameof(inputs));
        shape.CheckInputs(Rows, steps, inputs, nameof(inputs));
        CheckStates(states, nameof(states));
        StateGuard.Finite<T, TState>(states, shape.StateSize, nameof(states));
        if (HasFeedback && taughtSteps == 0)
            throw new InvalidOperationException("Teach must come first: the model is told the outputs of the step before.");
        if (HasFeedback && taughtSteps != steps)
            throw new ArgumentException($"There are inputs of {steps} steps, but Teach was given {taughtSteps}.", nameof(inputs));
        if (!lengths.IsEmpty)
            Guard.Lengths(lengths, Rows, steps, nameof(lengths));
        Run(model.Parameters, inputs, steps, states, lengths);
    }

    /// <summary>Runs forward on inputs that a trainer has checked.</summary>
    internal void Run(
        ParameterSet<T> parameters, ReadOnlySpan<TInput> inputs, int steps, ReadOnlySpan<TState> states, ReadOnlySpan<int> lengths)
    {
        Begin(states);
        this.parameters = parameters;
        StartsAtZero = states.IsEmpty;
        UsedSteps = steps;
        lengths.CopyTo(this.lengths);
        hasLengths = lengths.ContainsAnyExcept(steps);
        LoadInitialStates(states);
        RunForward(ref parameters.Start, inputs);
        isForward = true;
        taughtSteps = 0;
    }

    /// <summary>
    /// The outputs of a step and row after <see cref="Forward"/>: before a softmax or sigmoid that belongs to the loss; behind the end of a
    /// sequence zeros.
    /// </summary>
    /// <param name="step">From 0; only 0 where a sequence has one output.</param>
    /// <param name="row">From 0.</param>
    public ReadOnlySpan<T> Output(int step, int row)
    {
        CheckPlace(step, row, shape.OutputStepsOf(UsedSteps));
        return IsOver(step, row) ? noOutput : OutputAt(step, row);
    }

    /// <summary>
    /// ∂L/∂output of a step and row: set it, or let <see cref="Loss"/> set it, before <see cref="Backward()"/>, which uses it up. Behind
    /// the end of a sequence it does not count.
    /// </summary>
    /// <param name="step">From 0; only 0 where a sequence has one output.</param>
    /// <param name="row">From 0.</param>
    public Span<T> OutputGradient(int step, int row)
    {
        CheckPlace(step, row, shape.OutputStepsOf(UsedSteps));
        return OutputGradientAt(step, row);
    }

    /// <summary>∂L/∂input of a step and row after <see cref="Backward()"/>, on a tape made with input gradients.</summary>
    /// <param name="step">From 0; only 0 where a sequence has one input.</param>
    /// <param name="row">From 0.</param>
    /// <exception cref="InvalidOperationException">The tape was made without them, or the inputs are symbols.</exception>
    public ReadOnlySpan<T> InputGradient(int step, int row)
    {
        CheckPlace(step, row, shape.InputStepsOf(UsedSteps));
        return InputGradientAt(step, row);
    }

    /// <summary>The mean loss of the outputs, and its gradients for <see cref="Backward()"/>.</summary>
    /// <param name="targets">[output step][row], and for real targets [number]; those of several heads side by side. What does not count
    /// may be anything.</param>
    /// <param name="weights">
    /// [output step][row]: what each output's loss counts, 0 for nothing; empty for 1. The mean is over all weights; behind the end of a
    /// sequence they are 0.
    /// </param>
    /// <param name="weight">The factor on the loss and its gradients.</param>
    /// <returns>The weighted mean; 0 if nothing counts.</returns>
    /// <exception cref="ArgumentException">A span has the wrong length, or holds what is no valid target or weight.</exception>
    /// <exception cref="InvalidOperationException">No forward pass came before.</exception>
    /// <exception cref="NotFiniteNumberException">The loss is not finite.</exception>
    public double Loss(ReadOnlySpan<TTarget> targets, ReadOnlySpan<T> weights = default, double weight = 1)
    {
        using Exclusive.Scope call = Enter();
        CheckForward();
        if (!weights.IsEmpty)
            Guard.Weights(weights, shape.OutputStepsOf(UsedSteps) * Rows, nameof(weights));
        shape.CheckTargets(Rows, UsedSteps, targets, weights, Lengths, nameof(targets));
        double loss =
            LossOf(
                targets, weights, weight, LossWeights.Total(weights, shape.OutputLengths(Lengths), shape.OutputStepsOf(UsedSteps), Rows));
        return double.IsFinite(loss)
            ? loss
            : throw new NotFiniteNumberException($"The loss is {loss}, not a finite number; Output has what it was computed from.", loss);
    }

    /// <summary>Computes the loss of targets that a trainer has checked, for outputs that may be a segment's.</summary>
    /// <param name="targets">[output step][row]….</param>
    /// <param name="weights">[output step][row], or empty.</param>
    /// <param name="weight">The factor on the loss and its gradients.</param>
    /// <param name="total">The total weight of all outputs, those of other segments included: the mean is over these.</param>
    internal double LossOf(ReadOnlySpan<TTarget> targets, ReadOnlySpan<T> weights, double weight, double total) =>
        SumLosses(targets, Weigh(weights), weight, total == 0 ? 1 : total);

    /// <summary>The gradients of all parameters, of the initial states and, on request, of the inputs, from those of the outputs.</summary>
    /// <exception cref="InvalidOperationException">No forward pass came before.</exception>
    public void Backward() => Backward(default);

    /// <inheritdoc cref="Backward()"/>
    /// <param name="finalStateGradients">The gradients of a further loss with respect to each row's final state; empty for none.</param>
    /// <exception cref="ArgumentException">There are not as many gradients as rows, or one is not finite.</exception>
    public void Backward(ReadOnlySpan<TState> finalStateGradients)
    {
        using Exclusive.Scope call = Enter();
        StateGuard.Finite<T, TState>(finalStateGradients, shape.StateSize, nameof(finalStateGradients));
        Backward(finalStateGradients, accumulate: false, givesStateGradients: true, transposed: null);
    }

    /// <summary>Runs back, possibly leaving some gradients out.</summary>
    /// <param name="finalStateGradients">The gradients of a further loss with respect to each row's final state; empty for none.</param>
    /// <param name="accumulate">True if the parameters' gradients are added to those of the pass before.</param>
    /// <param name="givesStateGradients">True if those of the initial states are wanted.</param>
    /// <param name="transposed">The transposed matrices, if a pass with the same parameters has made them.</param>
    internal void Backward(
        ReadOnlySpan<TState> finalStateGradients, bool accumulate, bool givesStateGradients, AlignedBuffer<T>? transposed)
    {
        CheckForward();
        CheckStates(finalStateGradients, nameof(finalStateGradients));
        Accumulates = accumulate;
        copies.Lend();
        GivesStateGradients = givesStateGradients;
        HasTransposed = transposed is not null;
        Transposed = transposed ?? ownTransposed;
        LoadFinalGradients(finalStateGradients);
        RunBackward(ref parameters!.Start, ref gradients.Start, finalStateGradients);
        isForward = false;
    }

    /// <summary>Runs back and records how the gradients flowed: slow, for looking at, not for training.</summary>
    /// <exception cref="InvalidOperationException">No forward pass came before.</exception>
    public GradientFlow Probe()
    {
        using Exclusive.Scope call = Enter();
        CheckForward();
        var saturated = new double[Layers.Count];
        for (int layer = 0; layer < saturated.Length; layer++)
            saturated[layer] = Layers[layer].Saturated(StepsOf(Layers[layer]), Rows, LengthsOf(Layers[layer]));
        Backward(default, accumulate: false, givesStateGradients: true, transposed: null);
        IReadOnlyList<RecurrentStretch> stretches = SingularValues.Largest(parameters!);
        return new([.. Layers.Select((place, layer) => new GradientFlow.Layer(
            place.Name,
            place.Norms(StepsOf(place), Rows),
            saturated[layer],
            [.. stretches.Where(s => place.Owns(s.Name))]))]);
    }

    /// <summary>Refuses a pass that something must come before; called when all else has been checked.</summary>
    private protected virtual void Begin(ReadOnlySpan<TState> states)
    {
    }

    /// <summary>Begins a call, which no other may overlap.</summary>
    private protected Exclusive.Scope Enter() => calls.Enter();

    /// <summary>Discards the results of the last pass.</summary>
    private protected void Discard() => isForward = false;

    private protected virtual int StepsOf(TapeLayer<T> layer) => UsedSteps;

    private protected virtual ReadOnlySpan<int> LengthsOf(TapeLayer<T> layer) => Lengths;

    private protected void CheckPlace(int step, int row, int steps)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)step, (uint)steps, nameof(step));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows, nameof(row));
    }

    private protected bool IsOver(int step, int row) => hasLengths && !shape.IsPooled && step >= lengths[row];

    private int CountSteps(int length, int width, string name) =>
        MayBeShorter ? Guard.Steps(length, Rows, width, shape.Steps, name) : shape.Steps;

    /// <summary>The weight of every output, or nothing if all are 1.</summary>
    private ReadOnlySpan<T> Weigh(ReadOnlySpan<T> weights)
    {
        if (weights.IsEmpty && (!hasLengths || shape.IsPooled))
            return default;
        int items = shape.OutputStepsOf(UsedSteps) * Rows;
        for (int i = 0; i < items; i++)
            itemWeights[i] = Element.FromDouble<T>(LossWeights.Of(i, weights, shape.OutputLengths(Lengths), Rows));
        return itemWeights.AsSpan(0, items);
    }

    private void CheckStates(ReadOnlySpan<TState> states, string name)
    {
        if (!states.IsEmpty)
            Guard.Length(states.Length, Rows, name, "states");
    }

    private void CheckForward()
    {
        if (!isForward)
            throw new InvalidOperationException("Forward must come first; a backward pass uses up the tape.");
    }
}
