namespace RnnGen;

/// <summary>
/// The state of a stream of a generated model. A value: a copy is a snapshot, <c>default</c> the start of a sequence, and two states are
/// equal if their numbers have the same bits. System.Text.Json reads and writes it as <see cref="StateBytes"/> in base 64.
/// </summary>
/// <typeparam name="T">The model's numbers.</typeparam>
public interface IRnnState<T> where T : unmanaged
{
    /// <summary>The number of numbers: the model's <c>StateSize</c>.</summary>
    static abstract int Size { get; }

    /// <summary>
    /// A hash of what the state is a state of: the model's layers, sizes and equations, whatever it is called. Other weights have the same.
    /// </summary>
    static abstract ulong Fingerprint { get; }

    /// <summary>True if all numbers are finite. Every call that reads a state refuses one that is not.</summary>
    bool IsFinite { get; }

    /// <summary>Writes all numbers, layer after layer, without padding.</summary>
    /// <param name="values">As many numbers as the model's <c>StateSize</c>.</param>
    void CopyTo(Span<T> values);

    /// <summary>Sets all numbers from what <see cref="CopyTo"/> wrote.</summary>
    /// <param name="values">As many numbers as the model's <c>StateSize</c>.</param>
    void CopyFrom(ReadOnlySpan<T> values);
}
