using RnnGen.Numerics;

namespace RnnGen;

/// <summary>
/// The memory of one batch: what the forward pass leaves for the backward pass, and the gradients. Not for several threads at once.
/// </summary>
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
    private bool isForward;

    /// <summary>Memory for a number of rows.</summary>
    /// <param name="rows">At least 1.</param>
    /// <param name="shape">The model's sizes.</param>
    /// <param name="table">The model's parameters.</param>
    /// <param name="weightCount">Elements of the parameter buffer.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rows"/> is less than 1.</exception>
    protected Tape(int rows, ModelShape shape, ParameterInfo[] table, int weightCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        Rows = rows;
        this.shape = shape;
        gradients = new(weightCount);
        Gradients = new(table, gradients);
    }

    /// <summary>Sequences side by side.</summary>
    public int Rows { get; }

    /// <summary>The gradients of all parameters, under the parameters' names; set by <see cref="Backward()"/>.</summary>
    public ParameterSet<T> Gradients { get; }

    /// <summary>Runs all declared steps of all rows forward.</summary>
    /// <param name="inputs">[step][row], and for real inputs [number].</param>
    /// <param name="states">Where each row starts; empty to start them all at zero.</param>
    /// <exception cref="ArgumentException">A span has the wrong length, or holds what is no valid input.</exception>
    public void Forward(ReadOnlySpan<TInput> inputs, ReadOnlySpan<TState> states = default)
    {
        shape.CheckInputs(Rows, inputs, nameof(inputs));
        CheckStates(states, nameof(states));
        RunForward(inputs, states);
        isForward = true;
    }

    /// <summary>The outputs of a step and row after <see cref="Forward"/>: before a softmax or sigmoid that belongs to the loss.</summary>
    /// <param name="step">From 0.</param>
    /// <param name="row">From 0.</param>
    public abstract ReadOnlySpan<T> Output(int step, int row);

    /// <summary>∂L/∂output of a step and row: set it, or let <see cref="Loss"/> set it, before <see cref="Backward()"/>, which uses it up.</summary>
    /// <param name="step">From 0.</param>
    /// <param name="row">From 0.</param>
    public abstract Span<T> OutputGradient(int step, int row);

    /// <summary>∂L/∂input of a step and row after <see cref="Backward()"/>, on a tape made with input gradients.</summary>
    /// <param name="step">From 0.</param>
    /// <param name="row">From 0.</param>
    /// <exception cref="InvalidOperationException">The tape was made without them, or the inputs are symbols.</exception>
    public virtual ReadOnlySpan<T> InputGradient(int step, int row) => throw new InvalidOperationException("The inputs are symbols, which have no gradient.");

    /// <summary>The mean loss of the outputs, and its gradients for <see cref="Backward()"/>.</summary>
    /// <param name="targets">[step][row], and for real targets [number].</param>
    /// <param name="weight">What the loss and its gradients are multiplied by.</param>
    /// <exception cref="ArgumentException">The targets have the wrong length, or hold what is no valid target.</exception>
    /// <exception cref="InvalidOperationException">No forward pass came before.</exception>
    public double Loss(ReadOnlySpan<TTarget> targets, double weight = 1)
    {
        CheckForward();
        shape.CheckTargets(Rows, targets, nameof(targets));
        double scale = weight / targets.Length;
        return scale * SumLosses(targets, scale);
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

    /// <summary>The state of each row after the last step.</summary>
    /// <param name="states">One per row.</param>
    /// <exception cref="ArgumentException">There are not as many as rows.</exception>
    public abstract void GetFinalStates(Span<TState> states);

    /// <summary>∂L/∂state for the state in which each row started, after <see cref="Backward()"/>.</summary>
    /// <param name="gradients">One per row.</param>
    /// <exception cref="ArgumentException">There are not as many as rows.</exception>
    public abstract void GetInitialStateGradients(Span<TState> gradients);

    /// <summary>The forward pass, on inputs and states that have been checked.</summary>
    protected abstract void RunForward(ReadOnlySpan<TInput> inputs, ReadOnlySpan<TState> states);

    /// <summary>The sum of all losses; their gradients, times a scale, go where the backward pass finds them.</summary>
    protected abstract double SumLosses(ReadOnlySpan<TTarget> targets, double scale);

    /// <summary>The backward pass, which adds to gradients that are zero.</summary>
    protected abstract void RunBackward(ref T gradients, ReadOnlySpan<TState> finalStateGradients);

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
