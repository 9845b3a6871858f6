using System.ComponentModel;
using RnnGen.Generated;
using RnnGen.Numerics;

namespace RnnGen;

/// <summary>
/// The memory of one batch of a sequence-to-sequence model: that of its decoder, and the sources that its encoder reads. Not for several
/// threads at once.
/// </summary>
/// <remarks>
/// <see cref="Encode"/>, <see cref="Tape{T, TInput, TTarget, TState}.Forward"/>, <see cref="Tape{T, TInput, TTarget, TState}.Loss"/>,
/// <see cref="Tape{T, TInput, TTarget, TState}.Backward()"/>. A batch of short sequences may have fewer steps than were declared, and costs
/// no more than it has.
/// </remarks>
/// <typeparam name="T">The model's numbers: <see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TSource"><see cref="int"/> where sources are symbols, otherwise <typeparamref name="T"/>.</typeparam>
/// <typeparam name="TInput"><see cref="int"/> where the decoder's inputs are symbols, otherwise <typeparamref name="T"/>.</typeparam>
/// <typeparam name="TTarget"><see cref="int"/> where targets are classes, otherwise <typeparamref name="T"/>.</typeparam>
/// <typeparam name="TState">The model's nested type <c>State</c>: the decoder's.</typeparam>
public abstract class SourceTape<T, TSource, TInput, TTarget, TState> : Tape<T, TInput, TTarget, TState>
    where T : unmanaged
    where TSource : unmanaged
    where TInput : unmanaged
    where TTarget : unmanaged
    where TState : struct, IRnnState<T>
{
    private readonly SourceShape source;
    private readonly int[] sourceLengths;
    private readonly T[] noAttention;
    private readonly IReadOnlyList<AlignedBuffer<T>> attentions = [];
    private bool hasSourceLengths;
    private bool isEncoded;

    /// <summary>Memory for a number of rows.</summary>
    /// <param name="model">The model: each pass forward asks for its parameters once.</param>
    /// <param name="rows">At least 1.</param>
    /// <param name="shape">The decoder's sizes: an input and an output at every step.</param>
    /// <param name="source">The encoder's.</param>
    /// <param name="transposedCount">Elements of the transposed matrices.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rows"/> is less than 1.</exception>
    /// <exception cref="ArgumentException">The decoder has an input or an output for the whole sequence.</exception>
    protected SourceTape(ITrainedModel<T> model, int rows, ModelShape shape, SourceShape source, int transposedCount)
        : base(model, rows, shape, transposedCount, mayBeShorter: true)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (shape.InputSteps != shape.Steps || shape.OutputSteps != shape.Steps)
            throw new ArgumentException(
                $"A decoder of {shape.Steps} steps has as many inputs and outputs, not {shape.InputSteps} and {shape.OutputSteps}.",
                nameof(shape));
        this.source = source;
        SourceSteps = source.Steps;
        sourceLengths = new int[rows];
        noAttention = new T[source.Steps];
    }

    /// <summary>The steps of the sources that <see cref="Encode"/> was given: the declared ones, or fewer.</summary>
    public int SourceSteps { get; private set; }

    /// <summary>The lengths of those sources; empty if all have all <see cref="SourceSteps"/>.</summary>
    public ReadOnlySpan<int> SourceLengths => hasSourceLengths ? sourceLengths : default;

    /// <summary>
    /// Sets the sources of the next <see cref="Tape{T, TInput, TTarget, TState}.Forward"/>, which runs the encoder over them. Needed before
    /// each.
    /// </summary>
    /// <param name="sources">[source step][row], and for real sources [number]: the declared steps or fewer.</param>
    /// <param name="lengths">The steps of each row that count, 1 to the steps there are; empty if all do.</param>
    /// <exception cref="ArgumentException">A span has the wrong length, or holds what is no valid source or length. The sources are as they
    /// were.</exception>
    public void Encode(ReadOnlySpan<TSource> sources, ReadOnlySpan<int> lengths = default)
    {
        using Exclusive.Scope call = Enter();
        SourceSteps = source.Check(Rows, sources, lengths, nameof(sources), nameof(lengths));
        lengths.CopyTo(sourceLengths);
        hasSourceLengths = lengths.ContainsAnyExcept(SourceSteps);
        LoadSources(sources);
        isEncoded = true;
        Discard();
    }

    /// <summary>
    /// The attention's weights when a step of a row was computed, after <see cref="Tape{T, TInput, TTarget, TState}.Forward"/>, which sum
    /// to 1 over the source's length and are 0 behind it. Behind the end of a target all are 0.
    /// </summary>
    /// <param name="step">The decoder's step, from 0.</param>
    /// <param name="row">From 0.</param>
    /// <param name="attention">The index of the attention, in the order of declaration.</param>
    /// <returns>[source step]: <see cref="SourceSteps"/> numbers.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such step, row or attention.</exception>
    public ReadOnlySpan<T> Attention(int step, int row, int attention = 0)
    {
        CheckPlace(step, row, UsedSteps);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)attention, (uint)source.Attentions, nameof(attention));
        return (IsOver(step, row) ? noAttention : AttentionAt(attention, step, row))[..SourceSteps];
    }

    /// <summary>
    /// ∂L/∂source of a step and row after <see cref="Tape{T, TInput, TTarget, TState}.Backward()"/>, on a tape made with input gradients.
    /// </summary>
    /// <param name="step">The encoder's step, from 0.</param>
    /// <param name="row">From 0.</param>
    /// <exception cref="InvalidOperationException">The tape was made without them, or the sources are symbols.</exception>
    public ReadOnlySpan<T> SourceGradient(int step, int row)
    {
        CheckPlace(step, row, SourceSteps);
        return SourceGradientAt(step, row);
    }

    /// <summary>The weights of each attention, [step][row][source step]. A generated tape sets them when it is made.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected IReadOnlyList<AlignedBuffer<T>> Attentions
    {
        get => attentions;
        init => attentions = Guard.NotNull(value, nameof(Attentions));
    }

    /// <summary>Keeps sources, which have been checked, for the forward pass: <see cref="SourceSteps"/> steps.</summary>
    /// <param name="sources">[source step][row], and for real sources [number].</param>
    protected abstract void LoadSources(ReadOnlySpan<TSource> sources);

    /// <summary>The weights of an attention at a valid place: <see cref="SourceSteps"/> numbers or more.</summary>
    /// <param name="attention">The index of the attention.</param>
    /// <param name="step">The decoder's step.</param>
    /// <param name="row">The row.</param>
    protected virtual ReadOnlySpan<T> AttentionAt(int attention, int step, int row) =>
        Attentions[attention].Span.Slice(((step * Rows) + row) * source.Steps, source.Steps);

    /// <summary>The sources' gradients at a valid place.</summary>
    protected virtual ReadOnlySpan<T> SourceGradientAt(int step, int row) =>
        throw new InvalidOperationException("The sources are symbols, which have no gradient.");

    /// <summary>The steps of a row's source that count.</summary>
    protected int SourceLengthOf(int row) => hasSourceLengths ? sourceLengths[row] : SourceSteps;

    private protected sealed override void Begin(ReadOnlySpan<TState> states)
    {
        if (source.HasBridge && !states.IsEmpty)
            throw new ArgumentException(
                $"Expected no states, but there are {states.Length}: the decoder starts where the encoder's bridge says.", nameof(states));
        if (!isEncoded)
            throw new InvalidOperationException("Encode must come first, before each Forward: the decoder needs a source.");
        isEncoded = false;
    }

    private protected sealed override int StepsOf(TapeLayer<T> layer) => layer.IsEncoder ? SourceSteps : base.StepsOf(layer);

    private protected sealed override ReadOnlySpan<int> LengthsOf(TapeLayer<T> layer) =>
        layer.IsEncoder ? SourceLengths : base.LengthsOf(layer);
}
