using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RnnGen.Generated;

/// <summary>
/// The numbers of a <c>State</c>, for generated code. A state is nothing but numbers: layer after layer, each padded to whole vectors.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class StateNumbers
{
    /// <summary>True if all numbers are finite; padding may hold anything.</summary>
    /// <param name="numbers">The state, padding included.</param>
    /// <param name="ranges">The offset of each range, and its length.</param>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    public static bool AreFinite<T>(ReadOnlySpan<T> numbers, ReadOnlySpan<int> ranges) where T : unmanaged
    {
        if (Guard.AreFinite(numbers))
            return true;
        for (int i = 0; i < ranges.Length; i += 2)
        {
            if (!Guard.AreFinite(numbers.Slice(ranges[i], ranges[i + 1])))
                return false;
        }

        return true;
    }

    /// <summary>True if all numbers have the same bits; padding may hold anything.</summary>
    /// <param name="numbers">The state, padding included.</param>
    /// <param name="others">Another state.</param>
    /// <param name="ranges">The offset of each range, and its length.</param>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    public static bool AreEqual<T>(ReadOnlySpan<T> numbers, ReadOnlySpan<T> others, ReadOnlySpan<int> ranges) where T : unmanaged
    {
        for (int i = 0; i < ranges.Length; i += 2)
        {
            if (!Bits(numbers, ranges, i).SequenceEqual(Bits(others, ranges, i)))
                return false;
        }

        return true;
    }

    /// <summary>A hash of the numbers' bits.</summary>
    /// <param name="numbers">The state, padding included.</param>
    /// <param name="ranges">The offset of each range, and its length.</param>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    public static int HashOf<T>(ReadOnlySpan<T> numbers, ReadOnlySpan<int> ranges) where T : unmanaged
    {
        HashCode hash = default;
        for (int i = 0; i < ranges.Length; i += 2)
            hash.AddBytes(Bits(numbers, ranges, i));
        return hash.ToHashCode();
    }

    /// <summary>Copies the numbers without their padding.</summary>
    /// <param name="numbers">The state, padding included.</param>
    /// <param name="ranges">The offset of each range, and its length.</param>
    /// <param name="values">Receives the numbers.</param>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <exception cref="ArgumentException"><paramref name="values"/> has another length.</exception>
    public static void CopyTo<T>(ReadOnlySpan<T> numbers, ReadOnlySpan<int> ranges, Span<T> values) where T : unmanaged
    {
        Guard.Length(values.Length, Size(ranges), nameof(values));
        for (int i = 0; i < ranges.Length; i += 2)
        {
            numbers.Slice(ranges[i], ranges[i + 1]).CopyTo(values);
            values = values[ranges[i + 1]..];
        }
    }

    /// <summary>Sets the numbers.</summary>
    /// <param name="numbers">The state, padding included.</param>
    /// <param name="ranges">The offset of each range, and its length.</param>
    /// <param name="values">The numbers, without padding.</param>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <exception cref="ArgumentException"><paramref name="values"/> has another length, or a number is not finite. The state is
    /// unchanged.</exception>
    public static void CopyFrom<T>(Span<T> numbers, ReadOnlySpan<int> ranges, ReadOnlySpan<T> values) where T : unmanaged
    {
        Guard.Length(values.Length, Size(ranges), nameof(values));
        Guard.Finite(values, nameof(values));
        for (int i = 0; i < ranges.Length; i += 2)
        {
            values[..ranges[i + 1]].CopyTo(numbers[ranges[i]..]);
            values = values[ranges[i + 1]..];
        }
    }

    /// <summary>A state's numbers in place.</summary>
    internal static Span<T> Of<T, TState>(ref TState state)
        where T : unmanaged
        where TState : struct, IRnnState<T> =>
        MemoryMarshal.CreateSpan(ref Unsafe.As<TState, T>(ref state), Unsafe.SizeOf<TState>() / Unsafe.SizeOf<T>());

    /// <inheritdoc cref="Of{T, TState}(ref TState)"/>
    internal static ReadOnlySpan<T> Read<T, TState>(in TState state)
        where T : unmanaged
        where TState : struct, IRnnState<T> =>
        Of<T, TState>(ref Unsafe.AsRef(in state));

    private static ReadOnlySpan<byte> Bits<T>(ReadOnlySpan<T> numbers, ReadOnlySpan<int> ranges, int range) where T : unmanaged =>
        MemoryMarshal.AsBytes(numbers.Slice(ranges[range], ranges[range + 1]));

    private static int Size(ReadOnlySpan<int> ranges)
    {
        int size = 0;
        for (int i = 1; i < ranges.Length; i += 2)
            size += ranges[i];
        return size;
    }
}
