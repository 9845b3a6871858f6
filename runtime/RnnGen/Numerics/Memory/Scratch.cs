using System.Runtime.CompilerServices;

namespace RnnGen.Numerics;

/// <summary>Each thread's working memory for inference: it grows to the largest model used, and is then reused.</summary>
public static class Scratch<T> where T : unmanaged
{
    [ThreadStatic]
    private static AlignedBuffer<T>? buffer;

    [ThreadStatic]
    private static ulong turns;

    /// <summary>
    /// 0 and 1 in turn, for each matrix of a step. Products with matrices larger than a cache begin at one end or the other by it, with what the step before has left there;
    /// their results do not depend on it.
    /// </summary>
    /// <param name="matrix">The matrix. Its address only picks one of 64 bits: matrices that share one, or that move, take turns less often.</param>
    public static unsafe nint NextTurn(ref T matrix)
    {
        // The upper bits of a product with 2^64 / the golden ratio differ for neighbouring addresses.
        ulong bit = 1ul << (int)(((ulong)Unsafe.AsPointer(ref matrix) * 0x9E3779B97F4A7C15) >> 58);
        turns ^= bit;
        return (turns & bit) == 0 ? 1 : 0;
    }

    /// <summary>At least <paramref name="length"/> elements of any content, until the next call on this thread.</summary>
    public static ref T Rent(int length)
    {
        if (buffer is null || buffer.Length < length)
            buffer = new AlignedBuffer<T>(length);
        return ref buffer.Start;
    }
}
