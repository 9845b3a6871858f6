using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace RnnGen;

/// <summary>A hash of bytes in memory, one span after another: the first 64 bits of their SHA-256.</summary>
internal sealed class ContentHash
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Adds elements, and how many there are.</summary>
    public ContentHash Add<TElement>(ReadOnlySpan<TElement> elements) where TElement : struct
    {
        // So many at once are no more bytes than a span can have.
        const int Most = 1 << 24;
        int count = elements.Length;
        hash.AppendData(MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(ref count, 1)));
        for (; elements.Length > Most; elements = elements[Most..])
            hash.AppendData(MemoryMarshal.AsBytes(elements[..Most]));
        hash.AppendData(MemoryMarshal.AsBytes(elements));
        return this;
    }

    /// <summary>The hash of what was added, and the beginning of another one.</summary>
    public long Finish()
    {
        Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(bytes);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }
}
