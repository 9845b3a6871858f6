namespace RnnGen.Orleans.Client;

/// <summary>The frames of a stream from a position on, in a ring that grows.</summary>
internal sealed class FrameLog(int frameBytes)
{
    private byte[] ring = [];
    private int capacity;

    /// <summary>The position of the first frame that is kept.</summary>
    public long Start { get; private set; }

    /// <summary>The position behind the last.</summary>
    public long End { get; private set; }

    public void Add(ReadOnlySpan<byte> frames)
    {
        int count = frames.Length / frameBytes;
        Grow((int)(End - Start) + count);
        for (int i = 0; i < count; i++)
            frames.Slice(i * frameBytes, frameBytes).CopyTo(Frame(End + i));
        End += count;
    }

    /// <summary>Copies frames that are kept.</summary>
    public void CopyTo(long position, int count, Span<byte> frames)
    {
        for (int i = 0; i < count; i++)
            Frame(position + i).CopyTo(frames[(i * frameBytes)..]);
    }

    /// <summary>Forgets the frames before a position.</summary>
    public void Drop(long before) => Start = Math.Clamp(before, Start, End);

    private Span<byte> Frame(long position) => ring.AsSpan((int)(position % capacity) * frameBytes, frameBytes);

    private void Grow(int count)
    {
        if (count <= capacity)
            return;
        int larger = Math.Max(count, capacity + (capacity / 2) + 4);
        byte[] frames = new byte[checked(larger * frameBytes)];
        for (long position = Start; position < End; position++)
            Frame(position).CopyTo(frames.AsSpan((int)(position % larger) * frameBytes));
        (ring, capacity) = (frames, larger);
    }
}
