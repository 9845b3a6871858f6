using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RnnGen.Generated;

namespace RnnGen;

/// <summary>
/// Sequences of symbols or of vectors, each with a length of its own, for batches to be made of. They lie anywhere in one memory: sequences
/// may overlap, as windows over a series do, and are never copied but into a batch.
/// </summary>
/// <remarks>
/// The static class <see cref="Sequences"/> makes them of jagged arrays, of batch-first arrays, or of one long series. Any number of
/// threads may read them.
/// </remarks>
/// <typeparam name="T"><see cref="int"/> for symbols, otherwise <see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Sequences<T> where T : unmanaged
{
    private readonly ReadOnlyMemory<T> values;
    private readonly int[] starts;
    private readonly int[] lengths;
    private readonly int stride;

    /// <param name="values">The memory.</param>
    /// <param name="starts">The first element of each sequence.</param>
    /// <param name="lengths">The steps of each.</param>
    /// <param name="width">Elements of a step.</param>
    /// <param name="stride">Elements from a step to the next.</param>
    internal Sequences(ReadOnlyMemory<T> values, int[] starts, int[] lengths, int width, int stride)
    {
        this.values = values;
        this.starts = starts;
        this.lengths = lengths;
        this.stride = stride;
        Width = width;
        foreach (int length in lengths)
            Longest = Math.Max(Longest, length);
    }

    /// <summary>The number of sequences.</summary>
    public int Count => starts.Length;

    /// <summary>Elements of a step: 1 for symbols, otherwise the numbers of a vector.</summary>
    public int Width { get; }

    /// <summary>The steps of the longest sequence.</summary>
    public int Longest { get; }

    /// <summary>The steps of each sequence, at least 1.</summary>
    public ReadOnlySpan<int> Lengths => lengths;

    /// <summary>A step of a sequence.</summary>
    /// <param name="sequence">0 to <see cref="Count"/> − 1.</param>
    /// <param name="step">0 to the sequence's length − 1.</param>
    /// <returns><see cref="Width"/> elements.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such sequence or step.</exception>
    public ReadOnlySpan<T> this[int sequence, int step]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)sequence, (uint)Count, nameof(sequence));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)step, (uint)lengths[sequence], nameof(step));
            return values.Span.Slice(starts[sequence] + (step * stride), Width);
        }
    }

    /// <summary>Some neighbouring sequences, without a copy. C# calls this for ranges.</summary>
    /// <param name="start">The first.</param>
    /// <param name="length">The number of them.</param>
    /// <exception cref="ArgumentOutOfRangeException">They are not all there.</exception>
    public Sequences<T> Slice(int start, int length) =>
        new(values, starts.AsSpan(start, length).ToArray(), lengths.AsSpan(start, length).ToArray(), Width, stride);

    /// <summary>Some of the sequences in any order, without a copy.</summary>
    /// <param name="sequences">Each 0 to <see cref="Count"/> − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such sequence.</exception>
    public Sequences<T> Select(ReadOnlySpan<int> sequences)
    {
        int[] someStarts = new int[sequences.Length], someLengths = new int[sequences.Length];
        for (int i = 0; i < sequences.Length; i++)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)sequences[i], (uint)Count, nameof(sequences));
            (someStarts[i], someLengths[i]) = (starts[sequences[i]], lengths[sequences[i]]);
        }

        return new(values, someStarts, someLengths, Width, stride);
    }

    /// <summary>Windows over each sequence: every one of some steps that fits, from every so many steps on, in the order of time.</summary>
    /// <param name="first">The step of a sequence that its first window begins with.</param>
    /// <param name="steps">Steps of a window.</param>
    /// <param name="width">Steps of the sequence that make one step of a window: a step sees what follows.</param>
    /// <param name="every">Steps from a window to the next.</param>
    /// <param name="counts">The windows of each sequence.</param>
    internal Sequences<T> Windows(int first, int steps, int width, int every, ReadOnlySpan<int> counts)
    {
        int total = 0;
        foreach (int count in counts)
            total = checked(total + count);
        int[] windowStarts = new int[total], windowLengths = new int[total];
        Array.Fill(windowLengths, steps);
        int window = 0;
        for (int sequence = 0; sequence < Count; sequence++)
        {
            for (int i = 0; i < counts[sequence]; i++)
                windowStarts[window++] = starts[sequence] + ((first + (i * every)) * stride);
        }

        return new(values, windowStarts, windowLengths, Width * width, stride);
    }

    /// <summary>Writes a sequence into a batch, and zeros behind its end.</summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="batch">[step][row][width].</param>
    /// <param name="row">The row.</param>
    /// <param name="rows">Rows of the batch.</param>
    internal void Lay(int sequence, Span<T> batch, int row, int rows)
    {
        int length = lengths[sequence];
        ReadOnlySpan<T> from = values.Span[starts[sequence]..];
        int place = row * Width, step = 0;
        if (Width == 1)
        {
            for (; step < length; step++, place += rows)
                batch[place] = from[step * stride];
        }
        else
        {
            for (; step < length; step++, place += rows * Width)
                from.Slice(step * stride, Width).CopyTo(batch.Slice(place, Width));
        }

        for (; place < batch.Length; place += rows * Width)
            batch.Slice(place, Width).Clear();
    }
}

/// <summary>Makes <see cref="Sequences{T}"/> of arrays. Each method says which order of axes it reads.</summary>
public static class Sequences
{
    /// <summary>Copies sequences of different lengths.</summary>
    /// <param name="sequences">Each [step][number], of at least one step.</param>
    /// <param name="width">Numbers of a step, at least 1; 1 for symbols.</param>
    /// <exception cref="ArgumentException">There are none, or one is null, empty, no whole steps, or has a negative symbol or a number that
    /// is not finite; the message says which.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="width"/> is less than 1.</exception>
    public static Sequences<T> Of<T>(IReadOnlyList<T[]> sequences, int width = 1) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(sequences);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (sequences.Count == 0)
            throw new ArgumentException("There are no sequences; at least one is needed.", nameof(sequences));
        int[] starts = new int[sequences.Count], lengths = new int[sequences.Count];
        int total = 0;
        for (int i = 0; i < starts.Length; i++)
        {
            T[] sequence = sequences[i] ?? throw new ArgumentException($"Sequence {i} is null.", nameof(sequences));
            if (sequence.Length == 0)
                throw new ArgumentException($"Sequence {i} is empty; it must have at least one step.", nameof(sequences));
            if (sequence.Length % width != 0)
                throw new ArgumentException(
                    $"Sequence {i} has {sequence.Length} elements, which are no whole steps of {width}.", nameof(sequences));
            Check<T>(sequence, i, width, nameof(sequences));
            (starts[i], lengths[i]) = (total, sequence.Length / width);
            total = checked(total + sequence.Length);
        }

        T[] values = new T[total];
        for (int i = 0; i < starts.Length; i++)
            sequences[i].CopyTo(values, starts[i]);
        return new(values, starts, lengths, width, width);
    }

    /// <summary>Sequences of symbols or single numbers in a rectangular array.</summary>
    /// <param name="values">[row, step]; copied.</param>
    /// <exception cref="ArgumentException">There is nothing in it, or a negative symbol or a number that is not finite.</exception>
    public static Sequences<T> Of<T>(T[,] values) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(values);
        return OfRows<T>(Flat<T>(values), values.GetLength(1));
    }

    /// <summary>Sequences of vectors in a rectangular array, batch-first as PyTorch's <c>batch_first</c> and Keras have them.</summary>
    /// <param name="values">[row, step, number]; copied.</param>
    /// <exception cref="ArgumentException">There is nothing in it, or a negative symbol or a number that is not finite.</exception>
    public static Sequences<T> Of<T>(T[,,] values) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(values);
        return OfRows<T>(Flat<T>(values), values.GetLength(1), values.GetLength(2));
    }

    /// <summary>
    /// Sequences of equal lengths that lie one behind the other, batch-first. They are not copied. With <c>steps: 1</c> these are labels:
    /// one for each sequence.
    /// </summary>
    /// <param name="values">[row][step][number].</param>
    /// <param name="steps">Steps of a row, at least 1.</param>
    /// <param name="width">Numbers of a step, at least 1; 1 for symbols.</param>
    /// <exception cref="ArgumentException">They are no whole rows, none at all, or one has a negative symbol or a number that is not
    /// finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1.</exception>
    public static Sequences<T> OfRows<T>(ReadOnlyMemory<T> values, int steps, int width = 1) where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        long each = (long)steps * width;
        if (values.IsEmpty || values.Length % each != 0)
            throw new ArgumentException(
                $"Expected whole rows of {steps} steps of {width}, which are {each} elements each, but there are {values.Length}.",
                nameof(values));
        int[] starts = new int[values.Length / each], lengths = new int[starts.Length];
        Array.Fill(lengths, steps);
        for (int row = 0; row < starts.Length; row++)
        {
            starts[row] = (int)(row * each);
            Check(values.Span.Slice(starts[row], (int)each), row, width, nameof(values));
        }

        return new(values, starts, lengths, width, width);
    }

    /// <summary>One long sequence, for instance a series of measurements, over which <see cref="SequencePairs.Windows"/> go.</summary>
    /// <param name="values">[step][number]; not copied, and not looked at: they may lie in a mapped file.</param>
    /// <param name="width">Numbers of a step, at least 1.</param>
    /// <exception cref="ArgumentException">They are no whole steps, or none at all.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="width"/> is less than 1.</exception>
    public static Sequences<T> Series<T>(ReadOnlyMemory<T> values, int width = 1) where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (values.IsEmpty || values.Length % width != 0)
            throw new ArgumentException(
                $"Expected whole steps of {width} elements, and at least one, but there are {values.Length} elements.", nameof(values));
        return new(values, [0], [values.Length / width], width, width);
    }

    /// <summary>Refuses what no model takes.</summary>
    internal static void Check<T>(ReadOnlySpan<T> sequence, int index, int width, string name) where T : unmanaged
    {
        if (typeof(T) == typeof(int))
        {
            int negative = MemoryMarshal.Cast<T, int>(sequence).IndexOfAnyInRange(int.MinValue, -1);
            if (negative >= 0)
                throw new ArgumentException($"Symbol {negative} of sequence {index} is {sequence[negative]}; none may be negative.", name);
        }
        else if (!Guard.AreFinite(sequence))
        {
            int bad = 0;
            while (Element.IsFinite(sequence[bad]))
                bad++;
            throw new ArgumentException(
                $"Number {bad % width} in step {bad / width} of sequence {index} is {sequence[bad]}; all must be finite.", name);
        }
    }

    private static T[] Flat<T>(Array values) where T : unmanaged
    {
        T[] flat = new T[values.Length];
        if (flat.Length > 0)
            MemoryMarshal.CreateReadOnlySpan(
                ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(values)), flat.Length)
                .CopyTo(flat);
        return flat;
    }
}
