namespace RnnGen.Numerics;

/// <summary>Each thread's working memory for inference: it grows to the largest model used, and is then reused.</summary>
public static class Scratch<T> where T : unmanaged
{
    [ThreadStatic]
    private static AlignedBuffer<T>? buffer;

    /// <summary>At least <paramref name="length"/> elements of any content, until the next call on this thread.</summary>
    public static ref T Rent(int length)
    {
        if (buffer is null || buffer.Length < length)
            buffer = new AlignedBuffer<T>(length);
        return ref buffer.Start;
    }
}
