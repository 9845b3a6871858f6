using System.Runtime.ExceptionServices;
using RnnGen.Generated;
using RnnGen.Numerics;

namespace RnnGen;

/// <summary>The computation on some rows of a batch, by one thread.</summary>
internal abstract class BatchShard<T> where T : unmanaged
{
    public double Loss { get; private set; }

    public ExceptionDispatchInfo? Error { get; private set; }

    public abstract ParameterSet<T> Gradients { get; }

    /// <summary>The transposed matrices that the last run which learned made, or was given.</summary>
    public abstract AlignedBuffer<T> Transposed { get; }

    /// <summary>The weight of these rows' outputs.</summary>
    public double TotalWeight { get; set; }

    /// <summary>Their share of what the whole batch weighs.</summary>
    public double Share { get; set; }

    /// <param name="options">The work to do.</param>
    /// <param name="parameters">The parameters to do it with.</param>
    /// <param name="transposed">Their transposed matrices, if this thread has made them for another shard; null if not.</param>
    public void Run(RunOptions options, ParameterSet<T> parameters, AlignedBuffer<T>? transposed)
    {
        // What fails on another thread is thrown on the one that asked for it.
        try
        {
            Error = null;
            Loss = Compute(options, parameters, transposed);
        }
#pragma warning disable CA1031 // Every exception is passed on.
        catch (Exception error)
#pragma warning restore CA1031
        {
            Error = ExceptionDispatchInfo.Capture(error);
        }
    }

    /// <summary>The loss, and to learn, its gradients.</summary>
    protected abstract double Compute(RunOptions options, ParameterSet<T> parameters, AlignedBuffer<T>? transposed);
}

/// <summary>The rows of a model's batch, cut in time into segments of as many steps as the tape has: most often one.</summary>
/// <remarks>
/// Of several, the first way forward leaves only the states between them (checkpoints). Then, from the last to the first, each comes onto
/// the tape once more, and goes back from the gradients of the states that it ends in, which the segment behind it has left.
/// </remarks>
internal class BatchShard<T, TInput, TTarget, TState> : BatchShard<T>
    where T : unmanaged
    where TInput : unmanaged
    where TTarget : unmanaged
    where TState : struct, IRnnState<T>
{
    private readonly Tape<T, TInput, TTarget, TState> tape;
    private readonly ModelShape shape;
    private readonly ShardRows rows;
    private readonly ShardSpan<TInput> inputs;
    private readonly ShardSpan<TTarget> targets;
    private readonly ShardSpan<TState> states;
    private readonly ShardSpan<int> lengths;
    private readonly ShardSpan<T> weights;
    private readonly int[] segmentLengths;
    private readonly TState[] stateGradients;

    // [segment][row]: the states that each ends in; and its share of the loss.
    private TState[] borders = [];
    private double[] losses = [];

    // [output step][row][number], if they are wanted.
    private T[] outputs = [];

    private int steps;
    private int segmentSteps;
    private int segments;

    public BatchShard(Tape<T, TInput, TTarget, TState> tape, ModelShape shape, ShardRows rows)
    {
        this.tape = tape;
        this.shape = shape;
        this.rows = rows;
        tape.FirstRow = rows.First;
        inputs = new(rows, shape.InputSteps * shape.InputWidth);
        targets = new(rows, shape.OutputSteps * shape.TargetWidth);
        states = new(rows, 1);
        lengths = new(rows, 1);
        weights = new(rows, shape.OutputSteps);
        segmentLengths = new int[rows.Count];
        stateGradients = new TState[rows.Count];
    }

    public sealed override ParameterSet<T> Gradients => tape.Gradients;

    public sealed override AlignedBuffer<T> Transposed => tape.Transposed;

    protected Span<TInput> Inputs => inputs.Span;

    /// <summary>Copies these rows out of each step of the batch.</summary>
    public void Load(
        int allSteps, ReadOnlySpan<TInput> allInputs, ReadOnlySpan<TTarget> allTargets, ReadOnlySpan<TState> allStates,
        ReadOnlySpan<int> allLengths, ReadOnlySpan<T> allWeights)
    {
        steps = allSteps;
        segmentSteps = tape.MayBeShorter ? steps : shape.Steps;
        int padded = (((steps - 1) / segmentSteps) + 1) * segmentSteps;
        inputs.Load(allInputs, shape.InputWidth, shape.InputStepsOf(padded));
        targets.Load(allTargets, shape.TargetWidth, shape.OutputStepsOf(padded));
        weights.Load(allWeights, 1, shape.OutputStepsOf(padded));
        states.Load(allStates, 1);
        lengths.Load(allLengths, 1);
        Cut();
    }

    /// <summary>True if the model is told its outputs of the step before.</summary>
    public bool NeedsTeaching => tape.NeedsTeaching;

    /// <summary>Copies the outputs of a run that kept them to their places in the whole batch.</summary>
    /// <param name="all">[output step][row of the batch][number].</param>
    public void GetOutputs(Span<T> all)
    {
        int width = rows.Count * shape.OutputSize, stride = rows.All * shape.OutputSize;
        for (int step = 0; step < shape.OutputStepsOf(steps); step++)
            outputs.AsSpan(step * width, width).CopyTo(all[((step * stride) + (rows.First * shape.OutputSize))..]);
    }

    public void GetFinalStates(Span<TState> allStates) => Behind(segments - 1).CopyTo(allStates.Slice(rows.First, rows.Count));

    protected sealed override double Compute(RunOptions options, ParameterSet<T> parameters, AlignedBuffer<T>? transposed)
    {
        tape.NoiseSeed = options.NoiseSeed;
        if (options.KeepsOutputs)
            ClearOutputs();
        for (int segment = 0; segment < segments; segment++)
        {
            Forward(options, parameters, segment);
            KeepStates(segment);
            if (options.KeepsOutputs)
                KeepOutputs(segment);
            if (!options.Learn)
                losses[segment] = options.Measures ? LossOf(segment) : 0;
        }

        for (int segment = segments - 1; options.Learn && segment >= 0; segment--)
        {
            // The last one is on the tape already.
            bool isLast = segment == segments - 1;
            if (!isLast)
                Forward(options, parameters, segment);
            losses[segment] = LossOf(segment);
            tape.Backward(
                isLast ? default : stateGradients, accumulate: !isLast, givesStateGradients: segment > 0,
                isLast ? transposed : tape.Transposed);
            if (segment > 0)
                tape.GetInitialStateGradients(stateGradients);
        }

        double loss = 0;
        foreach (double share in losses.AsSpan(0, segments))
            loss += share;
        return loss;
    }

    protected virtual void Forward(RunOptions options, ParameterSet<T> parameters, int segment)
    {
        int first = segment * segmentSteps;
        for (int row = 0; row < rows.Count; row++)
            segmentLengths[row] = Math.Clamp(LengthOf(row) - first, 0, segmentSteps);
        tape.FirstStep = first;
        tape.Teach(TargetsOf(segment));
        tape.Run(
            parameters, Of(inputs, segment, shape.InputStepsOf(segmentSteps) * shape.InputWidth), segmentSteps,
            segment == 0 ? states.Span : Behind(segment - 1), segmentLengths);
    }

    private void ClearOutputs()
    {
        int padded = (((steps - 1) / segmentSteps) + 1) * segmentSteps;
        int length = checked(shape.OutputStepsOf(padded) * rows.Count * shape.OutputSize);
        if (outputs.Length < length)
            outputs = new T[length];
        Array.Clear(outputs);
    }

    private void KeepOutputs(int segment)
    {
        int count = shape.OutputStepsOf(segmentSteps), place = segment * count * rows.Count * shape.OutputSize;
        for (int step = 0; step < count; step++)
        {
            for (int row = 0; row < rows.Count; row++, place += shape.OutputSize)
                tape.Output(step, row).CopyTo(outputs.AsSpan(place));
        }
    }

    private double LossOf(int segment) =>
        tape.LossOf(TargetsOf(segment), Of(weights, segment, shape.OutputStepsOf(segmentSteps)), Share, TotalWeight);

    /// <summary>Counts the segments that a row reaches, with memory for what each leaves.</summary>
    private void Cut()
    {
        int longest = 1;
        for (int row = 0; row < rows.Count; row++)
            longest = Math.Max(longest, LengthOf(row));
        segments = ((longest - 1) / segmentSteps) + 1;
        if (losses.Length >= segments)
            return;
        losses = new double[segments];
        borders = new TState[checked(segments * rows.Count)];
    }

    /// <summary>Keeps the states that a segment ends in: of rows that were over before, those that they were over in.</summary>
    private void KeepStates(int segment)
    {
        Span<TState> behind = Behind(segment);
        tape.GetFinalStates(behind);
        for (int row = 0; segment > 0 && row < rows.Count; row++)
        {
            if (segmentLengths[row] == 0)
                behind[row] = Behind(segment - 1)[row];
        }
    }

    private int LengthOf(int row) => lengths.Span.IsEmpty ? steps : lengths.Span[row];

    private Span<TState> Behind(int segment) => borders.AsSpan(segment * rows.Count, rows.Count);

    private Span<TTarget> TargetsOf(int segment) => Of(targets, segment, shape.OutputStepsOf(segmentSteps) * shape.TargetWidth);

    private Span<TElement> Of<TElement>(ShardSpan<TElement> all, int segment, int width) =>
        all.Span.IsEmpty ? [] : all.Span.Slice(segment * rows.Count * width, rows.Count * width);
}
