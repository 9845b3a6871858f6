using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RnnGen.Numerics;

/// <summary>
/// Managed memory that starts on a cache line and never moves, so that no 512-bit load straddles two lines.
/// </summary>
/// <typeparam name="T">The element: <see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class AlignedBuffer<T> where T : unmanaged
{
    private const int CacheLine = 64;

    private readonly T[] memory;
    private readonly int first;

    /// <summary>Reserves <paramref name="length"/> zeroed elements.</summary>
    /// <param name="length">At least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative.</exception>
    public AlignedBuffer(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        int size = Unsafe.SizeOf<T>();
        // Pinned arrays live on their own heap: the address, and so the alignment, is fixed for the array's life.
        memory = GC.AllocateArray<T>(checked(PaddedLength + (CacheLine / size)), pinned: true);
        nint address = Marshal.UnsafeAddrOfPinnedArrayElement(memory, 0);
        first = (int)((CacheLine - (address % CacheLine)) % CacheLine) / size;
    }

    /// <summary>The number of elements.</summary>
    public int Length { get; }

    /// <summary>
    /// The length in whole blocks of 16: so many elements may be read and written from <see cref="Start"/> on, those beyond
    /// <see cref="Length"/> mean nothing.
    /// </summary>
    internal int PaddedLength => checked(Length + Block<T>.Size - 1) & -Block<T>.Size;

    /// <summary>The elements.</summary>
    public Span<T> Span => memory.AsSpan(first, Length);

    /// <summary>The first element, for kernels that check no bounds.</summary>
    public ref T Start => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(memory), first);
}
