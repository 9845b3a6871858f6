using System.Runtime.ExceptionServices;
using RnnGen.Numerics;

namespace RnnGen;

/// <summary>A batch cut into parts that threads work on: each part with a tape of its own, so that nothing is shared but the parameters.</summary>
internal sealed class Batch<T, TInput, TTarget, TState> : IThreadPoolWorkItem
    where T : unmanaged
    where TInput : unmanaged
    where TTarget : unmanaged
    where TState : struct, IRnnState<T>
{
    private const int RowsPerPart = 16;
    private const int MostParts = 8;

    private readonly BatchPart<T, TInput, TTarget, TState>[] parts;
    private bool learn;
    private int next;
    private int finished;

    public Batch(IRnnModel<T, TInput, TTarget, TState> model, int rows)
    {
        Rows = rows;
        int count = Math.Clamp(rows / RowsPerPart, 1, MostParts);
        parts = new BatchPart<T, TInput, TTarget, TState>[count];
        for (int i = 0; i < count; i++)
        {
            int first = (int)((long)rows * i / count);
            parts[i] = new(model, rows, first, (int)((long)rows * (i + 1) / count) - first);
        }
    }

    public int Rows { get; }

    /// <summary>The gradients of the whole batch after a run that learns.</summary>
    public ParameterSet<T> Gradients => parts[0].Gradients;

    public void Load(ReadOnlySpan<TInput> inputs, ReadOnlySpan<TTarget> targets, ReadOnlySpan<TState> states, ReadOnlySpan<int> lengths, ReadOnlySpan<T> weights)
    {
        foreach (BatchPart<T, TInput, TTarget, TState> part in parts)
            part.Load(inputs, targets, states, lengths, weights);
    }

    /// <summary>Forward, loss and, to learn, backward: the mean loss.</summary>
    /// <param name="threads">How many may work.</param>
    /// <param name="learn">Whether to go back too.</param>
    /// <param name="noiseSeed">Of the masks of dropout and zoneout; null for none.</param>
    public double Run(int threads, bool learn, ulong? noiseSeed)
    {
        this.learn = learn;
        double total = 0;
        foreach (BatchPart<T, TInput, TTarget, TState> part in parts)
            total += part.TotalWeight;
        foreach (BatchPart<T, TInput, TTarget, TState> part in parts)
            part.Prepare(total, noiseSeed);
        finished = 0;
        // Whoever takes the number of a part works on it: this thread, and as many others as come in time.
        Volatile.Write(ref next, 0);
        for (int helper = 1; helper < Math.Min(threads, parts.Length); helper++)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        Work();
        var wait = default(SpinWait);
        while (Volatile.Read(ref finished) < parts.Length)
            wait.SpinOnce(sleep1Threshold: -1);

        double loss = 0;
        foreach (BatchPart<T, TInput, TTarget, TState> part in parts)
        {
            part.Error?.Throw();
            loss += part.Loss;
        }

        for (int i = 1; learn && i < parts.Length; i++)
            Sums.Add(parts[i].Gradients.Buffer, Gradients.Buffer);
        return loss;
    }

    public void GetFinalStates(Span<TState> states)
    {
        if (states.IsEmpty)
            return;
        foreach (BatchPart<T, TInput, TTarget, TState> part in parts)
            part.GetFinalStates(states);
    }

    void IThreadPoolWorkItem.Execute() => Work();

    private void Work()
    {
        for (int i = Interlocked.Increment(ref next) - 1; i < parts.Length; i = Interlocked.Increment(ref next) - 1)
        {
            parts[i].Run(learn);
            Interlocked.Increment(ref finished);
        }
    }
}

/// <summary>Some neighbouring rows of a batch.</summary>
internal sealed class BatchPart<T, TInput, TTarget, TState>
    where T : unmanaged
    where TInput : unmanaged
    where TTarget : unmanaged
    where TState : struct, IRnnState<T>
{
    private readonly Tape<T, TInput, TTarget, TState> tape;
    private readonly ModelShape shape;
    private readonly int batchRows;
    private readonly int firstRow;
    private readonly TInput[] inputs;
    private readonly TTarget[] targets;
    private readonly TState[] states;
    private readonly int[] lengths;
    private readonly T[] weights;
    private bool hasStates;
    private bool hasLengths;
    private bool hasWeights;
    private double share;

    public BatchPart(IRnnModel<T, TInput, TTarget, TState> model, int batchRows, int firstRow, int rows)
    {
        tape = model.CreateTape(rows);
        tape.FirstRow = firstRow;
        shape = model.Shape;
        this.batchRows = batchRows;
        this.firstRow = firstRow;
        inputs = new TInput[shape.InputSteps * rows * shape.InputWidth];
        targets = new TTarget[shape.OutputSteps * rows * shape.TargetWidth];
        states = new TState[rows];
        lengths = new int[rows];
        weights = new T[shape.OutputSteps * rows];
    }

    public double Loss { get; private set; }

    public ExceptionDispatchInfo? Error { get; private set; }

    public ParameterSet<T> Gradients => tape.Gradients;

    /// <summary>What the outputs of these rows weigh.</summary>
    public double TotalWeight { get; private set; }

    private ReadOnlySpan<int> Lengths => hasLengths ? lengths : default;

    private ReadOnlySpan<T> Weights => hasWeights ? weights : default;

    /// <summary>Copies this part's rows out of each step of the batch.</summary>
    public void Load(ReadOnlySpan<TInput> allInputs, ReadOnlySpan<TTarget> allTargets, ReadOnlySpan<TState> allStates, ReadOnlySpan<int> allLengths, ReadOnlySpan<T> allWeights)
    {
        Gather(allInputs, inputs, shape.InputSteps, shape.InputWidth);
        Gather(allTargets, targets, shape.OutputSteps, shape.TargetWidth);
        hasStates = !allStates.IsEmpty;
        if (hasStates)
            allStates.Slice(firstRow, states.Length).CopyTo(states);
        hasLengths = !allLengths.IsEmpty;
        if (hasLengths)
            allLengths.Slice(firstRow, lengths.Length).CopyTo(lengths);
        hasWeights = !allWeights.IsEmpty;
        if (hasWeights)
            Gather(allWeights, weights, shape.OutputSteps, 1);
        TotalWeight = LossWeights.Total(Weights, shape.OutputLengths(Lengths), shape.OutputSteps, tape.Rows);
    }

    /// <summary>Before a run: what the whole batch weighs, and where noise comes from.</summary>
    public void Prepare(double batchWeight, ulong? noiseSeed)
    {
        share = batchWeight == 0 ? 0 : TotalWeight / batchWeight;
        tape.NoiseSeed = noiseSeed;
    }

    public void Run(bool learn)
    {
        // What fails on another thread is thrown on the one that asked for it.
        try
        {
            Error = null;
            tape.Teach(targets);
            tape.Forward(inputs, hasStates ? states : default, Lengths);
            Loss = tape.Loss(targets, Weights, share);
            if (learn)
                tape.Backward();
        }
#pragma warning disable CA1031 // Every exception is passed on.
        catch (Exception error)
#pragma warning restore CA1031
        {
            Error = ExceptionDispatchInfo.Capture(error);
        }
    }

    public void GetFinalStates(Span<TState> allStates) => tape.GetFinalStates(allStates.Slice(firstRow, states.Length));

    private void Gather<TElement>(ReadOnlySpan<TElement> batch, Span<TElement> part, int steps, int width)
    {
        int length = tape.Rows * width;
        for (int step = 0; step < steps; step++)
            batch.Slice(((step * batchRows) + firstRow) * width, length).CopyTo(part.Slice(step * length));
    }
}
