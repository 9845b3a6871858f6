using System.Buffers.Binary;

namespace RnnGen.Orleans.Shards;

/// <summary>
/// Streams as bytes, little-endian: "RNNP", the version 1, the number of streams and the bytes of a state, 32 bits each; then for each
/// stream its number, sequence and position, 64 bits each, and its <see cref="StateBytes"/>.
/// </summary>
internal sealed class ShardFile
{
    private const int Header = 16, EntryHeader = 24, Version = 1;
    private const uint Magic = 0x504E4E52;

    private readonly int stateBytes;
    private int place = Header;

    private ShardFile(byte[] bytes, int stateBytes) => (Bytes, this.stateBytes) = (bytes, stateBytes);

    /// <summary>The whole file.</summary>
    public byte[] Bytes { get; }

    /// <summary>A file that streams are added to.</summary>
    public static ShardFile Create(int streams, int stateBytes)
    {
        byte[] bytes = new byte[Header + (streams * (EntryHeader + stateBytes))];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), Version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), streams);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), stateBytes);
        return new(bytes, stateBytes);
    }

    /// <summary>Adds a stream.</summary>
    /// <returns>Where its state is to be written.</returns>
    public Span<byte> Add(long stream, long sequence, long position)
    {
        Span<byte> entry = Bytes.AsSpan(place, EntryHeader + stateBytes);
        place += entry.Length;
        BinaryPrimitives.WriteInt64LittleEndian(entry, stream);
        BinaryPrimitives.WriteInt64LittleEndian(entry[8..], sequence);
        BinaryPrimitives.WriteInt64LittleEndian(entry[16..], position);
        return entry[EntryHeader..];
    }

    /// <summary>The streams of a file.</summary>
    /// <exception cref="InvalidDataException">It is no such file.</exception>
    public static List<Entry> Read(ReadOnlySpan<byte> file)
    {
        if (file.Length < Header || BinaryPrimitives.ReadUInt32LittleEndian(file) != Magic)
            throw new InvalidDataException($"These {file.Length} bytes are no shard: they do not begin as one.");
        int version = BinaryPrimitives.ReadInt32LittleEndian(file[4..]), count = BinaryPrimitives.ReadInt32LittleEndian(file[8..]);
        int state = BinaryPrimitives.ReadInt32LittleEndian(file[12..]);
        if (version != Version)
            throw new InvalidDataException($"The shard has the version {version}, and this reads version {Version}.");
        if (count < 0 || state < 0 || file.Length != Header + (count * ((long)EntryHeader + state)))
            throw new InvalidDataException($"A shard of {count} streams with states of {state} bytes does not have {file.Length} bytes.");
        List<Entry> entries = new(count);
        for (int i = 0, place = Header; i < count; i++, place += EntryHeader + state)
        {
            ReadOnlySpan<byte> entry = file[place..];
            entries.Add(new(
                BinaryPrimitives.ReadInt64LittleEndian(entry), BinaryPrimitives.ReadInt64LittleEndian(entry[8..]),
                BinaryPrimitives.ReadInt64LittleEndian(entry[16..]), (place + EntryHeader)..(place + EntryHeader + state)));
        }

        return entries;
    }

    /// <summary>A stream of a file.</summary>
    /// <param name="Stream">Its number.</param>
    /// <param name="Sequence">Its sequence.</param>
    /// <param name="Position">Where it stands.</param>
    /// <param name="State">Where the bytes of its state are.</param>
    public readonly record struct Entry(long Stream, long Sequence, long Position, Range State);
}
