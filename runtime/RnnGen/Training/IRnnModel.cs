using System.Runtime.InteropServices;

namespace RnnGen;

/// <summary>What every generated model's <c>State</c> can do. A value: a copy is a snapshot, <c>default</c> the start of a sequence.</summary>
/// <typeparam name="T">The model's numbers.</typeparam>
public interface IRnnState<T> where T : unmanaged
{
    /// <summary>Writes all numbers, layer after layer, without padding.</summary>
    /// <param name="values">As many numbers as the model's <c>StateSize</c>.</param>
    void CopyTo(Span<T> values);

    /// <summary>Sets all numbers from what <see cref="CopyTo"/> wrote.</summary>
    /// <param name="values">As many numbers as the model's <c>StateSize</c>.</param>
    void CopyFrom(ReadOnlySpan<T> values);
}

/// <summary>A model's sizes.</summary>
/// <param name="Steps">Steps that BPTT is unrolled over.</param>
/// <param name="InputSize">How many symbols an input can be, or numbers of an input.</param>
/// <param name="InputWidth">Elements of an input: 1 for a symbol.</param>
/// <param name="OutputSize">Numbers of an output.</param>
/// <param name="TargetWidth">Elements of a target: 1 for a class.</param>
/// <param name="StateSize">Numbers that a stream remembers between steps.</param>
public readonly record struct ModelShape(int Steps, int InputSize, int InputWidth, int OutputSize, int TargetWidth, int StateSize)
{
    /// <summary>Refuses inputs of a wrong length, symbols outside the vocabulary and numbers that are not finite.</summary>
    internal void CheckInputs<TInput>(int rows, ReadOnlySpan<TInput> inputs, string name) where TInput : unmanaged =>
        Check(inputs, Steps * rows * InputWidth, InputSize, name);

    /// <summary>Refuses targets of a wrong length, classes that there are not and numbers that are not finite.</summary>
    internal void CheckTargets<TTarget>(int rows, ReadOnlySpan<TTarget> targets, string name) where TTarget : unmanaged =>
        Check(targets, Steps * rows * TargetWidth, OutputSize, name);

    private static void Check<TElement>(ReadOnlySpan<TElement> values, int length, int symbols, string name) where TElement : unmanaged
    {
        Guard.Length(values.Length, length, name, typeof(TElement) == typeof(int) ? "symbols" : "numbers");
        if (typeof(TElement) == typeof(int))
            Guard.Symbols(MemoryMarshal.Cast<TElement, int>(values), symbols, name);
        else if (typeof(TElement) == typeof(float))
            Guard.Finite(MemoryMarshal.Cast<TElement, float>(values), name);
        else
            Guard.Finite(MemoryMarshal.Cast<TElement, double>(values), name);
    }
}

/// <summary>What every generated model can do: for code that is written once for several models.</summary>
/// <typeparam name="T">The model's numbers: <see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TInput"><see cref="int"/> where inputs are symbols, otherwise <typeparamref name="T"/>.</typeparam>
/// <typeparam name="TTarget"><see cref="int"/> where targets are classes, otherwise <typeparamref name="T"/>.</typeparam>
/// <typeparam name="TState">The model's nested type <c>State</c>.</typeparam>
public interface IRnnModel<T, TInput, TTarget, TState>
    where T : unmanaged
    where TInput : unmanaged
    where TTarget : unmanaged
    where TState : struct, IRnnState<T>
{
    /// <summary>The parameters under PyTorch's names, in PyTorch's shapes.</summary>
    ParameterSet<T> Parameters { get; }

    /// <summary>The model's sizes.</summary>
    ModelShape Shape { get; }

    /// <summary>Steps of a stream, as many as there are inputs.</summary>
    /// <param name="inputs">[step]…</param>
    /// <param name="state">What the stream remembers: read, and replaced.</param>
    /// <param name="outputs">[step][output].</param>
    void Forward(ReadOnlySpan<TInput> inputs, ref TState state, Span<T> outputs);

    /// <summary>Memory for batches of some rows.</summary>
    /// <param name="rows">Sequences side by side: at least 1.</param>
    /// <param name="inputGradients">Whether the backward pass also computes the gradients of the inputs, which symbols do not have.</param>
    /// <exception cref="ArgumentException">Gradients of symbols are wanted.</exception>
    Tape<T, TInput, TTarget, TState> CreateTape(int rows, bool inputGradients = false);

    /// <summary>A trainer of this model.</summary>
    /// <param name="optimizer">How gradients move parameters.</param>
    Trainer<T, TInput, TTarget, TState> CreateTrainer(Optimizer optimizer);
}
