using RnnGen.Generated;

namespace RnnGen;

/// <summary>Makes streams of models that are compiled at build.</summary>
public static class RnnStream
{
    /// <summary>A stream of a model, which holds its <c>State</c>.</summary>
    /// <typeparam name="T">The model's numbers: <see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TInput"><see cref="int"/> where inputs are symbols, otherwise <typeparamref name="T"/>.</typeparam>
    /// <typeparam name="TState">The model's nested type <c>State</c>.</typeparam>
    /// <param name="model">The model, or its compressed copy.</param>
    /// <param name="start">The state that the stream begins in: as many numbers as the model's <c>StateSize</c>, or none for zeros.</param>
    /// <exception cref="ArgumentException"><paramref name="start"/> has another length, or a number is not finite.</exception>
    public static RnnStream<T> Of<T, TInput, TState>(IRnnInference<T, TInput, TState> model, ReadOnlySpan<T> start = default)
        where T : unmanaged
        where TInput : unmanaged
        where TState : struct, IRnnState<T> =>
        new ModelStream<IRnnInference<T, TInput, TState>, T, TInput, TState>(Guard.NotNull(model), start);
}

/// <summary>
/// A stream of a model together with its state, for code that is written once for all models, or that cannot name the model's class: one
/// that was opened in a running program.
/// </summary>
/// <remarks>
/// Nothing is allocated, but by <see cref="Clone"/>. A stream is for one thread at a time; threads may share its model, each with streams
/// of its own.
/// </remarks>
/// <typeparam name="T">The model's numbers: <see cref="float"/> or <see cref="double"/>.</typeparam>
public abstract class RnnStream<T> where T : unmanaged
{
    private readonly ModelShape shape;

    internal RnnStream(ModelShape shape) => this.shape = shape;

    /// <summary>Numbers of an input, or symbols that an input can be (<see cref="TakesSymbols"/>).</summary>
    public int InputSize => shape.InputSize;

    /// <summary>Numbers of an output, those of all heads together.</summary>
    public int OutputSize => shape.OutputSize;

    /// <summary>Numbers that the stream remembers between steps.</summary>
    public int StateSize => shape.StateSize;

    /// <summary>True if inputs are symbols; false if they are numbers.</summary>
    public abstract bool TakesSymbols { get; }

    /// <summary>
    /// True if the model runs step by step; false if it needs whole sequences: it has a layer in reverse, a pool, or one input or output
    /// per sequence. Then only <c>Forward</c> can be called.
    /// </summary>
    public bool HasSteps => !shape.NeedsWholeSequence;

    /// <summary>The bytes of a saved state.</summary>
    public abstract int SavedLength { get; }

    /// <summary>Elements of an input: 1 for a symbol.</summary>
    internal int InputWidth => shape.InputWidth;

    /// <summary>Takes one step.</summary>
    /// <param name="input"><see cref="InputSize"/> numbers.</param>
    /// <param name="output">Receives <see cref="OutputSize"/> numbers.</param>
    /// <exception cref="ArgumentException">A length or a number is not valid. Nothing has changed.</exception>
    /// <exception cref="InvalidOperationException">The model takes symbols, or whole sequences. Nothing has changed.</exception>
    /// <exception cref="NotFiniteNumberException">An output is not finite. Output and state are as they were computed.</exception>
    public abstract void Step(ReadOnlySpan<T> input, Span<T> output);

    /// <summary>Takes one step.</summary>
    /// <param name="symbol">0 to <see cref="InputSize"/> − 1.</param>
    /// <param name="output">Receives <see cref="OutputSize"/> numbers.</param>
    /// <exception cref="ArgumentException">The length or the symbol is not valid. Nothing has changed.</exception>
    /// <exception cref="InvalidOperationException">The model takes numbers, or whole sequences. Nothing has changed.</exception>
    /// <exception cref="NotFiniteNumberException">An output is not finite. Output and state are as they were computed.</exception>
    public abstract void Step(int symbol, Span<T> output);

    /// <summary>Takes as many steps as there are inputs: faster than single steps, with the same bits.</summary>
    /// <param name="inputs">[step][<see cref="InputSize"/>].</param>
    /// <param name="outputs">Receives [step][<see cref="OutputSize"/>]; one output where a sequence has one.</param>
    /// <exception cref="ArgumentException">A length or a number is not valid. Nothing has changed.</exception>
    /// <exception cref="InvalidOperationException">The model takes symbols. Nothing has changed.</exception>
    /// <exception cref="NotFiniteNumberException">An output is not finite. Outputs and state are as they were computed.</exception>
    public abstract void Forward(ReadOnlySpan<T> inputs, Span<T> outputs);

    /// <summary>Takes as many steps as there are symbols: faster than single steps, with the same bits.</summary>
    /// <param name="symbols">[step]: 0 to <see cref="InputSize"/> − 1.</param>
    /// <param name="outputs">Receives [step][<see cref="OutputSize"/>]; one output where a sequence has one.</param>
    /// <exception cref="ArgumentException">A length or a symbol is not valid. Nothing has changed.</exception>
    /// <exception cref="InvalidOperationException">The model takes numbers. Nothing has changed.</exception>
    /// <exception cref="NotFiniteNumberException">An output is not finite. Outputs and state are as they were computed.</exception>
    public abstract void Forward(ReadOnlySpan<int> symbols, Span<T> outputs);

    /// <summary>Goes back to the state that the stream began in.</summary>
    public abstract void Reset();

    /// <summary>Another stream of the same model, in the same state.</summary>
    public abstract RnnStream<T> Clone();

    /// <summary>Takes over the state of another stream.</summary>
    /// <param name="other">A stream of a model of the same class.</param>
    /// <exception cref="ArgumentException">It is one of another class.</exception>
    public abstract void CopyFrom(RnnStream<T> other);

    /// <summary>Writes the state's numbers, layer after layer.</summary>
    /// <param name="numbers"><see cref="StateSize"/> numbers.</param>
    /// <exception cref="ArgumentException">There are more or fewer.</exception>
    public abstract void CopyTo(Span<T> numbers);

    /// <summary>Sets the state's numbers from what <see cref="CopyTo"/> wrote.</summary>
    /// <param name="numbers"><see cref="StateSize"/> numbers.</param>
    /// <exception cref="ArgumentException">There are more or fewer, or one is not finite. The state is unchanged.</exception>
    public abstract void CopyFrom(ReadOnlySpan<T> numbers);

    /// <summary>Writes the state as <see cref="StateBytes"/>: a later version of the program can tell whether it is this model's.</summary>
    /// <param name="destination"><see cref="SavedLength"/> bytes.</param>
    /// <exception cref="ArgumentException">There are more or fewer.</exception>
    public abstract void Save(Span<byte> destination);

    /// <summary>Reads a state that <see cref="Save"/> wrote.</summary>
    /// <param name="source">The bytes, and no others.</param>
    /// <exception cref="InvalidDataException">It is no state, or another network's, or a number is not finite. The state is
    /// unchanged.</exception>
    public abstract void Restore(ReadOnlySpan<byte> source);

    /// <summary>Goes to a state between this one and another: <c>this + share · (other − this)</c>, number by number.</summary>
    internal abstract void MoveTowards(RnnStream<T> other, double share);
}
