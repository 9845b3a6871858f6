using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RnnGen.Generated;

/// <summary>The checks at the front of generated methods: each says what was expected and what came.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Guard
{
    /// <summary>A span has exactly the right length.</summary>
    /// <param name="actual">Its length.</param>
    /// <param name="expected">The right one.</param>
    /// <param name="name">The argument.</param>
    /// <param name="what">The word for the elements in the message: "numbers", "symbols".</param>
    /// <exception cref="ArgumentException">It has not.</exception>
    public static void Length(int actual, int expected, string name, string what = "numbers")
    {
        if (actual != expected)
            ThrowLength(actual, expected, name, what);
    }

    /// <summary>A set has a model's parameters.</summary>
    /// <param name="parameters">The set.</param>
    /// <param name="table">The model's table, the same object.</param>
    /// <returns>The set.</returns>
    /// <exception cref="ArgumentException">It has those of another class.</exception>
    public static ParameterSet<T> Parameters<T>(ParameterSet<T> parameters, ParameterInfo[] table) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (parameters.Table != table)
            throw new ArgumentException(
                "Expected a set of this class's parameters, as Parameters of such a model is, but they are another's.", nameof(parameters));
        return parameters;
    }

    /// <summary>The exception for gradients that are wanted of symbols.</summary>
    public static ArgumentException NoInputGradients() => new("The inputs are symbols, which have no gradient.", "inputGradients");

    /// <summary>A span holds whole vectors.</summary>
    /// <param name="length">Its length.</param>
    /// <param name="width">Numbers per vector.</param>
    /// <param name="name">The argument.</param>
    /// <exception cref="ArgumentException">It does not.</exception>
    public static void Multiple(int length, int width, string name)
    {
        if (length % width != 0)
            ThrowMultiple(length, width, name);
    }

    /// <summary>The number of rows of a batch.</summary>
    /// <param name="length">The length of the inputs.</param>
    /// <param name="perRow">Elements per row, over all steps.</param>
    /// <param name="name">The argument.</param>
    /// <exception cref="ArgumentException">It is no positive multiple.</exception>
    public static int Rows(int length, long perRow, string name)
    {
        if (length == 0 || length % perRow != 0)
            throw new ArgumentException($"Expected a positive multiple of {perRow} elements, [step][row]…, but there are {length}.", name);
        return (int)(length / perRow);
    }

    /// <summary>All symbols are inside the vocabulary.</summary>
    /// <param name="symbols">The symbols.</param>
    /// <param name="count">The number of them to choose from.</param>
    /// <param name="name">The argument.</param>
    /// <exception cref="ArgumentOutOfRangeException">One is not.</exception>
    public static void Symbols(ReadOnlySpan<int> symbols, int count, string name)
    {
        for (int i = 0; i < symbols.Length; i++)
        {
            if ((uint)symbols[i] >= (uint)count)
                ThrowSymbol(i, symbols[i], count, name);
        }
    }

    /// <summary>All numbers are finite.</summary>
    /// <param name="values">The numbers.</param>
    /// <param name="name">The argument.</param>
    /// <exception cref="ArgumentException">One is not.</exception>
    public static void Finite(ReadOnlySpan<float> values, string name)
    {
        int first = FiniteVectors(values, float.MaxValue);
        for (int i = first; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
                ThrowNotFinite(i, values[i], name);
        }
    }

    /// <inheritdoc cref="Finite(ReadOnlySpan{float}, string)"/>
    public static void Finite(ReadOnlySpan<double> values, string name)
    {
        int first = FiniteVectors(values, double.MaxValue);
        for (int i = first; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i]))
                ThrowNotFinite(i, values[i], name);
        }
    }

    /// <summary>The count of numbers at the start that are finite, in whole vectors. NaN compares false with everything.</summary>
    private static int FiniteVectors<T>(ReadOnlySpan<T> values, T largest) where T : unmanaged
    {
        int i = 0;
        for (Vector<T> limit = new(largest); i <= values.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            if (!Vector.LessThanOrEqualAll(Vector.Abs(new Vector<T>(values[i..])), limit))
                break;
        }

        return i;
    }

    /// <summary>All numbers are finite.</summary>
    /// <param name="values">Numbers of either type.</param>
    /// <param name="name">The argument.</param>
    /// <exception cref="ArgumentException">One is not.</exception>
    internal static void Finite<T>(ReadOnlySpan<T> values, string name) where T : unmanaged
    {
        if (typeof(T) == typeof(float))
            Finite(MemoryMarshal.Cast<T, float>(values), name);
        else
            Finite(MemoryMarshal.Cast<T, double>(values), name);
    }

    /// <summary>All numbers are finite; what is not is named by its stream.</summary>
    /// <param name="values">[stream][number].</param>
    /// <param name="width">The numbers of a stream.</param>
    /// <param name="name">The argument.</param>
    /// <exception cref="ArgumentException">One is not.</exception>
    internal static void Streams<T>(ReadOnlySpan<T> values, int width, string name) where T : unmanaged
    {
        if (!AreFinite(values))
            ThrowStream(values, width, name);
    }

    /// <summary>True if all numbers are finite: two operations a vector, and no branch.</summary>
    /// <param name="values">The numbers.</param>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    public static bool AreFinite<T>(ReadOnlySpan<T> values) where T : unmanaged
    {
        // x − x is 0, or NaN where x is NaN or infinite.
        Vector<T> differences = Vector<T>.Zero;
        ReadOnlySpan<Vector<T>> vectors = MemoryMarshal.Cast<T, Vector<T>>(values);
        foreach (Vector<T> vector in vectors)
            differences |= vector - vector;
        bool areFinite = Vector.EqualsAll(differences, Vector<T>.Zero);
        for (int i = vectors.Length * Vector<T>.Count; i < values.Length; i++)
            areFinite &= Element.IsFinite(values[i]);
        return areFinite;
    }

    /// <summary>Outputs that have been computed are finite.</summary>
    /// <param name="outputs">[step or stream][number].</param>
    /// <param name="width">The numbers of an output.</param>
    /// <param name="vector">The word for one of the outputs: "step" or "stream".</param>
    /// <exception cref="NotFiniteNumberException">One is not.</exception>
    public static void Outputs<T>(ReadOnlySpan<T> outputs, int width, string vector = "step") where T : unmanaged
    {
        if (!AreFinite(outputs))
            ThrowOutputs(outputs, width, vector);
    }

    /// <summary>Targets that count are finite, and where they are probabilities, from 0 to 1.</summary>
    /// <param name="targets">The targets.</param>
    /// <param name="areProbabilities">True if they are probabilities.</param>
    /// <param name="first">The place of the first among all targets.</param>
    /// <param name="name">The argument.</param>
    /// <exception cref="ArgumentException">One is not.</exception>
    internal static void Targets<T>(ReadOnlySpan<T> targets, bool areProbabilities, int first, string name) where T : unmanaged
    {
        for (int i = 0; i < targets.Length; i++)
        {
            double target = Element.ToDouble(targets[i]);
            if (!double.IsFinite(target))
                ThrowNotFinite(first + i, target, name);
            if (areProbabilities && !(target is >= 0 and <= 1))
                throw new ArgumentException($"Target {first + i} is {target}; the sigmoid cross-entropy needs targets from 0 to 1.", name);
        }
    }

    /// <summary>A value that must be there.</summary>
    /// <param name="value">The value.</param>
    /// <param name="name">The argument's name.</param>
    /// <exception cref="ArgumentNullException">It is null.</exception>
    internal static TValue NotNull<TValue>(
        TValue? value, [CallerArgumentExpression(nameof(value))] string name = "") where TValue : class =>
        value ?? throw new ArgumentNullException(name);

    /// <summary>A class is one that there is.</summary>
    /// <param name="value">The class, which may come as a number of any type.</param>
    /// <param name="count">The number of them.</param>
    /// <param name="index">Its index.</param>
    /// <param name="name">The argument.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    internal static void Class(double value, int count, int index, string name)
    {
        if (!(value >= 0 && value < count && value == Math.Floor(value)))
            throw new ArgumentOutOfRangeException(name, value, $"Symbol {index} must be 0 to {count - 1}.");
    }

    /// <summary>The number of steps of a batch's sequences, where it may be less than the most.</summary>
    /// <param name="length">The length of what was given, [step][row]….</param>
    /// <param name="rows">Sequences.</param>
    /// <param name="width">Elements per step and row.</param>
    /// <param name="most">The most there may be.</param>
    /// <param name="name">The argument.</param>
    /// <exception cref="ArgumentException">They are no whole steps, none at all, or too many.</exception>
    public static int Steps(int length, int rows, int width, long most, string name)
    {
        long perStep = (long)rows * width;
        long steps = length / perStep;
        if (steps < 1 || steps > most || length % perStep != 0)
            throw new ArgumentException($"Expected 1 to {most} steps of {perStep} elements each, but there are {length} elements.", name);
        return (int)steps;
    }

    /// <summary>Inputs are symbols inside the vocabulary, or finite numbers.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="size">The number of symbols to choose from.</param>
    /// <param name="name">The argument.</param>
    /// <exception cref="ArgumentException">One is not.</exception>
    public static void Inputs<TInput>(ReadOnlySpan<TInput> inputs, int size, string name) where TInput : unmanaged
    {
        if (typeof(TInput) == typeof(int))
            Symbols(MemoryMarshal.Cast<TInput, int>(inputs), size, name);
        else
            Finite(inputs, name);
    }

    /// <summary>Lengths of sequences are within the steps there are.</summary>
    /// <param name="lengths">One per row.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="steps">The steps there are.</param>
    /// <param name="name">The argument.</param>
    /// <param name="least">The shortest that a sequence may be.</param>
    /// <exception cref="ArgumentException">There are not as many as rows.</exception>
    /// <exception cref="ArgumentOutOfRangeException">One is less than the least, or more than the steps.</exception>
    internal static void Lengths(ReadOnlySpan<int> lengths, int rows, int steps, string name, int least = 0)
    {
        Length(lengths.Length, rows, name, "lengths");
        for (int row = 0; row < lengths.Length; row++)
        {
            if (lengths[row] < least || lengths[row] > steps)
                throw new ArgumentOutOfRangeException(name, lengths[row], $"Length {row} must be {least} to {steps}, the steps there are.");
        }
    }

    /// <summary>Weights are finite and not negative.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="count">The number that there must be.</param>
    /// <param name="name">The argument.</param>
    /// <exception cref="ArgumentException">There are others, or one is negative or not finite.</exception>
    internal static void Weights<T>(ReadOnlySpan<T> weights, int count, string name) where T : unmanaged
    {
        Length(weights.Length, count, name, "weights");
        for (int i = 0; i < weights.Length; i++)
        {
            double weight = Element.ToDouble(weights[i]);
            if (!(weight >= 0 && double.IsFinite(weight)))
                throw new ArgumentException($"Weight {i} is {weight}; all must be finite and at least 0.", name);
        }
    }

    [DoesNotReturn]
    private static void ThrowOutputs<T>(ReadOnlySpan<T> outputs, int width, string vector) where T : unmanaged
    {
        int bad = FirstNotFinite(outputs);
        throw new NotFiniteNumberException(
            $"Output {bad % width} of {vector} {bad / width} is {outputs[bad]}, not a finite number: inputs, state and weights are "
            + "finite, but too large to compute with. " +
            "The model is unchanged; outputs and states are as they were computed. A stream can go on from an earlier copy of its state.",
            Element.ToDouble(outputs[bad]));
    }

    /// <summary>The index of the first number that is not finite, of which there must be one.</summary>
    private static int FirstNotFinite<T>(ReadOnlySpan<T> values) where T : unmanaged
    {
        int first = 0;
        while (Element.IsFinite(values[first]))
            first++;
        return first;
    }

    [DoesNotReturn]
    private static void ThrowLength(int actual, int expected, string name, string what) =>
        throw new ArgumentException($"Expected {expected} {what}, but there are {actual}.", name);

    [DoesNotReturn]
    private static void ThrowMultiple(int length, int width, string name) =>
        throw new ArgumentException($"Expected a multiple of {width} numbers, but there are {length}.", name);

    [DoesNotReturn]
    private static void ThrowSymbol(int index, int symbol, int count, string name) =>
        throw new ArgumentOutOfRangeException(name, symbol, $"Symbol {index} must be 0 to {count - 1}.");

    [DoesNotReturn]
    private static void ThrowStream<T>(ReadOnlySpan<T> values, int width, string name) where T : unmanaged
    {
        int bad = FirstNotFinite(values);
        throw new ArgumentException($"Number {bad % width} of stream {bad / width} is {values[bad]}; all must be finite.", name);
    }

    [DoesNotReturn]
    private static void ThrowNotFinite(int index, double value, string name) =>
        throw new ArgumentException($"Number {index} is {value}; all must be finite.", name);
}
