namespace RnnGen;

/// <summary>The state of a stream of a generated model. A value: a copy is a snapshot, <c>default</c> the start of a sequence.</summary>
/// <typeparam name="T">The model's numbers.</typeparam>
public interface IRnnState<T> where T : unmanaged
{
    /// <summary>True if all numbers are finite. Every call that reads a state refuses one that is not.</summary>
    bool IsFinite { get; }

    /// <summary>Writes all numbers, layer after layer, without padding.</summary>
    /// <param name="values">As many numbers as the model's <c>StateSize</c>.</param>
    void CopyTo(Span<T> values);

    /// <summary>Sets all numbers from what <see cref="CopyTo"/> wrote.</summary>
    /// <param name="values">As many numbers as the model's <c>StateSize</c>.</param>
    void CopyFrom(ReadOnlySpan<T> values);
}
