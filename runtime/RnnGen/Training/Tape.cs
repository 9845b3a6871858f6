using System.Runtime.CompilerServices;
using RnnGen.Numerics;

namespace RnnGen;

/// <summary>
/// The memory of one batch: what the forward pass leaves for the backward pass, and the gradients. Not for several threads at once.
/// </summary>
/// <remarks>
/// Sequences may have different lengths. Behind the end of one its outputs are 0 and nothing counts, its final state is that of its last step, and reverse
/// layers run inside it. A sequence of length 0 has a final state of 0, whatever state it started in (ONNX). Where a sequence has one output, that counts whatever the
/// length: its weight says otherwise.
/// </remarks>
/// <typeparam name="T">The model's numbers: <see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TInput"><see cref="int"/> where inputs are symbols, otherwise <typeparamref name="T"/>.</typeparam>
/// <typeparam name="TTarget"><see cref="int"/> where targets are classes, otherwise <typeparamref name="T"/>.</typeparam>
/// <typeparam name="TState">The model's nested type <c>State</c>.</typeparam>
public abstract class Tape<T, TInput, TTarget, TState>
    where T : unmanaged
    where TInput : unmanaged
    where TTarget : unmanaged
    where TState : struct, IRnnState<T>
{
    private readonly AlignedBuffer<T> gradients;

    private readonly ModelShape shape;
    private readonly int[] lengths;
    private readonly T[] itemWeights;
    private readonly T[] noOutput;
    private bool hasLengths;
    private bool isForward;
    private bool isTaught;

    /// <summary>Memory for a number of rows.</summary>
    /// <param name="rows">At least 1.</param>
    /// <param name="shape">The model's sizes.</param>
    /// <param name="table">The model's parameters.</param>
    /// <param name="weightCount">Elements of the parameter buffer.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rows"/> is less than 1.</exception>
    protected Tape(int rows, ModelShape shape, ParameterInfo[] table, int weightCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentNullException.ThrowIfNull(shape);
        Rows = rows;
        this.shape = shape;
        gradients = new(weightCount);
        Gradients = new(table, gradients);
        lengths = new int[rows];
        itemWeights = new T[checked(shape.OutputSteps * rows)];
        noOutput = new T[shape.OutputSize];
    }

    /// <summary>Sequences side by side.</summary>
    public int Rows { get; }

    /// <summary>The lengths of the sequences of the last pass; empty if all have all steps.</summary>
    public ReadOnlySpan<int> Lengths => hasLengths ? lengths : default;

    /// <summary>
    /// What dropout and zoneout draw their masks from in the next pass: the same seed gives the same masks on every machine. Null, the default, for none, as
    /// in use.
    /// </summary>
    public ulong? NoiseSeed { get; set; }

    /// <summary>The number that row 0 has in the whole batch, of which this tape may be a part: masks go by it. The default is 0.</summary>
    public long FirstRow { get; set; }

    /// <summary>The gradients of all parameters, under the parameters' names; set by <see cref="Backward()"/>.</summary>
    public ParameterSet<T> Gradients { get; }

    /// <summary>
    /// Sets what each step is told about the outputs of the step before (teacher forcing). A model with <see cref="FeedbackAttribute"/> needs it before each
    /// <see cref="Forward"/>; others ignore it.
    /// </summary>
    /// <param name="targets">[step][row][target].</param>
    /// <exception cref="ArgumentException">The targets have the wrong length, or one is not finite, even if its loss does not count.</exception>
    public void Teach(ReadOnlySpan<TTarget> targets)
    {
        if (!HasFeedback)
            return;
        shape.CheckTargets<T, TTarget>(Rows, targets, default, default, nameof(targets));
        LoadFeedback(targets);
        isTaught = true;
    }

    /// <summary>Runs all declared steps of all rows forward.</summary>
    /// <param name="inputs">[step][row], and for real inputs [number]; one step where a sequence has one input.</param>
    /// <param name="states">Where each row starts; empty to start them all at zero.</param>
    /// <param name="lengths">The steps of each row that count, 0 to the declared ones; empty if all do.</param>
    /// <exception cref="ArgumentException">A span has the wrong length, or holds what is no valid input or length.</exception>
    /// <exception cref="InvalidOperationException">The model feeds its outputs back, and <see cref="Teach"/> did not come before.</exception>
    public void Forward(ReadOnlySpan<TInput> inputs, ReadOnlySpan<TState> states = default, ReadOnlySpan<int> lengths = default)
    {
        shape.CheckInputs(Rows, inputs, nameof(inputs));
        CheckStates(states, nameof(states));
        if (HasFeedback && !isTaught)
            throw new InvalidOperationException("Teach must come first: the model is told the outputs of the step before.");
        if (!lengths.IsEmpty)
        {
            Guard.Lengths(lengths, Rows, shape.Steps, nameof(lengths));
            lengths.CopyTo(this.lengths);
        }

        hasLengths = lengths.ContainsAnyExcept(shape.Steps);
        RunForward(inputs, states);
        isForward = true;
        isTaught = false;
    }

    /// <summary>The outputs of a step and row after <see cref="Forward"/>: before a softmax or sigmoid that belongs to the loss; behind the end of a sequence zeros.</summary>
    /// <param name="step">From 0; only 0 where a sequence has one output.</param>
    /// <param name="row">From 0.</param>
    public ReadOnlySpan<T> Output(int step, int row)
    {
        CheckPlace(step, row, shape.OutputSteps);
        return IsOver(step, row) ? noOutput : OutputAt(step, row);
    }

    /// <summary>
    /// ∂L/∂output of a step and row: set it, or let <see cref="Loss"/> set it, before <see cref="Backward()"/>, which uses it up. Behind the end of a sequence it
    /// does not count.
    /// </summary>
    /// <param name="step">From 0; only 0 where a sequence has one output.</param>
    /// <param name="row">From 0.</param>
    public Span<T> OutputGradient(int step, int row)
    {
        CheckPlace(step, row, shape.OutputSteps);
        return OutputGradientAt(step, row);
    }

    /// <summary>∂L/∂input of a step and row after <see cref="Backward()"/>, on a tape made with input gradients.</summary>
    /// <param name="step">From 0; only 0 where a sequence has one input.</param>
    /// <param name="row">From 0.</param>
    /// <exception cref="InvalidOperationException">The tape was made without them, or the inputs are symbols.</exception>
    public ReadOnlySpan<T> InputGradient(int step, int row)
    {
        CheckPlace(step, row, shape.InputSteps);
        return InputGradientAt(step, row);
    }

    /// <summary>The mean loss of the outputs, and its gradients for <see cref="Backward()"/>.</summary>
    /// <param name="targets">[output step][row], and for real targets [number]; those of several heads side by side. What does not count may be anything.</param>
    /// <param name="weights">
    /// [output step][row]: what each output's loss counts, 0 for nothing; empty for 1. The mean is over all weights; behind the end of a sequence they are 0.
    /// </param>
    /// <param name="weight">What the loss and its gradients are multiplied by.</param>
    /// <returns>The weighted mean; 0 if nothing counts.</returns>
    /// <exception cref="ArgumentException">A span has the wrong length, or holds what is no valid target or weight.</exception>
    /// <exception cref="InvalidOperationException">No forward pass came before.</exception>
    public double Loss(ReadOnlySpan<TTarget> targets, ReadOnlySpan<T> weights = default, double weight = 1)
    {
        CheckForward();
        ReadOnlySpan<T> items = Weigh(weights);
        shape.CheckTargets(Rows, targets, weights, Lengths, nameof(targets));
        double total = LossWeights.Total(weights, shape.OutputLengths(Lengths), shape.OutputSteps, Rows);
        return SumLosses(targets, items, weight, total == 0 ? 1 : total);
    }

    /// <summary>The gradients of all parameters, of the initial states and, on request, of the inputs, from those of the outputs.</summary>
    /// <exception cref="InvalidOperationException">No forward pass came before.</exception>
    public void Backward() => Backward(default);

    /// <inheritdoc cref="Backward()"/>
    /// <param name="finalStateGradients">What the loss further gains from each row's final state; empty for nothing.</param>
    public void Backward(ReadOnlySpan<TState> finalStateGradients)
    {
        CheckForward();
        CheckStates(finalStateGradients, nameof(finalStateGradients));
        gradients.Span.Clear();
        RunBackward(ref gradients.Start, finalStateGradients);
        isForward = false;
    }

    /// <summary>What <see cref="Backward()"/> does, and beside it how the gradients flowed: slow, to look at, not for training.</summary>
    /// <exception cref="InvalidOperationException">No forward pass came before.</exception>
    public GradientFlow Probe()
    {
        CheckForward();
        var saturated = new double[Layers.Count];
        for (int layer = 0; layer < saturated.Length; layer++)
            saturated[layer] = Layers[layer].Saturated(ref SlotsOf(layer), shape.Steps, Rows, Lengths);
        Backward();
        IReadOnlyList<RecurrentStretch> stretches = SingularValues.Largest(Parameters);
        return new([.. Layers.Select((place, layer) => new LayerFlow(
            place.Name,
            place.Norms(ref HiddenGradientsOf(layer), shape.Steps + 1, Rows),
            saturated[layer],
            [.. stretches.Where(s => place.Owns(s.Name))]))]);
    }

    /// <summary>The state of each row after its last step: of reverse layers, after step 0.</summary>
    /// <param name="states">One per row.</param>
    /// <exception cref="ArgumentException">There are not as many as rows.</exception>
    public abstract void GetFinalStates(Span<TState> states);

    /// <summary>
    /// ∂L/∂state for the states that <see cref="Forward"/> was given, after <see cref="Backward()"/>: 0 where a sequence has no step, and where a layer takes its
    /// first state from another.
    /// </summary>
    /// <param name="gradients">One per row.</param>
    /// <exception cref="ArgumentException">There are not as many as rows.</exception>
    public abstract void GetInitialStateGradients(Span<TState> gradients);

    /// <summary>Draws a dropout mask, or without noise one of ones.</summary>
    /// <param name="mask">[step][row][stride].</param>
    /// <param name="stream">Tells masks apart.</param>
    /// <param name="steps">How many.</param>
    /// <param name="width">Numbers per vector.</param>
    /// <param name="stride">From one vector to the next.</param>
    /// <param name="probability">The share that is dropped.</param>
    public void Keep(ref T mask, ulong stream, int steps, int width, int stride, double probability)
    {
        for (int step = 0; step < steps; step++)
        {
            ref T rows = ref Unsafe.Add(ref mask, (nint)step * Rows * stride);
            if (NoiseSeed is { } seed)
                Noise.Keep(ref rows, new NoisePlace(seed, stream, step, FirstRow), Rows, width, stride, probability);
            else
                Noise.Fill(ref rows, Rows * stride, 1);
        }
    }

    /// <summary>The model's parameters.</summary>
    protected abstract ParameterSet<T> Parameters { get; }

    /// <summary>The recurrent layers.</summary>
    protected abstract IReadOnlyList<LayerPlace> Layers { get; }

    /// <summary>Draws a zoneout mask of a step, or without noise its mean.</summary>
    /// <param name="mask">[row][stride].</param>
    /// <param name="stream">Tells masks apart.</param>
    /// <param name="step">The step.</param>
    /// <param name="width">Numbers per vector.</param>
    /// <param name="stride">From one vector to the next.</param>
    /// <param name="probability">The share that stays what it was.</param>
    public void Hold(ref T mask, ulong stream, int step, int width, int stride, double probability)
    {
        if (NoiseSeed is { } seed)
            Noise.Hold(ref mask, new NoisePlace(seed, stream, step, FirstRow), Rows, width, stride, probability);
        else
            Noise.Fill(ref mask, Rows * stride, probability);
    }

    /// <summary>The forward pass, on inputs and states that have been checked.</summary>
    protected abstract void RunForward(ReadOnlySpan<TInput> inputs, ReadOnlySpan<TState> states);

    /// <summary>The weighted mean of all losses; their gradients go where the backward pass finds them.</summary>
    /// <param name="targets">[output step][row][target].</param>
    /// <param name="weights">[output step][row], or empty for ones.</param>
    /// <param name="weight">What the loss is multiplied by.</param>
    /// <param name="total">The sum of the weights.</param>
    protected abstract double SumLosses(ReadOnlySpan<TTarget> targets, ReadOnlySpan<T> weights, double weight, double total);

    /// <summary>The backward pass, which adds to gradients that are zero.</summary>
    protected abstract void RunBackward(ref T gradients, ReadOnlySpan<TState> finalStateGradients);

    /// <summary>The outputs at a valid place.</summary>
    protected abstract ReadOnlySpan<T> OutputAt(int step, int row);

    /// <summary>Their gradients.</summary>
    protected abstract Span<T> OutputGradientAt(int step, int row);

    /// <summary>The inputs' gradients at a valid place.</summary>
    protected virtual ReadOnlySpan<T> InputGradientAt(int step, int row) => throw new InvalidOperationException("The inputs are symbols, which have no gradient.");

    /// <summary>A layer's slots: [step][row][block][slot][16].</summary>
    protected abstract ref T SlotsOf(int layer);

    /// <summary>The gradients of a layer's first state: [1 + steps][row][hidden, padded].</summary>
    protected abstract ref T HiddenGradientsOf(int layer);

    /// <summary>Whether the model takes the outputs of the step before.</summary>
    protected virtual bool HasFeedback => false;

    /// <summary>Puts targets where the next step finds them.</summary>
    protected virtual void LoadFeedback(ReadOnlySpan<TTarget> targets)
    {
    }

    /// <summary>The steps of a row that count.</summary>
    protected int LengthOf(int row) => hasLengths ? lengths[row] : shape.Steps;

    /// <summary>Whether a row has no step at all.</summary>
    protected bool IsEmpty(int row) => hasLengths && lengths[row] == 0;

    private void CheckPlace(int step, int row, int steps)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)step, (uint)steps, nameof(step));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows, nameof(row));
    }

    private bool IsOver(int step, int row) => hasLengths && !shape.IsPooled && step >= lengths[row];

    /// <summary>The weight of every output, or nothing if all are 1.</summary>
    private ReadOnlySpan<T> Weigh(ReadOnlySpan<T> weights)
    {
        if (!weights.IsEmpty)
            Guard.Weights(weights, itemWeights.Length, nameof(weights));
        else if (!hasLengths || shape.IsPooled)
            return default;
        for (int i = 0; i < itemWeights.Length; i++)
            itemWeights[i] = Element.FromDouble<T>(LossWeights.Of(i, weights, shape.OutputLengths(Lengths), Rows));
        return itemWeights;
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
