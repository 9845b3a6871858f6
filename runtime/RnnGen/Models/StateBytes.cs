using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RnnGen;

/// <summary>
/// A state as bytes, for a file, a cache or a message: it is taken again by the same declaration with any weights, on any machine, and
/// refused by another one.
/// </summary>
/// <remarks>
/// 24 bytes of header, little-endian: "RNNS", the version 1 and the bytes of a number as 16 bits each, the fingerprint (64), the number of
/// numbers (32) and 0 (32); then the numbers.
/// </remarks>
public static class StateBytes
{
    private const int Header = 24;
    private const uint Magic = 0x534E4E52;
    private const ushort Version = 1;

    /// <summary>The bytes of a state.</summary>
    /// <typeparam name="TState">The model's <c>State</c>.</typeparam>
    /// <typeparam name="T">The model's numbers: <see cref="float"/> or <see cref="double"/>.</typeparam>
    public static int LengthOf<TState, T>()
        where TState : struct, IRnnState<T>
        where T : unmanaged =>
        checked(Header + (TState.Size * Unsafe.SizeOf<T>()));

    /// <summary>Writes a state.</summary>
    /// <typeparam name="TState">The model's <c>State</c>.</typeparam>
    /// <typeparam name="T">The model's numbers.</typeparam>
    /// <param name="state">The state.</param>
    /// <param name="destination">Exactly <see cref="LengthOf{TState, T}"/> bytes.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> has another length.</exception>
    public static void Write<TState, T>(in TState state, Span<byte> destination)
        where TState : struct, IRnnState<T>
        where T : unmanaged
    {
        int length = LengthOf<TState, T>();
        if (destination.Length != length)
            throw new ArgumentException(
                $"A state of {TState.Size} numbers takes {length} bytes, but there is room for {destination.Length}.", nameof(destination));
        BinaryPrimitives.WriteUInt32LittleEndian(destination, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[4..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[6..], (ushort)Unsafe.SizeOf<T>());
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], TState.Fingerprint);
        BinaryPrimitives.WriteInt32LittleEndian(destination[16..], TState.Size);
        BinaryPrimitives.WriteInt32LittleEndian(destination[20..], 0);
        Span<byte> numbers = destination[Header..];
        TState copy = state;
        copy.CopyTo(MemoryMarshal.Cast<byte, T>(numbers));
        if (!BitConverter.IsLittleEndian)
            Reverse<T>(numbers);
    }

    /// <summary>Reads a state that <see cref="Write"/> wrote.</summary>
    /// <typeparam name="TState">The model's <c>State</c>.</typeparam>
    /// <typeparam name="T">The model's numbers.</typeparam>
    /// <param name="source">The bytes, and no others.</param>
    /// <exception cref="InvalidDataException">It is no state, or that of another declaration or type of numbers, or a number is not
    /// finite; the message says what was expected and what came.</exception>
    public static TState Read<TState, T>(ReadOnlySpan<byte> source)
        where TState : struct, IRnnState<T>
        where T : unmanaged
    {
        int length = LengthOf<TState, T>();
        if (source.Length < Header || BinaryPrimitives.ReadUInt32LittleEndian(source) != Magic)
            throw new InvalidDataException($"These {source.Length} bytes are no state: they do not begin as one.");
        int version = BinaryPrimitives.ReadUInt16LittleEndian(source[4..]), bytes = BinaryPrimitives.ReadUInt16LittleEndian(source[6..]);
        if (version != Version)
            throw new InvalidDataException($"The state has the version {version}, and this reads version {Version}.");
        if (bytes != Unsafe.SizeOf<T>())
            throw new InvalidDataException($"The state's numbers have {bytes} bytes, and the model's {Unsafe.SizeOf<T>()}.");
        ulong fingerprint = BinaryPrimitives.ReadUInt64LittleEndian(source[8..]);
        int size = BinaryPrimitives.ReadInt32LittleEndian(source[16..]);
        if (fingerprint != TState.Fingerprint || size != TState.Size)
            throw new InvalidDataException(
                $"The state is another network's: it has {size} numbers and the fingerprint {fingerprint:x16}, and {typeof(TState)} has "
                + $"{TState.Size} and {TState.Fingerprint:x16}.");
        if (source.Length != length)
            throw new InvalidDataException($"A state of {size} numbers has {length} bytes, but there are {source.Length}.");
        TState state = default;
        try
        {
            if (BitConverter.IsLittleEndian)
            {
                state.CopyFrom(MemoryMarshal.Cast<byte, T>(source[Header..]));
            }
            else
            {
                byte[] numbers = source[Header..].ToArray();
                Reverse<T>(numbers);
                state.CopyFrom(MemoryMarshal.Cast<byte, T>(numbers));
            }
        }
        catch (ArgumentException problem)
        {
            throw new InvalidDataException($"The state cannot be used: {problem.Message}", problem);
        }

        return state;
    }

    private static void Reverse<T>(Span<byte> numbers) where T : unmanaged
    {
        int size = Unsafe.SizeOf<T>();
        for (int i = 0; i < numbers.Length; i += size)
            numbers.Slice(i, size).Reverse();
    }
}
