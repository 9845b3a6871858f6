using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RnnGen.Generated;

/// <summary>A stream of a model of one class.</summary>
/// <remarks>
/// Where <typeparamref name="TModel"/> is a struct, the JIT compiles a class of its own for it, whose calls go straight to the model; so
/// the call of a stream made at run time costs one virtual call.
/// </remarks>
/// <typeparam name="TModel">The model, or a struct around it.</typeparam>
/// <typeparam name="T">The model's numbers: <see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TInput"><see cref="int"/> where inputs are symbols, otherwise <typeparamref name="T"/>.</typeparam>
/// <typeparam name="TState">The model's nested type <c>State</c>.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ModelStream<TModel, T, TInput, TState> : RnnStream<T>
    where TModel : IRnnInference<T, TInput, TState>
    where T : unmanaged
    where TInput : unmanaged
    where TState : struct, IRnnState<T>
{
    private readonly TModel model;
    private readonly TState start;
    private TState state;

    /// <summary>A stream at its start.</summary>
    /// <param name="model">The model.</param>
    /// <param name="start">The state that it begins in, or nothing for zeros.</param>
    /// <exception cref="ArgumentException"><paramref name="start"/> has another length, or a number is not finite.</exception>
    public ModelStream(TModel model, ReadOnlySpan<T> start)
        : base(model is null ? throw new ArgumentNullException(nameof(model)) : model.Shape)
    {
        this.model = model;
        if (!start.IsEmpty)
            this.start.CopyFrom(start);
        state = this.start;
    }

    private ModelStream(ModelStream<TModel, T, TInput, TState> other)
        : base(other.model.Shape) =>
        (model, start, state) = (other.model, other.start, other.state);

    /// <inheritdoc/>
    public override bool TakesSymbols => typeof(TInput) == typeof(int);

    /// <inheritdoc/>
    public override int SavedLength => StateBytes.LengthOf<TState, T>();

    /// <inheritdoc/>
    public override void Step(ReadOnlySpan<T> input, Span<T> output)
    {
        if (typeof(TInput) != typeof(T))
            throw WrongInput();
        CheckSteps();
        Guard.Length(input.Length, InputSize, nameof(input));
        model.Forward(As<T>(input), ref state, output);
    }

    /// <inheritdoc/>
    public override void Step(int symbol, Span<T> output)
    {
        if (typeof(TInput) != typeof(int))
            throw WrongInput();
        CheckSteps();
        model.Forward(As<int>(new(in symbol)), ref state, output);
    }

    /// <inheritdoc/>
    public override void Forward(ReadOnlySpan<T> inputs, Span<T> outputs)
    {
        if (typeof(TInput) != typeof(T))
            throw WrongInput();
        model.Forward(As<T>(inputs), ref state, outputs);
    }

    /// <inheritdoc/>
    public override void Forward(ReadOnlySpan<int> symbols, Span<T> outputs)
    {
        if (typeof(TInput) != typeof(int))
            throw WrongInput();
        model.Forward(As<int>(symbols), ref state, outputs);
    }

    /// <inheritdoc/>
    public override void Reset() => state = start;

    /// <inheritdoc/>
    public override RnnStream<T> Clone() => new ModelStream<TModel, T, TInput, TState>(this);

    /// <inheritdoc/>
    public override void CopyFrom(RnnStream<T> other) => state = Same(other).state;

    /// <inheritdoc/>
    public override void CopyTo(Span<T> numbers) => state.CopyTo(numbers);

    /// <inheritdoc/>
    public override void CopyFrom(ReadOnlySpan<T> numbers) => state.CopyFrom(numbers);

    /// <inheritdoc/>
    public override void Save(Span<byte> destination) => StateBytes.Write<TState, T>(state, destination);

    /// <inheritdoc/>
    public override void Restore(ReadOnlySpan<byte> source) => state = StateBytes.Read<TState, T>(source);

    /// <inheritdoc/>
    internal override void MoveTowards(RnnStream<T> other, double share)
    {
        Span<T> numbers = StateNumbers.Of<T, TState>(ref state), others = StateNumbers.Of<T, TState>(ref Same(other).state);
        if (typeof(T) == typeof(float))
        {
            Span<float> from = MemoryMarshal.Cast<T, float>(numbers), to = MemoryMarshal.Cast<T, float>(others);
            for (int i = 0; i < from.Length; i++)
                from[i] += (float)share * (to[i] - from[i]);
        }
        else
        {
            Span<double> from = MemoryMarshal.Cast<T, double>(numbers), to = MemoryMarshal.Cast<T, double>(others);
            for (int i = 0; i < from.Length; i++)
                from[i] += share * (to[i] - from[i]);
        }
    }

    private static ModelStream<TModel, T, TInput, TState> Same(RnnStream<T> other) =>
        Guard.NotNull(other) as ModelStream<TModel, T, TInput, TState> ?? throw new ArgumentException(
            $"Expected a stream of the same class, whose State is {typeof(TState)}, but it is {other.GetType()}.", nameof(other));

    private void CheckSteps()
    {
        if (!HasSteps)
            throw new InvalidOperationException(
                "The model has no single steps: it has a layer in reverse, a pool, or one input or output per sequence. Call Forward.");
    }

    private static ReadOnlySpan<TInput> As<TGiven>(ReadOnlySpan<TGiven> inputs) where TGiven : unmanaged =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<TGiven, TInput>(ref MemoryMarshal.GetReference(inputs)), inputs.Length);

    private static InvalidOperationException WrongInput() => new(
        typeof(TInput) == typeof(int)
            ? "The model's inputs are symbols, int, and not numbers."
            : $"The model's inputs are numbers, {typeof(T).Name}, and not symbols.");
}
