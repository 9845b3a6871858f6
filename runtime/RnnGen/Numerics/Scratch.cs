namespace RnnGen.Numerics;

/// <summary>Each thread's working memory for inference: it grows to the largest model used, and is then reused.</summary>
public static class Scratch<T> where T : unmanaged
{
    [ThreadStatic]
    private static AlignedBuffer<T>? buffer;

    [ThreadStatic]
    private static int turn;

    /// <summary>
    /// A number that is even and odd in turn. Products with matrices larger than a cache begin at one end or the other by it, with what the step before has left there;
    /// their results do not depend on it.
    /// </summary>
    public static nint NextTurn() => turn++;

    /// <summary>At least <paramref name="length"/> elements of any content, until the next call on this thread.</summary>
    public static ref T Rent(int length)
    {
        if (buffer is null || buffer.Length < length)
            buffer = new AlignedBuffer<T>(length);
        return ref buffer.Start;
    }
}
