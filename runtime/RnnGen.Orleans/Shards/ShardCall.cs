using System.Buffers.Binary;

namespace RnnGen.Orleans.Shards;

/// <summary>Reads and writes the numbers of a call and of its answer, as <see cref="IRnnShard"/> lays them out.</summary>
internal static class ShardCall
{
    /// <summary>Bytes before an entry's frames.</summary>
    public const int EntryHeader = 28;

    /// <summary>Bytes before an answer's first entry.</summary>
    public const int AnswerHeader = 8;

    /// <summary>Bytes before an entry's outputs.</summary>
    public const int AnswerEntryHeader = 24;

    /// <summary>Refuses bytes that are no call, before anything changes.</summary>
    /// <param name="call">The bytes.</param>
    /// <param name="frameBytes">Bytes of a frame.</param>
    /// <param name="called">Scratch.</param>
    public static void Check(ReadOnlySpan<byte> call, int frameBytes, HashSet<long> called)
    {
        called.Clear();
        for (int place = 0; place < call.Length;)
        {
            int left = call.Length - place - EntryHeader;
            if (left < 0)
                throw new ArgumentException(
                    $"The call of {call.Length} bytes ends within an entry: {EntryHeader} bytes begin one, and {call.Length - place} are "
                    + "left.",
                    nameof(call));
            Head head = Head.Read(call[place..]);
            if (head.Position < 0 || head.Count < -1 || (long)head.Count * frameBytes > left)
                throw new ArgumentException(
                    $"The entry of stream {head.Stream} has {head.Count} frames of {frameBytes} bytes from position {head.Position} on, "
                    + $"and {left} bytes are left of the call.",
                    nameof(call));
            if (!called.Add(head.Stream))
                throw new ArgumentException($"Stream {head.Stream} is in the call twice.", nameof(call));
            place += EntryHeader + (Math.Max(head.Count, 0) * frameBytes);
        }
    }

    /// <summary>Writes what stands before an entry's outputs, but its fault.</summary>
    public static void WriteEntry(Span<byte> answer, long position, long saved, int count)
    {
        BinaryPrimitives.WriteInt64LittleEndian(answer, position);
        BinaryPrimitives.WriteInt64LittleEndian(answer[8..], saved);
        BinaryPrimitives.WriteInt32LittleEndian(answer[16..], count);
    }

    /// <summary>Writes an entry's fault, unless it has one.</summary>
    public static void WriteFault(Span<byte> answer, StreamFault fault)
    {
        if (answer[20] == 0)
            BinaryPrimitives.WriteInt32LittleEndian(answer[20..], (int)fault);
    }

    /// <summary>Reads what stands before an entry's outputs.</summary>
    public static (long Position, long Saved, int Count, StreamFault Fault) ReadEntry(ReadOnlySpan<byte> answer) => (
        BinaryPrimitives.ReadInt64LittleEndian(answer), BinaryPrimitives.ReadInt64LittleEndian(answer[8..]),
        BinaryPrimitives.ReadInt32LittleEndian(answer[16..]), (StreamFault)BinaryPrimitives.ReadInt32LittleEndian(answer[20..]));

    /// <summary>The numbers before an entry's frames.</summary>
    /// <param name="Stream">The stream.</param>
    /// <param name="Sequence">Its sequence: a higher one begins anew.</param>
    /// <param name="Position">That of the first frame.</param>
    /// <param name="Count">Frames; −1 if the stream leaves.</param>
    public readonly record struct Head(long Stream, long Sequence, long Position, int Count)
    {
        public static Head Read(ReadOnlySpan<byte> entry) => new(
            BinaryPrimitives.ReadInt64LittleEndian(entry), BinaryPrimitives.ReadInt64LittleEndian(entry[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(entry[16..]), BinaryPrimitives.ReadInt32LittleEndian(entry[24..]));

        public void Write(Span<byte> entry)
        {
            BinaryPrimitives.WriteInt64LittleEndian(entry, Stream);
            BinaryPrimitives.WriteInt64LittleEndian(entry[8..], Sequence);
            BinaryPrimitives.WriteInt64LittleEndian(entry[16..], Position);
            BinaryPrimitives.WriteInt32LittleEndian(entry[24..], Count);
        }
    }
}
