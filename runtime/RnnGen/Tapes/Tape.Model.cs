using System.ComponentModel;
using System.Runtime.CompilerServices;
using RnnGen.Generated;
using RnnGen.Numerics;

namespace RnnGen;

/// <content>What a model's own tape, which is generated, gives and finds here.</content>
public abstract partial class Tape<T, TInput, TTarget, TState>
{
    /// <summary>
    /// The number of steps whose inputs are multiplied together: a power of two that shrinks as rows grow, so that a cache holds the
    /// products until the layer comes to them.
    /// </summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public int StepsAtOnce { get; }

    /// <summary>True if the last pass was given no states, and so began with zeros: the first step has no product with them.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public bool StartsAtZero { get; private set; }

    /// <summary>The rows of the states before the first step that are zeros: all or none.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public int ZeroRows => StartsAtZero ? Rows : 0;

    /// <summary>
    /// True if a pass back adds to the gradients of the one before, as the segments of a sequence do; otherwise it replaces them.
    /// </summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public bool Accumulates { get; private set; }

    /// <summary>
    /// True if a pass back gives the gradients of the initial states. Only a trainer that has no use for them does without.
    /// </summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public bool GivesStateGradients { get; private set; }

    /// <summary>The transposed copies of matrices, which a pass back multiplies by.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public AlignedBuffer<T> Transposed { get; private set; }

    /// <summary>
    /// True if <see cref="Transposed"/> holds its copies already: another pass with the same parameters, on the same thread, has made them.
    /// </summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public bool HasTransposed { get; private set; }

    /// <summary>Draws dropout masks of all steps, or without noise ones.</summary>
    /// <param name="mask">[step][row][stride].</param>
    /// <param name="stream">Tells masks apart.</param>
    /// <param name="steps">The number of steps.</param>
    /// <param name="width">Numbers per vector.</param>
    /// <param name="stride">From one vector to the next.</param>
    /// <param name="probability">The share that is dropped.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void Keep(ref T mask, ulong stream, int steps, int width, int stride, double probability)
    {
        for (int step = 0; step < steps; step++)
            KeepAt(FirstStep + step, ref Unsafe.Add(ref mask, (nint)step * Rows * stride), stream, width, stride, probability);
    }

    /// <summary>Draws the dropout mask of a sequence, the same for all its steps and segments, or without noise one of ones.</summary>
    /// <param name="mask">[row][stride].</param>
    /// <param name="stream">Tells masks apart.</param>
    /// <param name="width">Numbers per vector.</param>
    /// <param name="stride">From one vector to the next.</param>
    /// <param name="probability">The share that is dropped.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void KeepThroughout(ref T mask, ulong stream, int width, int stride, double probability) =>
        KeepAt(0, ref mask, stream, width, stride, probability);

    /// <summary>Draws a zoneout mask of a step, or without noise its mean.</summary>
    /// <param name="mask">[row][stride].</param>
    /// <param name="stream">Tells masks apart.</param>
    /// <param name="step">The step.</param>
    /// <param name="width">Numbers per vector.</param>
    /// <param name="stride">From one vector to the next.</param>
    /// <param name="probability">The share that stays what it was.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void Hold(ref T mask, ulong stream, int step, int width, int stride, double probability)
    {
        if (NoiseSeed is { } seed)
            Noise.Hold(ref mask, new NoisePlace(seed, stream, FirstStep + step, FirstRow), Rows, width, stride, probability);
        else
            Noise.Fill(ref mask, Rows * stride, probability);
    }

    /// <summary>The forward pass, on inputs that have been checked; the initial states are on the tape.</summary>
    /// <param name="weights">The first parameter.</param>
    /// <param name="inputs">[step][row]….</param>
    protected abstract void RunForward(ref T weights, ReadOnlySpan<TInput> inputs);

    /// <summary>The weighted mean of all losses; their gradients go where the backward pass finds them.</summary>
    /// <param name="targets">[output step][row][target].</param>
    /// <param name="weights">[output step][row], or empty for ones.</param>
    /// <param name="weight">The factor on the loss.</param>
    /// <param name="total">The sum of the weights.</param>
    protected abstract double SumLosses(ReadOnlySpan<TTarget> targets, ReadOnlySpan<T> weights, double weight, double total);

    /// <summary>
    /// The backward pass, which sets the parameters' gradients or adds to them (<see cref="Accumulates"/>). The gradients of inner states
    /// are on the tape; those of layers' outputs and of carried values it adds itself.
    /// </summary>
    /// <param name="weights">The first parameter of those that the forward pass had.</param>
    /// <param name="gradients">Its gradient; the others lie as the parameters do.</param>
    /// <param name="finalStateGradients">[row], or empty for zeros.</param>
    protected abstract void RunBackward(ref T weights, ref T gradients, ReadOnlySpan<TState> finalStateGradients);

    /// <summary>The outputs at a valid place.</summary>
    protected abstract ReadOnlySpan<T> OutputAt(int step, int row);

    /// <summary>Their gradients.</summary>
    protected abstract Span<T> OutputGradientAt(int step, int row);

    /// <summary>The inputs' gradients at a valid place.</summary>
    protected virtual ReadOnlySpan<T> InputGradientAt(int step, int row) =>
        throw new InvalidOperationException("The inputs are symbols, which have no gradient.");

    /// <summary>A buffer of one vector per row, or of several.</summary>
    /// <param name="count">Vectors per row: the steps, an initial one included, or 1.</param>
    /// <param name="stride">Elements of a vector, padding included.</param>
    protected AlignedBuffer<T> Vectors(int count, int stride) => new(checked((int)((long)count * Rows * stride)));

    /// <summary>The gradients of an input.</summary>
    /// <param name="gradients">[step][row][stride]; null if the tape has none.</param>
    /// <param name="vector">The index of the vector.</param>
    /// <param name="stride">From one vector to the next.</param>
    /// <param name="width">Its numbers.</param>
    /// <exception cref="InvalidOperationException">The tape has none.</exception>
    protected static ReadOnlySpan<T> InputGradient(AlignedBuffer<T>? gradients, int vector, int stride, int width) =>
        (gradients ?? throw new InvalidOperationException("The tape was made without input gradients.")).Span.Slice(vector * stride, width);

    /// <summary>True if <see cref="Teach"/> must come before each pass forward.</summary>
    internal bool NeedsTeaching => HasFeedback;

    /// <summary>True if the model takes the outputs of the step before.</summary>
    protected virtual bool HasFeedback => false;

    /// <summary>Puts targets where the next step finds them.</summary>
    protected virtual void LoadFeedback(ReadOnlySpan<TTarget> targets)
    {
    }

    /// <summary>The steps of a row that count.</summary>
    protected int LengthOf(int row) => hasLengths ? lengths[row] : UsedSteps;

    /// <summary>True if a row has no step at all.</summary>
    protected bool IsEmpty(int row) => hasLengths && lengths[row] == 0;

    private void KeepAt(long step, ref T mask, ulong stream, int width, int stride, double probability)
    {
        if (NoiseSeed is { } seed)
            Noise.Keep(ref mask, new NoisePlace(seed, stream, step, FirstRow), Rows, width, stride, probability);
        else
            Noise.Fill(ref mask, Rows * stride, 1);
    }
}
