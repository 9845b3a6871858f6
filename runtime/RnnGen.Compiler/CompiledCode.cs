using System.ComponentModel;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RnnGen.Compiler;

namespace RnnGen.Generated;

/// <summary>A compiled model, behind types that do not name its class.</summary>
/// <typeparam name="T">The model's numbers.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class CompiledCode<T> where T : unmanaged
{
    private protected CompiledCode()
    {
    }

    internal abstract ITrainedModel<T> Model { get; }

    internal abstract ModelShape Shape { get; }

    internal abstract Type InputType { get; }

    internal abstract Type TargetType { get; }

    /// <summary>Sets the state that streams begin in; none for zeros.</summary>
    internal abstract void Start(IReadOnlyList<float> numbers);

    internal abstract void Forward(ReadOnlySpan<T> inputs, Span<T> outputs);

    internal abstract void Forward(ReadOnlySpan<int> symbols, Span<T> outputs);

    internal abstract RnnStream<T> CreateStream();

    internal abstract object CreateTrainer(Optimizer optimizer, Func<BatchTrainer<T>, BatchTrainer<T>>? settings);
}

/// <summary>A compiled model, for the code that creates it.</summary>
/// <typeparam name="TModel">A struct around the model.</typeparam>
/// <typeparam name="T">The model's numbers.</typeparam>
/// <typeparam name="TInput"><see cref="int"/> where inputs are symbols, otherwise <typeparamref name="T"/>.</typeparam>
/// <typeparam name="TTarget"><see cref="int"/> where targets are classes, otherwise <typeparamref name="T"/>.</typeparam>
/// <typeparam name="TState">The model's nested type <c>State</c>.</typeparam>
/// <param name="model">The model.</param>
/// <param name="direct">The struct around the model.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class CompiledCode<TModel, T, TInput, TTarget, TState>(IRnnModel<T, TInput, TTarget, TState> model, TModel direct)
    : CompiledCode<T>
    where TModel : struct, IRnnInference<T, TInput, TState>
    where T : unmanaged
    where TInput : unmanaged
    where TTarget : unmanaged
    where TState : struct, IRnnState<T>
{
    private T[] start = [];
    private TState first;

    internal override ITrainedModel<T> Model => model;

    internal override ModelShape Shape => direct.Shape;

    internal override Type InputType => typeof(TInput);

    internal override Type TargetType => typeof(TTarget);

    internal override void Start(IReadOnlyList<float> numbers)
    {
        start = [.. numbers.Select(n => (T)Convert.ChangeType(n, typeof(T), CultureInfo.InvariantCulture))];
        first = default;
        if (start.Length > 0)
            first.CopyFrom(start);
    }

    internal override void Forward(ReadOnlySpan<T> inputs, Span<T> outputs) => Run(inputs, outputs);

    internal override void Forward(ReadOnlySpan<int> symbols, Span<T> outputs) => Run(symbols, outputs);

    internal override RnnStream<T> CreateStream() => new ModelStream<TModel, T, TInput, TState>(direct, start);

    internal override object CreateTrainer(Optimizer optimizer, Func<BatchTrainer<T>, BatchTrainer<T>>? settings)
    {
        BatchTrainer<T> trainer = model.CreateTrainer(optimizer);
        return new CompiledModelTrainer<T, TInput, TTarget, TState>(
            (Trainer<T, TInput, TTarget, TState>)(settings?.Invoke(trainer) ?? trainer), direct.Shape);
    }

    private void Run<TGiven>(ReadOnlySpan<TGiven> inputs, Span<T> outputs) where TGiven : unmanaged
    {
        if (typeof(TGiven) != typeof(TInput))
            throw new InvalidOperationException(typeof(TInput) == typeof(int)
                ? "The model's inputs are symbols, int, and not numbers."
                : $"The model's inputs are numbers, {typeof(T).Name}, and not symbols.");
        TState state = first;
        direct.Forward(
            MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<TGiven, TInput>(ref MemoryMarshal.GetReference(inputs)), inputs.Length),
            ref state, outputs);
    }
}
