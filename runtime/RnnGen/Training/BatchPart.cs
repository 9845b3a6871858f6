using System.Runtime.ExceptionServices;

namespace RnnGen;

/// <summary>Some neighbouring rows of a batch.</summary>
/// <param name="All">Rows of the batch.</param>
/// <param name="First">The first of these.</param>
/// <param name="Count">How many they are.</param>
internal readonly record struct PartRows(int All, int First, int Count);

/// <summary>What is computed on some rows of a batch, by one thread.</summary>
internal abstract class BatchPart<T> where T : unmanaged
{
    public double Loss { get; private set; }

    public ExceptionDispatchInfo? Error { get; private set; }

    public abstract ParameterSet<T> Gradients { get; }

    /// <summary>What the outputs of these rows weigh.</summary>
    public double TotalWeight { get; protected set; }

    /// <summary>Their share of what the whole batch weighs.</summary>
    public double Share { get; set; }

    public void Run(Pass pass)
    {
        // What fails on another thread is thrown on the one that asked for it.
        try
        {
            Error = null;
            Loss = Compute(pass);
        }
#pragma warning disable CA1031 // Every exception is passed on.
        catch (Exception error)
#pragma warning restore CA1031
        {
            Error = ExceptionDispatchInfo.Capture(error);
        }
    }

    /// <summary>The loss, and to learn, its gradients.</summary>
    protected abstract double Compute(Pass pass);
}

/// <summary>The rows of a model's batch.</summary>
internal class BatchPart<T, TInput, TTarget, TState> : BatchPart<T>
    where T : unmanaged
    where TInput : unmanaged
    where TTarget : unmanaged
    where TState : struct, IRnnState<T>
{
    private readonly Tape<T, TInput, TTarget, TState> tape;
    private readonly ModelShape shape;
    private readonly PartRows rows;
    private readonly PartSpan<TInput> inputs;
    private readonly PartSpan<TTarget> targets;
    private readonly PartSpan<TState> states;
    private readonly PartSpan<int> lengths;
    private readonly PartSpan<T> weights;

    public BatchPart(Tape<T, TInput, TTarget, TState> tape, ModelShape shape, PartRows rows)
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
    }

    public sealed override ParameterSet<T> Gradients => tape.Gradients;

    protected Span<TInput> Inputs => inputs.Span;

    /// <summary>Copies these rows out of each step of the batch.</summary>
    public void Load(ReadOnlySpan<TInput> allInputs, ReadOnlySpan<TTarget> allTargets, ReadOnlySpan<TState> allStates, ReadOnlySpan<int> allLengths, ReadOnlySpan<T> allWeights)
    {
        inputs.Load(allInputs, shape.InputWidth);
        targets.Load(allTargets, shape.TargetWidth);
        states.Load(allStates, 1);
        lengths.Load(allLengths, 1);
        weights.Load(allWeights, 1);
        int outputSteps = targets.Span.Length / (rows.Count * shape.TargetWidth);
        TotalWeight = LossWeights.Total<T>(weights.Span, shape.OutputLengths(lengths.Span), outputSteps, rows.Count);
    }

    public void GetFinalStates(Span<TState> allStates) => tape.GetFinalStates(allStates.Slice(rows.First, rows.Count));

    protected sealed override double Compute(Pass pass)
    {
        tape.NoiseSeed = pass.NoiseSeed;
        Forward(pass);
        double loss = tape.Loss(targets.Span, weights.Span, Share);
        if (pass.Learn)
            tape.Backward();
        return loss;
    }

    protected virtual void Forward(Pass pass)
    {
        tape.Teach(targets.Span);
        tape.Forward(inputs.Span, states.Span, lengths.Span);
    }
}

/// <summary>Some rows of what a batch holds for each step, in memory that is used again.</summary>
/// <param name="rows">Which.</param>
/// <param name="most">Elements per row, over all steps, at most.</param>
internal sealed class PartSpan<TElement>(PartRows rows, int most)
{
    private readonly TElement[] memory = new TElement[checked(rows.Count * most)];
    private int length;

    public Span<TElement> Span => memory.AsSpan(0, length);

    /// <summary>Copies them; of nothing, nothing.</summary>
    /// <param name="batch">[step][row of the batch][width].</param>
    /// <param name="width">Elements per step and row.</param>
    public void Load(ReadOnlySpan<TElement> batch, int width)
    {
        length = batch.Length / rows.All * rows.Count;
        int part = rows.Count * width;
        for (int to = 0, from = rows.First * width; to < length; to += part, from += rows.All * width)
            batch.Slice(from, part).CopyTo(memory.AsSpan(to));
    }
}
